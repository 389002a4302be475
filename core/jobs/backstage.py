"""What jobs need beside the main database, in one place: the queue of wake-ups, and what is known of running ones."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256

from core.jobs.aside import Aside
from core.jobs.wakes import MEMORY, Wakes, open_wakes
from core.settings import Settings

AT_ONCE = 200
"""So many jobs of one unit of work are woken by it; the sweep wakes the others when those have gone."""
_log = logging.getLogger("banyan.jobs")


class Backstage:
    """Of one system. Nothing is opened or made before it is needed."""

    def __init__(self, settings: Settings, secret: bytes) -> None:
        self._settings = settings
        self._name = f"banyan-{sha256(secret + b'queue').hexdigest()[:12]}"

    @cached_property
    def aside(self) -> Aside:
        """Who is at work on what, and what they say."""
        if self._settings.queue_url == MEMORY:
            return Aside.in_memory()
        return Aside.beside(self._settings.database_url)

    @cached_property
    def wakes(self) -> Wakes:
        """The queue of wake-ups. Raises SetupError where it cannot be had."""
        return open_wakes(self._settings.queue_url, self._settings.database_url, self._name)

    def wake(self, jobs: Sequence[tuple[int, int]]) -> None:
        """Wake workers for (job, priority) that are committed. Never fails: the sweep finds what was not woken."""
        try:
            self.wakes.wake(jobs[:AT_ONCE])
        except Exception as error:  # any of three queues, each with errors of its own
            _log.warning("jobs were asked for, and the queue did not take them: %s", error)

    def close(self) -> None:
        """Let go of what was opened."""
        if "aside" in self.__dict__:
            self.aside.close()
        if "wakes" in self.__dict__:
            self.wakes.storage.close()
