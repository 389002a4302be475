"""QR codes for documents, and what a VietQR code says."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from core.orm.fold import fold

if TYPE_CHECKING:
    from segno import QRCode

MOST_OF_MEMO = 25
"""Characters of a purpose that every bank takes over."""


def qr_svg(text: str) -> bytes:
    """A picture of `text` as a QR code of medium error correction, one unit a module, with the quiet zone around it.

    Raises ValueError for a text that no QR code holds (more than 2,331 bytes).
    """
    from io import BytesIO

    written = BytesIO()
    _made(text).save(written, kind="svg", border=4, xmldecl=False, omitsize=True)
    return written.getvalue()


def _made(text: str) -> QRCode:
    import segno  # documents without a code do not need it

    try:
        return segno.make(text, error="m", micro=False)
    except segno.DataOverflowError as error:
        raise ValueError(f"a QR code cannot hold {len(text)} characters") from error


def vietqr(bank: str, account: str, amount: Decimal | int | None = None, memo: str = "") -> str:
    """The text of a VietQR code: a transfer to an account in Vietnam that every banking app there can read.

    bank: the bank's number (BIN), six digits, such as 970436 for Vietcombank. account: number of the account.
    amount: in đồng, rounded to whole ones; without one the payer says how much. memo: the purpose; accents and marks
    are taken off, and what is beyond 25 characters. Raises ValueError for a bank or an account that cannot be one.

    The layout is NAPAS's profile of the EMVCo "QR Code Specification for Payment Systems, Merchant-Presented Mode":
    tag, length, value, with the service QRIBFTTA (to an account) of A000000727 in tag 38, and a CRC-16 of polynomial
    1021 and initial value FFFF over everything before it, its own tag and length included, in tag 63.
    """
    if not (bank.isascii() and bank.isdigit() and len(bank) == 6):
        raise ValueError(f"'{bank}' is no number of a bank; it has six digits")
    if not (account.isascii() and account.isalnum() and 1 <= len(account) <= 19):
        raise ValueError(f"'{account}' is no number of an account; it has up to 19 letters and digits")
    receiver = _field("00", bank) + _field("01", account)
    parts = [
        _field("00", "01"),
        _field("01", "11" if amount is None else "12"),
        _field("38", _field("00", "A000000727") + _field("01", receiver) + _field("02", "QRIBFTTA")),
        _field("53", "704"),
    ]
    if amount is not None:
        parts.append(_field("54", str(int(Decimal(amount).to_integral_value(ROUND_HALF_UP)))))
    parts.append(_field("58", "VN"))
    purpose = " ".join("".join(mark if mark.isalnum() else " " for mark in _plain(memo)).split())[:MOST_OF_MEMO].strip()
    if purpose:
        parts.append(_field("62", _field("08", purpose)))
    text = "".join(parts) + "6304"
    return text + f"{_crc(text.encode('ascii')):04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def _plain(text: str) -> str:
    """Letters of ASCII alone, in their case."""
    found = "".join(fold(mark).upper() if mark.isupper() else fold(mark) for mark in text)
    return found.encode("ascii", "ignore").decode("ascii")


def _crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
        crc &= 0xFFFF
    return crc
