"""Dates that a list is limited to, told from now or from one day to another: `when=closes_on:this month`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from core.errors import Invalid
from core.i18n import _, translate
from core.orm.filter import Condition, Filter
from core.orm.relative import relative
from core.views.composed import DATES, FieldAt
from core.views.finding import Finder
from core.web.screens.periods import moment_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.web.screens.address import Asked

SPANS = {
    "today": _("Today"),
    "this week": _("This week"),
    "this month": _("This month"),
    "this quarter": _("This quarter"),
    "this year": _("This year"),
    "last 7 days": _("Last 7 days"),
    "last 30 days": _("Last 30 days"),
    "last month": _("Last month"),
    "last quarter": _("Last quarter"),
    "last year": _("Last year"),
    "next 7 days": _("Next 7 days"),
    "next 30 days": _("Next 30 days"),
    "next month": _("Next month"),
    "next quarter": _("Next quarter"),
}
"""What is offered, as the address has it. Days are counted with today; weeks begin on Monday."""

_DAYS = {
    "last 7 days": ("today -6d", "today"),
    "last 30 days": ("today -29d", "today"),
    "next 7 days": ("today", "today +6d"),
    "next 30 days": ("today", "today +29d"),
}
TO = ".."


def date_at(env: Env, model: str, path: str) -> FieldAt | None:
    """The date of that path that the reader may see; None where there is none."""
    at = Finder(env.models, "").known(env.models[model], path)
    fits = at is not None and at.kind in DATES and not any(field.many for _info, field in at.steps)
    return at if at is not None and fits and at.readable(env) else None


def spans_of(env: Env, asked: Asked) -> list[Filter]:
    """The conditions of the spans of an address; of those of one field any may be met. Raises Invalid."""
    fields: dict[str, Filter] = {}
    for path, span in asked.spans:
        at = date_at(env, asked.model, path)
        if at is None:
            raise Invalid(_("There is no filter “{name}” for this list.", name=path))
        condition, known = condition_of(env, asked.model, at, span), fields.get(path)
        fields[path] = condition if known is None else known | condition
    return list(fields.values())


def condition_of(env: Env, model: str, at: FieldAt, span: str) -> Filter:
    """The condition of one span. Raises Invalid where it is none."""
    if TO in span:
        first, last = days_of(span)
        found = [
            Condition(model, at.names, sign, moment_of(env, at, day))
            for sign, day in ((">=", first), ("<", None if last is None else last + timedelta(days=1)))
            if day is not None
        ]
        return found[0] if len(found) == 1 else found[0] & found[1]
    if span in _DAYS:
        first_day, last_day = (relative(text) for text in _DAYS[span])
        return Condition(model, at.names, ">=", first_day) & Condition(model, at.names, "<=", last_day)
    try:
        return Condition(model, at.names, "=", relative(span))
    except ValueError:
        raise _unknown(span) from None


def days_of(span: str) -> tuple[date | None, date | None]:
    """The first and the last day of `2026-01-01..2026-03-31`; one of them may be open. Raises Invalid."""
    try:
        first, last = (date.fromisoformat(text) if text else None for text in span.split(TO))
        if (first or last) is None or (last is not None and last.year > 9000):
            raise ValueError
    except ValueError:
        raise _unknown(span) from None
    return first, last


def label_of(env: Env, formats: Formats, at: FieldAt, span: str) -> str:
    """A span as people read it: “Closing: this month”."""
    if TO in span:
        first, last = days_of(span)
        said = f"{formats.date(first)} – {formats.date(last)}"
    else:
        said = translate(SPANS.get(span, span), env.language).lower()
    return f"{translate(at.field().label, env.language)}: {said}"


def _unknown(span: str) -> Invalid:
    return Invalid(_("“{span}” is no span of days.", span=span[:60]))
