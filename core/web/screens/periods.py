"""Periods of dates: where one ends, what people call it, and which records it stands for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.i18n import _
from core.orm.filter import Condition, Filter
from core.orm.relative import first_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.views.composed import FieldAt

MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip


def after(first: date, period: str) -> date:
    """The first day of the period that follows the one which begins on `first`."""
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[period]
    return first_of(first + timedelta(days=longest), period)


def period_text(formats: Formats, first: date, period: str) -> str:
    """What people call the period that begins on `first`."""
    match period:
        case "year":
            return str(first.year)
        case "quarter":
            return _("Q{quarter} {year}", quarter=(first.month + 2) // 3, year=str(first.year))
        case "month":
            return _("{month} {year}", month=MONTHS[first.month - 1], year=str(first.year))
        case "week":
            year, number, _day = first.isocalendar()
            return _("W{number} {year}", number=number, year=str(year))
    return formats.date(first)


def moment_of(env: Env, at: FieldAt, day: date) -> date | datetime:
    """A day as the field compares it: of an instant, when the day begins where the reader is."""
    return day if at.kind == "date" else datetime.combine(day, time(), ZoneInfo(env.time_zone))


def records_of(env: Env, at: FieldAt, value: Any, period: str) -> Filter:
    """The records that a value of a group stands for. period: of a date, whose value is its first day; else empty."""
    model = at.steps[0][0].name
    if not period or value is None:
        return Condition(model, at.names, "=", value)
    first, end = moment_of(env, at, value), moment_of(env, at, after(value, period))
    return Condition(model, at.names, ">=", first) & Condition(model, at.names, "<", end)
