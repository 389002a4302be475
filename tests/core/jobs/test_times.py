"""When a schedule is due."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.jobs.times import read_interval, read_times

HANOI, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = HANOI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        ("03:00", "2026-03-01 02:59", "2026-03-01 03:00"),
        ("03:00", "2026-03-01 03:00", "2026-03-02 03:00"),
        ("30 7 * * 1-5", "2026-03-06 08:00", "2026-03-09 07:30"),
        ("0 0 1 * *", "2026-03-06 08:00", "2026-04-01 00:00"),
        ("*/15 8-17 * * *", "2026-03-06 08:16", "2026-03-06 08:30"),
        ("0 9,18 * * *", "2026-03-06 09:00", "2026-03-06 18:00"),
        ("0 6 13 * 5", "2026-03-07 00:00", "2026-03-13 06:00"),
        ("0 6 * * 0", "2026-03-07 00:00", "2026-03-08 06:00"),
        ("0 6 * * 7", "2026-03-07 00:00", "2026-03-08 06:00"),
        ("0 6 29 2 *", "2026-03-07 00:00", "2028-02-29 06:00"),
    ],
)
def test_times_are_those_of_the_wall_clock(text: str, now: str, due: str) -> None:
    assert read_times(text).next(local(now), local(now), HANOI) == local(due)


def test_time_that_the_clock_skips_comes_an_hour_later_and_one_that_it_repeats_comes_once() -> None:
    half_past_two = read_times("02:30")
    spring = half_past_two.next(UTC_EPOCH, local("2026-03-29 01:00", BERLIN), BERLIN)
    assert spring.astimezone(BERLIN).strftime("%d %H:%M") == "29 03:30"
    autumn = half_past_two.next(UTC_EPOCH, local("2026-10-25 01:00", BERLIN), BERLIN)
    assert autumn.astimezone(BERLIN).strftime("%d %H:%M") == "25 02:30"
    assert half_past_two.next(UTC_EPOCH, autumn, BERLIN).astimezone(BERLIN).strftime("%d %H:%M") == "26 02:30"


UTC_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "last", "now", "due"),
    [
        ("15 minutes", "2026-03-01 10:00", "2026-03-01 10:00", "2026-03-01 10:15"),
        ("15 minutes", "2026-03-01 10:00", "2026-03-01 12:07", "2026-03-01 12:15"),
        ("1 day", "2026-03-27 08:00", "2026-03-28 09:00", "2026-03-29 08:00"),
        ("2 weeks", "2026-03-02 08:00", "2026-03-02 08:00", "2026-03-16 08:00"),
        ("1 month", "2026-01-31 08:00", "2026-01-31 08:00", "2026-02-28 08:00"),
        ("3 months", "2026-11-30 08:00", "2026-12-01 08:00", "2027-02-28 08:00"),
    ],
)
def test_intervals_count_from_the_last_time_and_days_keep_the_time_of_day(
    text: str, last: str, now: str, due: str
) -> None:
    interval = read_interval(text)
    assert interval.next(local(last, BERLIN), local(now, BERLIN), BERLIN) == local(due, BERLIN)


@pytest.mark.parametrize("text", ["", "0 minutes", "minutes", "5 fortnights", "-1 days"])
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no interval"):
        read_interval(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("25:00", "neither a time of day"),
        ("60 * * * *", "'60' is no minute; it goes from 0 to 59"),
        ("0 5-3 * * *", "'5-3' is no hour"),
        ("0 0 0 * *", "is no day of the month"),
        ("0 0 * JAN *", "'JAN' is no month"),
        ("0 0 30 2 *", "is never due"),
    ],
)
def test_what_is_no_time_is_refused_with_the_part_at_fault(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_times(text)
