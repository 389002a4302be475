"""Defaults that are told by the clock: `fields.Date(default=today)`.

They are the only functions whose value is also known for rows that are there before their column: those get one
moment, all the same. Any other function may ask the database, which is just being changed then.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time; every environment does."""

    def now(self) -> datetime: ...

    def today(self) -> date: ...


def today(clock: Clock) -> date:
    """The present day: where the user is, and in rows that are there already where the first company is."""
    return clock.today()


def now(clock: Clock) -> datetime:
    """The present instant."""
    return clock.now()


MOMENTS = (today, now)
