"""Groups become categories, along the axis or round the pie, and series, which divide each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.web.screens.grouped import Axis, Tally

if TYPE_CHECKING:
    from core.views import MeasureAt
    from core.views.amounts import Currency

SERIES, CATEGORIES = 8, 40
"""As many as can be told apart; the rest is put together as the last of them."""
REST = object()
"""The value of what is put together."""


@dataclass
class Series:
    """The tallies of one chart: (category, series) → what it comes to. A series of None is the only one."""

    measure: MeasureAt
    categories: list[Any] = field(default_factory=list)
    series: list[Any] = field(default_factory=list)
    tallies: dict[tuple[Any, Any], Tally] = field(default_factory=dict)
    currency: int | None = None
    currencies: dict[int | None, Currency | None] = field(default_factory=dict)

    def value(self, category: Any, one: Any) -> Decimal:
        """The number of a mark, in the currency of the chart; 0 where there is nothing."""
        tally = self.tallies.get((category, one))
        return Decimal(0) if tally is None else tally.weight_in(self.measure, self.currency)

    def total(self, category: Any) -> Decimal:
        """What all series of a category come to together."""
        return sum((self.value(category, one) for one in self.series), Decimal(0))


def series_of(axes: Sequence[Axis], measure: MeasureAt, groups: Sequence[dict[str, Any]], currency: str) -> Series:
    """The series of these groups. currency: the id that is asked for; else that which most records have."""
    whole, found = Tally(), Series(measure)
    for group in groups:
        whole.add(group, [measure])
    found.currencies = whole.currencies(measure)
    wanted = next((key for key in found.currencies if str(key) == currency), None)
    found.currency = wanted if wanted is not None else next(iter(found.currencies), None)
    first, second = axes[0], axes[1] if len(axes) > 1 else None
    categories = _kept(first, groups, found, CATEGORIES)
    series = [None] if second is None else _kept(second, groups, found, SERIES)
    for group in groups:
        category = group[first.by.name]
        one = None if second is None else group[second.by.name]
        place = (category if category in categories else REST, one if one in series else REST)
        found.tallies.setdefault(place, Tally()).add(group, [measure])
    found.categories = [*categories, *_rest(place[0] for place in found.tallies)]
    found.series = [*series, *_rest(place[1] for place in found.tallies)]
    return found


def _rest(values: Any) -> list[Any]:
    return [REST] if any(value is REST for value in values) else []


def _kept(axis: Axis, groups: Sequence[dict[str, Any]], found: Series, most: int) -> list[Any]:
    """The values that have marks of their own, in their order: of dates the last ones, else those that weigh most."""
    if len(axis.order) <= most:
        return sorted(axis.order, key=lambda value: axis.order[value])
    if axis.by.period:
        return sorted(axis.order, key=lambda value: axis.order[value])[1 - most :]
    tallies: dict[Any, Tally] = {}
    for group in groups:
        tallies.setdefault(group[axis.by.name], Tally()).add(group, [found.measure])
    weights = {value: abs(tally.weight_in(found.measure, found.currency)) for value, tally in tallies.items()}
    heaviest = sorted(weights, key=lambda value: -weights[value])[: most - 1]
    return sorted(heaviest, key=lambda value: axis.order[value])
