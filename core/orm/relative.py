"""Dates told from now: `today -7d`, `this month`, `now -2h`; in filters, in Python and in JSON.

    value   = base {shift}
    base    = "now" | "today" | ("this" | "last" | "next") period
    period  = "day" | "week" | "month" | "quarter" | "year"          weeks begin on Monday
    shift   = ("+" | "-") number unit
    unit    = "min" | "h" | "d" | "w" | "m" | "q" | "y"              m is a month, min a minute

`now` is an instant, and so is a day that is shifted by hours or minutes; everything else is a span of whole days.
A date equals `this month` where it lies in it, is `<` it before its first day and `>` it after its last. Days begin
and end where the reader is; a month after the 31st of January is the last day of February.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from core.orm.env import Env

Moment: TypeAlias = "date | datetime"

_PERIODS = ("day", "week", "month", "quarter", "year")
_BASE = re.compile(
    rf"(now|today|(?:this|last|next) (?:{'|'.join(_PERIODS)}))((?:\s*[+-]\s*\d{{1,5}}(?:min|[hdwmqy]))*)"
)
_SHIFT = re.compile(r"([+-])\s*(\d+)(min|[hdwmqy])")
_IN_PERIOD = {"day": (1, "d"), "week": (1, "w"), "month": (1, "m"), "quarter": (1, "q"), "year": (1, "y")}
_MONTHS = {"m": 1, "q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7}
_MINUTES = {"min": 1, "h": 60}
FIRST, LAST = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001 - in the reader's zone


@dataclass(frozen=True)
class Relative:
    """A moment or a span of days that is known when it is asked for. text: as it is written."""

    text: str

    def __post_init__(self) -> None:
        if _BASE.fullmatch(self.text) is None:
            raise ValueError(
                f"'{self.text}' is no relative date: write it like today -7d, this month or now -2h, "
                "with numbers of up to five digits"
            )

    def span(self, env: Env, kind: str) -> tuple[Moment, Moment, bool]:
        """(first, end, whether it is one moment): the end of a span is the first moment behind it.

        kind: "date" or "datetime", of the field that it is compared with.
        """
        base, period, shifts = self._parts()
        zone = ZoneInfo(env.time_zone)
        local = env.now().astimezone(zone)
        if base != "now":
            local = datetime.combine(first_of(local.date(), period), time(), zone)
        for amount, unit in shifts:
            local = _held(_shifted(local, amount, unit))
        is_moment = base == "now" or any(unit in _MINUTES for _amount, unit in shifts)
        if is_moment and kind == "datetime":
            moment = local.astimezone(UTC)
            return moment, moment, True
        first = local.date() if is_moment else first_of(local.date(), period)
        end = first + timedelta(days=1) if is_moment else first_of(_ahead(first, period), period)
        if kind == "date":
            return first, end, False
        return _midnight(first, zone), _midnight(end, zone), False

    def _parts(self) -> tuple[str, str, list[tuple[int, str]]]:
        found = _BASE.fullmatch(self.text)
        assert found is not None
        shifts = [(int(sign + number), unit) for sign, number, unit in _SHIFT.findall(found[2])]
        which, _space, period = found[1].partition(" ")
        if which in ("last", "next"):
            amount, unit = _IN_PERIOD[period]
            shifts.insert(0, (-amount if which == "last" else amount, unit))
        return which, period or "day", shifts

    def __str__(self) -> str:
        return self.text


def relative(text: str) -> Relative:
    """A date told from now: `Lead.closes_on >= relative("today -7d")`. Raises ValueError where it is none."""
    return Relative(" ".join(text.split()))


def is_relative(text: str) -> bool:
    """Whether a text says a date from now."""
    return _BASE.fullmatch(" ".join(text.split())) is not None


def has_relative(value: Any) -> bool:
    """Whether a filter's value is a date from now, or a list with one in it."""
    return isinstance(value, Relative) or (
        isinstance(value, tuple) and any(isinstance(item, Relative) for item in value)
    )


def meets(operator: str, value: Any, other: Relative, env: Env, kind: str) -> bool:
    """What the database answers for `value operator other`, asked of a date, an instant or None."""
    if operator in ("!=", "not in"):
        return not meets("=", value, other, env, kind)
    if value is None:
        return False
    first, end, is_moment = other.span(env, kind)
    match operator:
        case "<":
            return bool(value < first)
        case ">=":
            return bool(value >= first)
        case "<=":
            return bool(value <= first if is_moment else value < end)
        case ">":
            return bool(value > first if is_moment else value >= end)
    return bool(value == first if is_moment else first <= value < end)


def first_of(day: date, period: str) -> date:
    """The first day of the day, week (from Monday), month, quarter or year that `day` is in."""
    match period:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _ahead(day: date, period: str) -> date:
    amount, unit = _IN_PERIOD[period]
    return day + timedelta(days=_DAYS[unit]) if unit in _DAYS else _months(day, amount * _MONTHS[unit])


def _months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, date.min.year), date.max.year)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _shifted(local: datetime, amount: int, unit: str) -> datetime:
    """Days and months by the calendar where the reader is, hours and minutes as they pass."""
    try:
        if unit in _MINUTES:
            moved = local.astimezone(UTC) + timedelta(minutes=amount * _MINUTES[unit])
            return moved.astimezone(local.tzinfo)
        if unit in _DAYS:
            return local + timedelta(days=amount * _DAYS[unit])
        return datetime.combine(_months(local.date(), amount * _MONTHS[unit]), local.timetz())
    except OverflowError:
        return FIRST.replace(tzinfo=local.tzinfo) if amount < 0 else LAST.replace(tzinfo=local.tzinfo)


def _held(local: datetime) -> datetime:
    """`local`, or the nearest moment whose period begins and ends in the calendar, in every time zone."""
    return min(max(local, FIRST.replace(tzinfo=local.tzinfo)), LAST.replace(tzinfo=local.tzinfo))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
