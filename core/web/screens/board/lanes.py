"""The columns of a board, here called lanes: a list has columns too.

many-to-one   each record that it can point at, in their order      3, 5, 8
selection     each of its values                                    open, won
date          the periods from this one on, what was before them    before, 2026-11-01, 2026-12-01, later
              and what comes later
any           what has no value, where there is such a record       none
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.orm.filter import Condition, Filter
from core.orm.relative import first_of
from core.orm.wire.titles import titles_of
from core.web.screens.periods import after, period_text

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.views import BoardView

NONE, BEFORE, LATER = "none", "before", "later"
MOST = 60
"""Lanes of a board; what is grouped by more is no board any longer."""
AHEAD = 6
"""Periods that a board by date shows, this one among them."""


@dataclass(frozen=True)
class Lane:
    """A column. value: what its cards have; condition: which they are. takes: whether a card can be put there.

    folded: whether it is out of the way until somebody opens it. span: first day and the day after the last of a
    period. rare: it is shown only where it has cards.
    """

    key: str
    title: str
    value: Any
    condition: Filter
    takes: bool = True
    folded: bool = False
    rare: bool = False
    span: tuple[date, date] | None = None


def lanes_of(env: Env, formats: Formats, view: BoardView) -> list[Lane]:
    """The lanes of a board, in order. At most one statement."""
    if view.period:
        return _periods(env, formats, view)
    found = _targets(env, view) if view.group.kind == "many2one" else _options(env, view)
    return [*found, _none(env, view)]


def key_of(view: BoardView, lanes: list[Lane], value: Any) -> str:
    """The key of the lane of a value, as `Collection.groups` gives it; "" where there is none."""
    if value is None or value == "":
        return NONE
    if not view.period:
        return str(value)
    spans = [lane for lane in lanes if lane.span is not None]
    if value < spans[0].value:
        return BEFORE
    return next((lane.key for lane in spans if lane.value == value), LATER)


def stranger(env: Env, view: BoardView, values: list[Any]) -> list[Lane]:
    """Lanes of values that records have and that make no lane by themselves, such as the stage of another team."""
    if view.group.kind == "many2one":
        names = titles_of(env, view.group.target, values)
        texts = {value: names.get(value) or translate(_("(restricted)"), env.language) for value in values}
    else:
        texts = {value: str(value) for value in values}
    return [Lane(str(value), texts[value], value, _is(view, value), takes=False) for value in values]


def _targets(env: Env, view: BoardView) -> list[Lane]:
    target = env[view.group.target]
    if not target.can("read"):
        return []
    where = [] if view.where is None else [view.where if isinstance(view.where, Filter) else view.where(env)]
    fold = view.fold if view.fold is not None and view.fold.readable(env) else None
    paths = ["id", "display_name", *([fold.path] if fold is not None else [])]
    return [
        Lane(
            str(row["id"]),
            row["display_name"],
            row["id"],
            _is(view, row["id"]),
            folded=fold is not None and bool(row[fold.path]),
        )
        for row in target.values(paths, *where, limit=MOST)
    ]


def _options(env: Env, view: BoardView) -> list[Lane]:
    field: Any = view.group.field()
    return [Lane(value, translate(label, env.language), value, _is(view, value)) for value, label in field.options]


def _none(env: Env, view: BoardView) -> Lane:
    text = translate(_("Without {what}", what=view.group.field().label), env.language)
    takes = not view.group.field().required and view.group.kind != "selection"
    return Lane(NONE, text, None, _is(view, None), takes=takes, rare=True)


def _periods(env: Env, formats: Formats, view: BoardView) -> list[Lane]:
    spans = list(_spans(env.today(), view.period))
    say = env.language
    lanes = [
        Lane(BEFORE, translate(_("Earlier"), say), None, _when(view, "<", spans[0][0]), takes=False, rare=True),
        *(
            Lane(
                first.isoformat(),
                translate(period_text(formats, first, view.period), say),
                first,
                _when(view, ">=", first) & _when(view, "<", end),
                span=(first, end),
            )
            for first, end in spans
        ),
        Lane(LATER, translate(_("Later"), say), None, _when(view, ">=", spans[-1][1]), takes=False, rare=True),
    ]
    return [*lanes, _none(env, view)]


def _spans(today: date, period: str) -> Iterator[tuple[date, date]]:
    first = first_of(today, period)
    for _place in range(AHEAD):
        end = after(first, period)
        yield first, end
        first = end


def day_in(lane: Lane, present: date | None) -> date | None:
    """The day that a card gets in the period of a lane: the same day of it where there is one, else its last."""
    if lane.span is None:
        return None
    first, end = lane.span
    last = end - timedelta(days=1)
    if present is None:
        return last
    if (end - first).days <= 31:
        return min(last, first + timedelta(days=present.day - 1)) if (end - first).days > 7 else first
    return last


def _is(view: BoardView, value: Any) -> Filter:
    return Condition(view.model.name, view.group.names, "=", value)


def _when(view: BoardView, operator: str, day: date) -> Filter:
    return Condition(view.model.name, view.group.names, operator, day)
