"""Periods of dates: where one begins and ends, and what people call it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from core.i18n import _

if TYPE_CHECKING:
    from core.formats import Formats

MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip


def first_of(day: date, period: str) -> date:
    """The first day of the day, week (from Monday), month, quarter or year that `day` is in."""
    match period:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


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
