"""When a schedule is due: after an interval, or at times of the wall clock in some time zone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.i18n import _

UNITS = ("minutes", "hours", "days", "weeks", "months")
_SECONDS = {"minutes": 60, "hours": 3600}
_DAYS = {"days": 1, "weeks": 7}
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_PART = re.compile(r"(\*|\d+)(?:-(\d+))?(?:/(\d+))?")
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = (_("minute"), _("hour"), _("day of the month"), _("month"), _("weekday"))
_YEARS = 5
"""So far ahead a time is looked for; 29 February is at most eight years away, and nobody waits for that."""


@dataclass(frozen=True)
class Interval:
    """So many units between two runs. Days, weeks and months keep the time of day of the wall clock."""

    number: int
    unit: str

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The instant one interval later. moment: aware; the answer is in UTC."""
        if self.unit in _SECONDS:
            return (moment + timedelta(seconds=self.number * _SECONDS[self.unit])).astimezone(UTC)
        local = moment.astimezone(zone)
        if self.unit in _DAYS:
            day = local.date() + timedelta(days=self.number * _DAYS[self.unit])
        else:
            months = local.year * 12 + local.month - 1 + self.number
            year, month = divmod(months, 12)
            day = date(year, month + 1, min(local.day, monthrange(year, month + 1)[1]))
        return _instant(day, local.time(), zone)

    def next(self, last: datetime, now: datetime, zone: ZoneInfo) -> datetime:
        """The first instant after `now` in steps from `last`: what was missed is not made up for."""
        if self.unit in _SECONDS:
            step = timedelta(seconds=self.number * _SECONDS[self.unit])
            missed = max((now - last) // step, 0)
            return (last + (missed + 1) * step).astimezone(UTC)
        due = self.after(last, zone)
        while due <= now:
            due = self.after(due, zone)
        return due


@dataclass(frozen=True)
class Times:
    """Times of the wall clock, as the five fields of a crontab say: minute, hour, day, month, weekday (0 is Sunday).

    Where both a day and a weekday are given, either is enough. A time that the clock skips in spring
    comes an hour later; one that comes twice in autumn counts once.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next(self, last: datetime, now: datetime, zone: ZoneInfo) -> datetime:
        """The first of these times after `now`. last: takes no part; what was missed is not made up for."""
        day = now.astimezone(zone).date()
        for _each in range(_YEARS * 366):
            if self._falls_on(day):
                for hour in self.hours:
                    for minute in self.minutes:
                        instant = _instant(day, time(hour, minute), zone)
                        if instant > now:
                            return instant
            day += timedelta(days=1)
        raise ValueError(_("'{text}' is never due", text=self.text))

    def _falls_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if len(self.days) < 31 and len(self.weekdays) < 7:
            return in_month or in_week
        return in_month and in_week


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def read_interval(text: str) -> Interval:
    """ "15 minutes" as an interval. Raises ValueError."""
    number, _space, unit = text.strip().partition(" ")
    unit = unit.strip()
    unit = unit if unit.endswith("s") else f"{unit}s"
    if not number.isdigit() or int(number) < 1 or unit not in UNITS:
        raise ValueError(_("'{text}' is no interval; write “15 minutes” or “1 day”", text=text))
    return Interval(int(number), unit)


def read_times(text: str) -> Times:
    """ "03:00", or the five fields of a crontab. Raises ValueError that says which field is wrong."""
    clock = _CLOCK.fullmatch(text.strip())
    fields = [clock[2], clock[1], "*", "*", "*"] if clock else text.split()
    if len(fields) != len(_RANGES):
        raise ValueError(
            _("'{text}' is neither a time of day such as 03:00 nor the five fields of a crontab", text=text)
        )
    sets = [_numbers(field, *bounds, name) for field, bounds, name in zip(fields, _RANGES, _NAMES, strict=True)]
    weekdays = frozenset(number % 7 for number in sets[4])
    found = Times(text, tuple(sorted(sets[0])), tuple(sorted(sets[1])), sets[2], sets[3], weekdays)
    found.next(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    return found


def _numbers(field: str, low: int, high: int, name: str) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(_("'{part}' is no {name}", part=part, name=name))
        first, last, step = match.groups()
        start = low if first == "*" else int(first)
        end = int(last) if last else high if first == "*" or step else start
        if not low <= start <= end <= high or step == "0":
            raise ValueError(_("'{part}' is no {name}; it goes from {low} to {high}",
                               part=part, name=name, low=low, high=high))  # fmt: skip
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)
