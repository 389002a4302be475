"""Amounts in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from core.reports import amount_in_words
from core.reports.vietnamese import read_number


@dataclass
class Currency:
    name: str
    decimal_places: int


VND, USD, JPY, BHD = Currency("VND", 0), Currency("USD", 2), Currency("JPY", 0), Currency("BHD", 3)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (55, "năm mươi lăm"),
        (105, "một trăm linh năm"),
        (111, "một trăm mười một"),
        (1001, "một nghìn không trăm linh một"),
        (1050, "một nghìn không trăm năm mươi"),
        (100_000, "một trăm nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (45_310_200, "bốn mươi lăm triệu ba trăm mười nghìn hai trăm"),
        (2_015_000_001, "hai tỷ không trăm mười lăm triệu không trăm linh một"),
        (10**12, "một nghìn tỷ"),
        (-21, "âm hai mươi mốt"),
    ],
)
def test_numbers_are_read_as_vouchers_have_them(number: int, said: str) -> None:
    assert read_number(number) == said


@pytest.mark.parametrize(
    ("amount", "currency", "language", "said"),
    [
        (45_310_200, VND, "vi", "Bốn mươi lăm triệu ba trăm mười nghìn hai trăm đồng"),
        (45_310_200, VND, "en", "Forty-five million, three hundred and ten thousand, two hundred dong"),
        (Decimal("12.50"), USD, "en", "Twelve US dollars and fifty cents"),
        (Decimal("12.05"), USD, "vi", "Mười hai đô la Mỹ và năm xu"),
        (Decimal("-3"), JPY, "vi", "Âm ba yên Nhật"),
        (Decimal("1.005"), USD, "en", "One US dollar and one cent"),
        (Decimal("7.025"), BHD, "en", "Seven Bahraini dinars and 025/1000"),
    ],
)
def test_amounts_are_said_with_their_currency(amount: Decimal, currency: Currency, language: str, said: str) -> None:
    assert amount_in_words(amount, currency, language) == said
