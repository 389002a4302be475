"""What groups come to. Averages are kept as sums and numbers, so that those of several groups are exact too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from core.i18n import translate
from core.views.amounts import Currency, currency_of, currency_paths

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.views import MeasureAt

DIGITS = Decimal(1).scaleb(-6)
"""Averages are rounded half up to it."""
SHOWN = 2
"""Digits of an average that people read."""


@dataclass(frozen=True)
class Amount:
    """One figure, in a currency where it is money."""

    value: Decimal | int
    currency: Currency | None = None


@dataclass
class _Part:
    """What is known of a measure in one currency."""

    currency: Currency | None = None
    records: int = 0
    total: Any = 0
    number: int = 0
    least: Any = None
    most: Any = None


@dataclass
class Tally:
    """The records of some groups. parts: name of a measure → id of a currency → what is known."""

    count: int = 0
    parts: dict[str, dict[Any, _Part]] = field(default_factory=dict)

    def add(self, group: Mapping[str, Any], measures: Sequence[MeasureAt]) -> None:
        """One group more, as `Collection.groups` gives it."""
        self.count += group["__count"]
        for measure in measures:
            if measure.at is None:
                continue
            money = measure.at.kind == "monetary"
            key = group[str(getattr(measure.at.field(), "currency"))] if money else None
            part = self.parts.setdefault(measure.name, {}).setdefault(
                key, _Part(currency_of(measure.at, group) if money else None)
            )
            _add(part, group, measure)

    def amounts(self, measure: MeasureAt, order: Sequence[Any] = ()) -> list[Amount]:
        """The figure, one for each currency, that which most records have first; none where there are no records.

        order: ids of currencies, to have them in the same order everywhere.
        """
        if measure.at is None:
            return [Amount(self.count)]
        known = self.parts.get(measure.name, {})
        keys = [key for key in order if key in known] or list(self.currencies(measure))
        found = [(_value(known[key], measure), known[key].currency) for key in keys]
        amounts = [Amount(value, currency) for value, currency in found if value is not None]
        return [one for one in amounts if one.value] or amounts[:1]

    def weight(self, measure: MeasureAt) -> Decimal:
        """What it is put in order by, and drawn as: the figure in the currency that most records have."""
        return next((Decimal(one.value) for one in self.amounts(measure)), Decimal(0))

    def currencies(self, measure: MeasureAt) -> dict[Any, Currency | None]:
        """Id → currency of its amounts, that which most records have first; None of what is no money."""
        parts = sorted(self.parts.get(measure.name, {}).items(), key=lambda item: -item[1].records)
        return {key: part.currency for key, part in parts}

    def weight_in(self, measure: MeasureAt, currency: Any) -> Decimal:
        """The figure in one currency, by its id; 0 where there is none."""
        if measure.at is None:
            return Decimal(self.count)
        part = self.parts.get(measure.name, {}).get(currency)
        value = None if part is None else _value(part, measure)
        return Decimal(0) if value is None else Decimal(value)


def figures_of(measures: Sequence[MeasureAt]) -> tuple[list[str], list[str]]:
    """(further keys to group by, figures) that a statement has to give for these measures."""
    by: dict[str, None] = {}
    figures: dict[str, None] = {}
    for measure in measures:
        if measure.at is None:
            continue
        if measure.at.kind == "monetary":
            by |= dict.fromkeys([str(getattr(measure.at.field(), "currency")), *currency_paths(measure.at)])
        path = measure.at.path
        names = {"sum": [path], "avg": [path, f"{path}:count"]}.get(measure.function, [measure.name])
        figures |= dict.fromkeys(names)
    return list(by), list(figures)


def amount_text(env: Env, formats: Formats, measure: MeasureAt, amount: Amount) -> str:
    """An amount as people read it."""
    if measure.at is None:
        return formats.number(amount.value)
    if measure.at.kind == "monetary":
        return formats.money(amount.value, amount.currency)
    if measure.at.kind == "duration":
        return formats.duration(int(amount.value))
    text = formats.number(amount.value, SHOWN if measure.function == "avg" else None)
    unit = measure.at.field().unit
    return f"{text}\u00a0{translate(unit, env.language)}" if unit else text


def _add(part: _Part, group: Mapping[str, Any], measure: MeasureAt) -> None:
    assert measure.at is not None
    path = measure.at.path
    part.records += group["__count"]
    match measure.function:
        case "sum" | "avg":
            part.total += group[path] or 0
            part.number += group.get(f"{path}:count", 0)
        case "min":
            known = [value for value in (part.least, group[measure.name]) if value is not None]
            part.least = min(known, default=None)
        case "max":
            known = [value for value in (part.most, group[measure.name]) if value is not None]
            part.most = max(known, default=None)


def _value(part: _Part, measure: MeasureAt) -> Any:
    match measure.function:
        case "min":
            return part.least
        case "max":
            return part.most
        case "avg":
            if not part.number:
                return None
            with localcontext(prec=60):  # sums are exact, however long
                return (Decimal(part.total) / part.number).quantize(DIGITS, ROUND_HALF_UP)
    return part.total
