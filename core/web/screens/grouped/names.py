"""Axes: what people call the values of a group, in which order these stand, and which records one stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.orm.filter import ALL, Condition, Filter
from core.orm.fold import fold
from core.web.screens.cells import RESTRICTED
from core.web.screens.periods import after, period_text, records_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.views import ByAt

MOST_PERIODS = 400


@dataclass(frozen=True)
class Axis:
    """One field that is grouped by. texts: value → what people call it; order: value → its place."""

    by: ByAt
    label: str
    texts: dict[Any, str] = field(default_factory=dict)
    order: dict[Any, int] = field(default_factory=dict)

    def text(self, value: Any) -> str:
        """What people call a value."""
        return self.texts[value]

    def condition(self, env: Env, value: Any) -> Filter:
        """The records that a value stands for."""
        return records_of(env, self.by.at, value, self.by.period)


def axes_of(
    env: Env, formats: Formats, by: Sequence[ByAt], rows: Sequence[dict[str, Any]], *, filled: bool = False
) -> list[Axis]:
    """The axes with the values that occur. A statement for each relation among them.

    filled: periods of the first that have no records stand between those that have.
    """
    axes = []
    for place, one in enumerate(by):
        values = list(dict.fromkeys(row[one.name] for row in rows))
        known = [value for value in values if value is not None and value != ""]
        if filled and place == 0 and one.period and known:
            known = list(_between(known, one.period))
        named = _named(env, formats, one, known)
        absent = [value for value in values if value not in named]
        named |= dict.fromkeys(absent, translate(_("None"), env.language))
        label = translate(one.label, env.language)
        axes.append(Axis(one, label, named, {value: number for number, value in enumerate(named)}))
    return axes


def every(conditions: Iterable[Filter]) -> Filter:
    """All of them."""
    result: Filter = ALL
    for condition in conditions:
        result = condition if result is ALL else result & condition
    return result


def _named(env: Env, formats: Formats, by: ByAt, values: list[Any]) -> dict[Any, str]:
    """Value → text, in the order in which people expect them."""
    at = by.at
    if by.period:
        return {value: translate(period_text(formats, value, by.period), env.language) for value in sorted(values)}
    match at.kind:
        case "many2one":
            return _records(env, at.target, values)
        case "selection":
            options: Any = at.field()
            known = [(value, label) for value, label in options.options if value in values]
            return {value: translate(label, env.language) for value, label in known}
        case "boolean":
            return {value: translate(_("Yes") if value else _("No"), env.language) for value in sorted(values)}
        case "integer":
            return {value: formats.number(value) for value in sorted(values)}
    return {value: str(value) for value in sorted(values, key=lambda value: fold(str(value)))}


def _between(days: list[date], period: str) -> Iterator[date]:
    """Every period from the first to the last; those alone that are there, where that would be too many."""
    day, last, known = min(days), max(days), 0
    while day <= last and known < MOST_PERIODS:
        yield day
        day, known = after(day, period), known + 1
    yield from (one for one in sorted(days) if one >= day)


def _records(env: Env, model: str, ids: list[int]) -> dict[Any, str]:
    """In the order of the model; those that the reader may not see have no name, and stand last."""
    found: dict[Any, str] = {}
    if ids and env[model].can("read"):
        rows = env[model].values(["id", "display_name"], Condition(model, ("id",), "in", tuple(ids)))
        found = {row["id"]: row["display_name"] for row in rows}
    hidden = [identity for identity in ids if identity not in found]
    return found | dict.fromkeys(hidden, translate(RESTRICTED, env.language))
