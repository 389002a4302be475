"""Whole numbers as they are read aloud in Vietnamese, on invoices and vouchers.

A group of three digits is read in full wherever another group stands before it ("một nghìn không trăm linh năm"):
amounts in words are there so that nobody can add to a figure. num2words leaves out the hundreds of such a group, so
that 1 050 becomes "một nghìn lẻ năm mươi", which reads as something else; hence the reading of our own.
"""

from __future__ import annotations

from collections.abc import Iterator

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu")
_BILLION = 10**9


def read_number(number: int) -> str:
    """`number` in small letters: 45310200 is "bốn mươi lăm triệu ba trăm mười nghìn hai trăm"."""
    if number < 0:
        return f"âm {read_number(-number)}"
    if number == 0:
        return _DIGITS[0]
    return " ".join(_words(number, led=False))


def _words(number: int, *, led: bool) -> Iterator[str]:
    """led: whether something greater stands before the number, so that its zeros are read too."""
    above, rest = divmod(number, _BILLION)
    if above:
        yield from _words(above, led=led)
        yield "tỷ"
        led = True
    for place in (2, 1, 0):
        group = rest // 1000**place % 1000
        if group:
            yield from _three(group, led=led)
            if _GROUPS[place]:
                yield _GROUPS[place]
            led = True


def _three(number: int, *, led: bool) -> Iterator[str]:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    if hundreds or led:
        yield f"{_DIGITS[hundreds]} trăm"
    if tens > 1:
        yield f"{_DIGITS[tens]} mươi"
    elif tens == 1:
        yield "mười"
    elif ones and (hundreds or led):
        yield "linh"
    if ones == 1 and tens > 1:
        yield "mốt"
    elif ones == 5 and tens:
        yield "lăm"
    elif ones:
        yield _DIGITS[ones]
