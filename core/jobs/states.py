"""The states of a job, how long it waits before it is tried again, and what a job raises on purpose."""

from __future__ import annotations

from datetime import timedelta

from core.errors import BanyanError

JOB, CRON = "ir.job", "ir.cron"
WAITING, DONE, FAILED, CANCELLED = "waiting", "done", "failed", "cancelled"

LOW, NORMAL, HIGH = -10, 0, 10
"""Priorities: work that nobody waits for, the rest, and work that somebody watches."""

_FIRST_PAUSE = timedelta(seconds=10)
_GROWTH = 6
_LONGEST_PAUSE = timedelta(hours=6)


def pause_after(tries: int) -> timedelta:
    """How long a job that has failed so often waits: 10 seconds, a minute, 6 minutes, 36 minutes, then hours."""
    return min(_FIRST_PAUSE * int(_GROWTH ** (tries - 1)), _LONGEST_PAUSE)


class GiveUp(BanyanError):
    """Raised by a job that no other try would help. The text is what people read as the reason."""


class Stopped(BanyanError):
    """Somebody has cancelled the job while it was at work."""


class Paused(BanyanError):
    """The worker is to end: another one goes on with the job behind its last batch."""


class Overtaken(BanyanError):
    """Another worker has gone on with the job, or somebody has changed what it waits for."""
