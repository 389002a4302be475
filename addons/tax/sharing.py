"""Sharing a rounded sum out among its parts, so that these add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from core.rounding import round_half_up


def shared(parts: Sequence[Fraction], digits: int) -> list[Decimal]:
    """The parts with so many digits, none further than a unit from what it is, which add up to their rounded sum.

    Each part is cut, and the units that are left over go to those that lost most by it, the first of equals first.
    Opposite parts give opposite shares. What is nothing stays nothing.
    """
    exact = sum(parts, Fraction(0))
    negative = exact < 0 or (exact == 0 and next((part for part in parts if part), Fraction(0)) < 0)
    sign = -1 if negative else 1
    scale = 10**digits
    scaled = [sign * part * scale for part in parts]
    cut = [part.numerator // part.denominator for part in scaled]
    left = int(round_half_up(sign * exact * scale, 0)) - sum(cut)
    lost = sorted(range(len(parts)), key=lambda place: (cut[place] - scaled[place], place))
    for place in lost[:left]:
        cut[place] += 1
    return [round_half_up(Fraction(sign * units, scale), digits) for units in cut]
