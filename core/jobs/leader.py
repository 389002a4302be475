"""Sweeping by one of all workers, each second, whichever machine it is on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from core.jobs.sweep import sweep
from core.orm.database import utc_now

if TYPE_CHECKING:
    from core.jobs.run import System

_SECONDS = 1.0
_ENOUGH = 500
"""Where so many wake-ups wait, workers have something to do: the sweep looks at what is due only now and then."""
_NOW_AND_THEN = 20
_log = logging.getLogger("banyan.jobs")


class Leader:
    """What a worker does each second: where it is the leader, or nobody is, it sweeps."""

    pause = _SECONDS

    def __init__(self, system: System) -> None:
        self._system = system
        self._ticks = 0

    def tick(self) -> None:
        """Sweep, where this process is the one that does. Never fails: the next second is another try."""
        backstage = self._system.backstage
        try:
            backstage.aside.enrol(utc_now())
            if not backstage.aside.lead():
                return
            self._ticks += 1
            if backstage.wakes.storage.queue_size() < _ENOUGH or self._ticks % _NOW_AND_THEN == 0:
                sweep(self._system)
        except Exception as error:  # the database or the queue may be away for a while
            _log.warning("the sweep failed, and is tried again: %s", error)
