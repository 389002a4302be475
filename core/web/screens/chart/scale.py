"""A scale of round numbers around the numbers of a chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
TICKS = 5


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, zero among them, in steps. top, height: of the drawing, in its units."""

    low: Decimal
    high: Decimal
    step: Decimal
    top: float
    height: float

    def y(self, value: Decimal) -> float:
        """Where a number stands in the drawing."""
        return round(self.top + self.height * float((self.high - value) / (self.high - self.low)), 2)

    def ticks(self) -> list[Decimal]:
        """The numbers that are written beside it."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * place for place in range(count + 1)]


def scale(values: Iterable[Decimal], *, top: float, height: float, whole: bool) -> Scale:
    """The smallest scale of round steps with all of the values in it. whole: of numbers that have no fractions."""
    known = [Decimal(0), *values]
    low, high = min(known), max(known)
    if low == high:
        high = Decimal(1)
    step = _step((high - low) / TICKS, whole=whole)
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    return Scale(first * step, last * step, step, top, height)


def _step(least: Decimal, *, whole: bool) -> Decimal:
    size = Decimal(1).scaleb(least.adjusted())
    steps = [size * step for step in STEPS]
    found = next(step for step in steps if step >= least)
    return max(Decimal(1), found.to_integral_value("ROUND_CEILING")) if whole else found
