"""Rounding of exact numbers: half up, away from zero, as invoices are rounded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | Decimal | int, digits: int) -> Decimal:
    """`value` with so many digits after the point; 0.5 becomes 1, and -0.5 becomes -1.

    Exact however many digits `value` has; operations on Decimals give up, or round, beyond 28.
    """
    scaled = abs(Fraction(value)) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal((int(value < 0 < whole), tuple(map(int, str(whole))), -digits))
