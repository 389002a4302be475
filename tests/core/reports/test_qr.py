"""QR codes, and what a VietQR code says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.reports import vietqr
from core.reports.qr import qr_svg

# Published with the specification and by github.com/subiz/vietqr.
KNOWN = "00020101021138540010A00000072701240006970423011000999999990208QRIBFTTA53037045802VN6304CBB4"


def test_code_of_a_known_account_is_the_published_one() -> None:
    assert vietqr("970423", "0099999999") == KNOWN


def test_amount_and_purpose_are_in_it_without_accents() -> None:
    text = vietqr("970436", "0071001234567", Decimal("186743016"), "Thanh toán đơn S00123/2026, cảm ơn quý khách")
    assert "5409186743016" in text
    assert "62290825Thanh toan don S00123 202" in text
    assert text.startswith("000201010212"), "with an amount it is for one payment"


@pytest.mark.parametrize(("bank", "account"), [("97043", "1"), ("970436", ""), ("970436", "12 34"), ("97043A", "1")])
def test_what_is_no_bank_or_account_is_refused(bank: str, account: str) -> None:
    with pytest.raises(ValueError, match="is no number of"):
        vietqr(bank, account)


def test_code_is_a_picture_and_too_long_a_text_is_refused() -> None:
    assert qr_svg(KNOWN).startswith(b"<svg")
    with pytest.raises(ValueError, match="cannot hold 5000 characters"):
        qr_svg("x" * 5000)
