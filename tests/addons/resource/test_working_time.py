"""Working time: what is reckoned by a week of shifts, holidays and exceptions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.resource.working_time import NoWorkingTime, Shift, WorkingTime

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600
OFFICE = tuple(Shift(day, begins * HOUR, ends * HOUR) for day in range(5) for begins, ends in ((8, 12), (13, 17)))


def at(text, zone=SAIGON):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(number):
    return timedelta(hours=number)


office = WorkingTime(SAIGON, OFFICE)


def test_hours_of_a_week_less_lunch_and_week_end():
    assert office.between(at("2026-05-04"), at("2026-05-11")) == hours(40)
    assert office.between(at("2026-05-04 11:00"), at("2026-05-04 14:30")) == hours(2.5)
    assert office.between(at("2026-05-08 16:00"), at("2026-05-11 09:00")) == hours(2)
    assert office.between(at("2026-05-11 09:00"), at("2026-05-08 16:00")) == -hours(2)


def test_hours_are_added_over_lunch_nights_and_week_ends():
    assert office.add(at("2026-05-08 16:00"), hours(2)) == at("2026-05-11 09:00")
    assert office.add(at("2026-05-08 13:00"), hours(4)) == at("2026-05-08 17:00")
    assert office.add(at("2026-05-09 10:00"), hours(1)) == at("2026-05-11 09:00")
    assert office.add(at("2026-05-11 09:00"), -hours(2)) == at("2026-05-08 16:00")
    assert office.add(at("2026-05-09 10:00"), -hours(8)) == at("2026-05-08 08:00")
    assert office.add(at("2026-05-09 10:00"), hours(0)) == at("2026-05-09 10:00")


def test_days_are_added_at_the_same_time_of_day():
    assert office.add_days(at("2026-05-07 15:30"), 3) == at("2026-05-12 15:30")
    assert office.add_days(at("2026-05-09 10:00"), 1) == at("2026-05-11 10:00")
    assert office.add_days(at("2026-05-11 10:00"), -1) == at("2026-05-08 10:00")
    assert office.add_days(at("2026-05-09 10:00"), 0) == at("2026-05-09 10:00")


def test_shift_is_over_at_its_end():
    assert office.is_working(at("2026-05-08 08:00"))
    assert not office.is_working(at("2026-05-08 17:00"))
    assert office.next_working(at("2026-05-08 12:00")) == at("2026-05-08 13:00")
    assert office.next_working(at("2026-05-08 17:00")) == at("2026-05-11 08:00")
    assert office.next_working(at("2026-05-08 09:30")) == at("2026-05-08 09:30")


def test_holidays_and_days_off_are_not_worked_and_extra_work_is():
    working = WorkingTime(
        SAIGON,
        OFFICE,
        lambda day: day == date(2026, 4, 30),
        off=[(at("2026-05-04 14:00"), at("2026-05-05 09:00"))],
        extra=[(at("2026-05-02 08:00"), at("2026-05-02 12:00")), (at("2026-05-06 16:00"), at("2026-05-06 20:00"))],
    )
    assert working.working_days(date(2026, 4, 29), date(2026, 5, 6)) == [
        date(2026, 4, 29), date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6),
    ]  # fmt: skip
    assert working.between(at("2026-05-04"), at("2026-05-06")) == hours(5 + 7)
    assert working.between(at("2026-05-06"), at("2026-05-07")) == hours(11)
    assert working.between(at("2026-04-30"), at("2026-05-01")) == hours(0)


def test_hours_are_on_the_clocks_of_the_zone_when_these_change():
    night = tuple(Shift(day, 0, 6 * HOUR) for day in range(7))
    working = WorkingTime(BERLIN, night)
    assert working.between(at("2026-03-29", BERLIN), at("2026-03-30", BERLIN)) == hours(5)
    assert working.between(at("2026-10-25", BERLIN), at("2026-10-26", BERLIN)) == hours(7)
    day = WorkingTime(BERLIN, OFFICE)
    assert day.add_days(at("2026-03-27 09:00", BERLIN), 1) == at("2026-03-30 09:00", BERLIN)


def test_shift_over_midnight_is_two_rows():
    working = WorkingTime(SAIGON, (Shift(0, 22 * HOUR, 24 * HOUR), Shift(1, 0, 6 * HOUR)))
    assert working.between(at("2026-05-04 20:00"), at("2026-05-05 12:00")) == hours(8)
    assert working.add(at("2026-05-04 20:00"), hours(5)) == at("2026-05-05 03:00")


@pytest.mark.parametrize("ask", [
    lambda working: working.add(at("2026-05-04"), hours(1)),
    lambda working: working.next_working(at("2026-05-04")),
    lambda working: working.add_days(at("2026-05-04"), -1),
])  # fmt: skip
def test_calendar_without_hours_is_told_and_does_not_search_for_ever(ask):
    with pytest.raises(NoWorkingTime, match="Nothing is worked in the 1000 days around"):
        ask(WorkingTime(SAIGON, ()))


# -- whatever the calendar ---------------------------------------------------------------------------

zones = st.sampled_from([SAIGON, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@st.composite
def shifts(draw):
    begins = draw(st.integers(0, 95))
    ends = draw(st.integers(begins + 1, 96))
    return Shift(draw(st.integers(0, 6)), begins * 900, ends * 900)


@st.composite
def spans(draw):
    begin = draw(moments)
    return begin, begin + timedelta(minutes=draw(st.integers(1, 5000)))


@st.composite
def calendars(draw):
    holidays = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20))
    return WorkingTime(
        draw(zones),
        tuple(draw(st.lists(shifts(), min_size=1, max_size=8))),
        holidays.__contains__,
        tuple(draw(st.lists(spans(), max_size=4))),
        tuple(draw(st.lists(spans(), max_size=4))),
    )


durations = st.integers(1, 200 * HOUR).map(lambda seconds: timedelta(seconds=seconds))


@settings(max_examples=120, deadline=None)
@given(calendars(), moments, durations)
def test_what_was_added_lies_between(working, start, duration):
    end = working.add(start, duration)
    assert working.between(start, end) == duration
    assert working.between(start, end - timedelta(seconds=1)) < duration
    begin = working.add(start, -duration)
    assert working.between(begin, start) == duration
    assert working.between(begin + timedelta(seconds=1), start) < duration


@settings(max_examples=120, deadline=None)
@given(calendars(), st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_time_between_adds_up_and_is_no_more_than_passes(working, three):
    first, second, third = three
    whole = working.between(first, third)
    assert working.between(first, second) + working.between(second, third) == whole
    assert timedelta(0) <= whole <= third - first
    assert working.between(third, first) == -whole


@settings(max_examples=120, deadline=None)
@given(calendars(), moments)
def test_next_working_time_is_the_first_that_is_worked(working, instant):
    found = working.next_working(instant)
    assert found >= instant
    assert working.is_working(found)
    assert working.between(instant, found) == timedelta(0)
    assert working.is_working(instant) == (found == instant)


@settings(max_examples=120, deadline=None)
@given(calendars(), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_intervals_of_a_day_are_in_order_apart_and_worked(working, day):
    found = working.of_day(day)
    assert all(begin < end for begin, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    for begin, end in found:
        assert working.is_working(begin)
        assert working.day_of(begin) == day
        assert not any(since <= begin < until for since, until in working.off)
        assert not working.is_working(end) or working.day_of(end) != day


@settings(max_examples=80, deadline=None)
@given(calendars(), moments, st.integers(1, 30))
def test_days_that_are_added_are_working_days(working, start, days):
    first, last = working.day_of(start), working.day_of(working.add_days(start, days))
    assert len(working.working_days(first + timedelta(days=1), last)) == days
    assert working.is_working_day(last)
