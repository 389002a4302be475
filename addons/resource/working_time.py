"""Working time: which instants are worked, and what is reckoned by it. Without a database.

    week of shifts ── public holidays ── days off + extra work  =  disjoint intervals, day by day

Shifts and holidays are on the clocks of a time zone, so a working day has its hours also when the clocks change.
Instants are aware; all that is given back is in UTC. Intervals are half-open: at five o'clock a shift until five is
over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from core import Refused
from core.i18n import _

DAY = timedelta(days=1)
NOTHING = timedelta(0)
LONGEST_PAUSE = 1000
"""After so many days without work none is looked for any further."""

Interval = tuple[datetime, datetime]


class NoWorkingTime(Refused):
    """A calendar has no working time for years."""


@dataclass(frozen=True)
class Shift:
    """Hours of a day of the week, 0 is Monday. begins, ends: seconds after midnight, the end up to 24 hours."""

    weekday: int
    begins: int
    ends: int


def _never(day: date) -> bool:
    return False


@dataclass(frozen=True)
class WorkingTime:
    """A calendar to reckon with.

    is_holiday: whether a day is off as a whole, since it is a public holiday. off: what is not worked. extra: what is
    worked beside the shifts, on whatever day.
    """

    zone: ZoneInfo
    shifts: Sequence[Shift]
    is_holiday: Callable[[date], bool] = _never
    off: Sequence[Interval] = field(default=())
    extra: Sequence[Interval] = field(default=())

    # -- which time is worked -----------------------------------------------------------------------

    def of_day(self, day: date) -> list[Interval]:
        """What is worked on a day of the calendar's zone: intervals in order, none touching another."""
        whole = (self._instant(day, 0), self._instant(day + DAY, 0))
        found = list(_within(self.extra, whole))
        if not self.is_holiday(day):
            for shift in self.shifts:
                if shift.weekday == day.weekday():
                    begin, end = self._instant(day, shift.begins), self._instant(day, shift.ends)
                    if begin < end:  # not where the clocks leave it out
                        found.append((begin, end))
        return list(_without(_merged(found), list(_within(self.off, whole))))

    def intervals(self, start: datetime, end: datetime) -> Iterator[Interval]:
        """What is worked between two instants, in order."""
        first, last = self.day_of(start), self.day_of(end)
        for number in range((last - first).days + 1):
            yield from _within(self.of_day(first + number * DAY), (start, end))

    def is_working(self, instant: datetime) -> bool:
        """Whether an instant is working time."""
        return any(begin <= instant < end for begin, end in self.of_day(self.day_of(instant)))

    def day_of(self, instant: datetime) -> date:
        """The day of an instant in the calendar's zone."""
        return instant.astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        """Whether anything is worked on a day."""
        return bool(self.of_day(day))

    # -- what is reckoned ----------------------------------------------------------------------------

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two instants; less than nothing where the end is first."""
        if end < start:
            return -self.between(end, start)
        return sum((until - since for since, until in self.intervals(start, end)), NOTHING)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant by which so much working time has passed; for less than nothing, the last before which.

        No time from an instant on is that instant. Raises NoWorkingTime.
        """
        start = start.astimezone(UTC)
        left = abs(duration)
        if not left:
            return start
        forward = duration > NOTHING
        for begin, end in self._onward(start) if forward else self._backward(start):
            if end - begin >= left:
                return begin + left if forward else end - left
            left -= end - begin
        raise AssertionError("the intervals have no end")

    def next_working(self, instant: datetime) -> datetime:
        """The instant itself where it is working time, else the next that is. Raises NoWorkingTime."""
        return next(self._onward(instant.astimezone(UTC)))[0]

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many working days later, or earlier. The day of the start does not count.

        Raises NoWorkingTime.
        """
        local = start.astimezone(self.zone)
        day = local.date()
        for _number in range(abs(days)):
            day = next(self._days(day + (DAY if days > 0 else -DAY), 1 if days > 0 else -1))
        return datetime.combine(day, local.timetz().replace(tzinfo=None), self.zone).astimezone(UTC)

    def working_days(self, first: date, last: date) -> list[date]:
        """The days on which anything is worked, both ends included."""
        days = (first + number * DAY for number in range((last - first).days + 1))
        return [day for day in days if self.is_working_day(day)]

    # -- one day after the other ------------------------------------------------------------------------

    def _onward(self, start: datetime) -> Iterator[Interval]:
        for day in self._days(self.day_of(start), 1):
            yield from _within(self.of_day(day), (start, datetime.max.replace(tzinfo=UTC)))

    def _backward(self, start: datetime) -> Iterator[Interval]:
        for day in self._days(self.day_of(start), -1):
            yield from reversed(list(_within(self.of_day(day), (datetime.min.replace(tzinfo=UTC), start))))

    def _days(self, first: date, step: int) -> Iterator[date]:
        """Days on which anything is worked, from a day on."""
        idle = 0
        for number in count():
            day = first + number * step * DAY
            if self.is_working_day(day):
                idle = 0
                yield day
            else:
                idle += 1
                if idle > LONGEST_PAUSE:
                    raise NoWorkingTime(
                        _(
                            "Nothing is worked in the {count} days around {day}. Give the calendar working hours.",
                            count=LONGEST_PAUSE,
                            day=first.isoformat(),
                        )
                    )

    def _instant(self, day: date, seconds: int) -> datetime:
        """A time on the clocks of the zone; seconds may be those of a whole day."""
        days, rest = divmod(seconds, 24 * 3600)
        clock = time(rest // 3600, rest % 3600 // 60, rest % 60)
        return datetime.combine(day + days * DAY, clock, self.zone).astimezone(UTC)


def _within(intervals: Iterable[Interval], whole: Interval) -> Iterator[Interval]:
    """What of the intervals lies in another."""
    start, end = whole[0].astimezone(UTC), whole[1].astimezone(UTC)
    for since, until in intervals:
        begin, finish = max(since, start), min(until, end)
        if begin < finish:
            yield begin, finish


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found


def _without(intervals: Iterable[Interval], taken: Sequence[Interval]) -> Iterator[Interval]:
    """The intervals without what is taken out of them."""
    for begin, end in intervals:
        at = begin
        for since, until in _merged(taken):
            if until <= at or since >= end:
                continue
            if since > at:
                yield at, since
            at = max(at, until)
        if at < end:
            yield at, end
