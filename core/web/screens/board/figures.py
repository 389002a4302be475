"""The heads of a board's columns: how many cards, how much they are worth, and how many of them are looked after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.hooks import CARE
from core.orm.filter import Condition, Filter
from core.views.amounts import currency_of, currency_paths
from core.web.screens.board.lanes import Lane, key_of, stranger
from core.web.screens.totals import MOST

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.views import BoardView


@dataclass
class Sums:
    """Of one lane. amounts: currency → sum, most used first."""

    count: int = 0
    texts: list[str] = field(default_factory=list)


@dataclass
class Figures:
    """Of all lanes by their key. has_more: there are too many records to count unasked, and nothing is counted."""

    count: int = 0
    has_more: bool = False
    sums: dict[str, Sums] = field(default_factory=dict)


def figures_of(
    env: Env, formats: Formats, view: BoardView, lanes: list[Lane], filters: Sequence[Filter], *, everything: bool
) -> Figures:
    """Exact figures of each lane, in one statement; a lane is added for each value that has none."""
    name = f"{view.group.path}:{view.period}" if view.period else view.group.path
    total = view.total if view.total is not None and view.total.at.readable(env) else None
    by, added = [name], [total.at.path] if total is not None else []
    if total is not None and total.at.kind == "monetary":
        by += [str(getattr(total.at.field(), "currency")), *currency_paths(total.at)]
    model = env[view.model.name]
    if everything:
        groups = model.groups(by, added, *filters)
    else:
        count, groups = model.totals(by, added, *filters, most=MOST)
        if count.has_more:
            return Figures(count, has_more=True)
    known = {lane.key for lane in lanes}
    values = dict.fromkeys(group[name] for group in groups)
    lanes += stranger(env, view, [value for value in values if key_of(view, lanes, value) not in known])
    found = Figures(sum(group["__count"] for group in groups))
    by_lane: dict[str, list[dict[str, Any]]] = {}
    for group in groups:
        by_lane.setdefault(key_of(view, lanes, group[name]), []).append(group)
    for key, own in by_lane.items():
        sums = found.sums[key] = Sums(sum(group["__count"] for group in own))
        if total is not None:
            sums.texts = _texts(formats, total.at, own)
    return found


def _texts(formats: Formats, at: Any, groups: list[dict[str, Any]]) -> list[str]:
    """A sum for each currency, that which is used most first."""
    if at.kind != "monetary":
        return [formats.number(sum((group[at.path] or Decimal(0) for group in groups), Decimal(0)))]
    currency = str(getattr(at.field(), "currency"))
    merged: dict[Any, dict[str, Any]] = {}
    for group in groups:
        own = merged.setdefault(group[currency], {**group, at.path: Decimal(0), "__count": 0})
        own[at.path] += group[at.path]
        own["__count"] += group["__count"]
    parts = sorted(merged.values(), key=lambda group: -group["__count"])
    return [formats.money(one[at.path], currency_of(at, one)) for one in parts if one[at.path] or len(parts) == 1]


# -- who is looked after --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of the bar below a head. x, width: in percent."""

    state: str
    count: int
    x: float = 0
    width: float = 0


@dataclass(frozen=True)
class Care:
    """What is to be done about the records of a board. of: id → state. parts: key of a lane → the parts of its bar."""

    of: Mapping[int, str]
    parts: Mapping[str, Sequence[Part]]


def care_of(env: Env, view: BoardView, lanes: list[Lane], filters: Sequence[Filter], figures: Figures) -> Care | None:
    """What addons know; None where none knows anything, or where nothing was counted. Few statements."""
    if figures.has_more or not figures.count:
        return None
    found = env.hooks.care_of_records(env=env, model=view.model.name, filters=tuple(filters))
    if found is None:
        return None
    by_lane: dict[str, Counter[str]] = {}
    if found:
        name = view.group.path
        ids = Condition(view.model.name, ("id",), "in", tuple(found))
        for row in env[view.model.name].values(["id", name], ids, *filters, order=()):
            value = row[name]
            if view.period and value is not None:
                value = _period(lanes, value)
            by_lane.setdefault(key_of(view, lanes, value), Counter())[found[row["id"]]] += 1
    return Care(found, {key: _bar(sums.count, by_lane.get(key, Counter())) for key, sums in figures.sums.items()})


def _period(lanes: list[Lane], day: Any) -> Any:
    """The first day of the period of a day; the day itself where it is in none that is shown."""
    spans = (lane.span for lane in lanes if lane.span is not None)
    return next((first for first, end in spans if first <= day < end), day)


def _bar(count: int, states: Counter[str]) -> list[Part]:
    """The parts of a bar: planned, for today, late; and in the middle those with nothing to do."""
    idle = max(0, count - states.total())
    parts = [Part(state, states[state]) for state in CARE[:2]] + [Part("none", idle), Part(CARE[2], states[CARE[2]])]
    x, shown = 0.0, []
    for part in parts:
        if part.count:
            width = 100 * part.count / max(1, count)
            shown.append(replace(part, x=round(x, 2), width=round(width, 2)))
            x += width
    return shown
