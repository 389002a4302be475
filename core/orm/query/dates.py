"""Periods and parts of dates, on both engines; an instant is first taken into the reader's time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.instants import EARLIEST, LATEST
from core.orm.query.typed import Typed
from core.orm.read.sums import grouped
from core.orm.sqlite import LOCAL_FUNCTION

_FORMATS = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H"}
_FIELDS = {"week": "week", "weekday": "isodow"}


def period(of: Typed, name: str, zone: str, dialect: str) -> Typed:
    """The first day of the period that `of` lies in."""
    local = _local(of, zone, dialect)
    if dialect == "postgresql":
        if of.kind == "date" and name == "day":
            found = local
        else:
            start = sa.func.date_trunc(sa.literal_column(f"'{name}'"), sa.cast(local, sa.DateTime()))
            found = sa.cast(start, sa.Date())
    else:
        found = sa.type_coerce(_PERIODS[name](sa.type_coerce(local, sa.String())), sa.Date())
    return Typed(found, "date", nullable=of.nullable)


def part(of: Typed, name: str, zone: str, dialect: str) -> Typed:
    """A number out of a date."""
    local = _local(of, zone, dialect)
    if name == "hour" and of.kind == "date":
        raise Invalid(_("A date has no hours."))
    if dialect == "postgresql":
        found = sa.cast(sa.extract(_FIELDS.get(name, name), local), sa.BigInteger())
    else:
        text = sa.type_coerce(local, sa.String())
        found = _PARTS[name](text) if name in _PARTS else _number(_FORMATS[name], text)
    return Typed(found, "whole", nullable=of.nullable)


def days(start: Typed, end: Typed, dialect: str) -> Typed:
    """Whole days from one date to another."""
    for typed in (start, end):
        if typed.kind not in ("date", "absent"):
            raise Invalid(_("Days are counted between two dates; use period() on an instant."))
    if dialect == "postgresql":
        found: Any = sa.type_coerce(
            grouped(sa.cast(end.sql, sa.Date()) - sa.cast(start.sql, sa.Date())), sa.BigInteger()
        )
    else:
        found = sa.cast(sa.func.julianday(end.sql) - sa.func.julianday(start.sql), sa.BigInteger())
    return Typed(found, "whole", nullable=start.nullable or end.nullable)


def _local(of: Typed, zone: str, dialect: str) -> Any:
    if of.kind not in ("date", "datetime"):
        raise Invalid(_("Only dates and instants have periods."))
    if of.kind == "date" or zone == "UTC":
        if of.kind == "datetime" and dialect == "postgresql":
            return sa.func.timezone(sa.literal_column("'UTC'"), of.sql)
        return of.sql
    if dialect == "postgresql":
        # A local time in the year 10000, or before the year 1, is one that Python has no date for.
        nearest = sa.func.least(sa.func.greatest(of.sql, _literal(EARLIEST)), _literal(LATEST))
        within = sa.case((of.sql.is_not(None), nearest))  # of nothing and a bound, the bound is the greatest
        return sa.func.timezone(sa.literal(zone, sa.String()), within)
    return getattr(sa.func, LOCAL_FUNCTION)(sa.type_coerce(of.sql, sa.String()), sa.literal(zone, sa.String()))


def _literal(edge: datetime) -> Any:
    return sa.literal_column(f"TIMESTAMPTZ '{edge.isoformat()}'", sa.DateTime(timezone=True))


# -- SQLite, which keeps dates as texts ---------------------------------------------------------------------


def _text(value: str) -> Any:
    return sa.literal_column(f"'{value}'", sa.String())


def _digits(value: int) -> Any:
    return sa.literal_column(str(value), sa.BigInteger())


def _number(form: str, text: Any) -> Any:
    return sa.cast(sa.func.strftime(_text(form), text), sa.BigInteger())


def _from_monday(text: Any) -> Any:
    # Backwards first: beyond the last day of the calendar SQLite has no answer.
    return sa.func.date(text, _text("-6 days"), _text("weekday 1"))


def _quarter(text: Any) -> Any:
    return grouped(grouped(_number("%m", text) + _digits(2)).op("/")(_digits(3)))


def _first_of_quarter(text: Any) -> Any:
    month = sa.cast(grouped(_quarter(text) * _digits(3)) - _digits(2), sa.String())
    padded = sa.func.substr(grouped(_text("0").op("||")(month)), _digits(-2))
    return sa.func.substr(text, _digits(1), _digits(4)).op("||")(_text("-")).op("||")(padded).op("||")(_text("-01"))


def _first(count: int, rest: str) -> Callable[[Any], Any]:
    return lambda text: sa.func.substr(text, _digits(1), _digits(count)).op("||")(_text(rest))


_PERIODS: dict[str, Callable[[Any], Any]] = {
    "day": lambda text: sa.func.substr(text, _digits(1), _digits(10)),
    "week": _from_monday,
    "month": _first(7, "-01"),
    "quarter": _first_of_quarter,
    "year": _first(4, "-01-01"),
}


def _iso_week(text: Any) -> Any:
    thursday = sa.func.date(text, _text("-3 days"), _text("weekday 4"))
    return grouped(grouped(_number("%j", thursday) + _digits(6)).op("/")(_digits(7)))


def _weekday(text: Any) -> Any:
    return grouped(grouped(grouped(_number("%w", text) + _digits(6)).op("%")(_digits(7))) + _digits(1))


_PARTS: dict[str, Callable[[Any], Any]] = {"quarter": _quarter, "week": _iso_week, "weekday": _weekday}
