"""The worker processes of one server, as the process sees them that started them: each is started anew when it dies.

They are processes of their own, started rather than forked: a connection must not cross a fork, and a web server
that ends, or is killed, takes them along, since each watches a pipe from it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from core.settings import Settings

THREADS = 2
"""So many jobs run side by side in one process, unless it is told otherwise."""
_CHILD = "from core.cli import main; main()"
_FIRST_PAUSE, _LONGEST_PAUSE = 1, 60
"""Seconds before a worker is started anew that died as soon as it was started: twice as long each time."""
_LONG_ENOUGH = 30
"""A worker that lived so long was well."""
_END_SECONDS = 25


class _Place:
    """The place of one process."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._command, self._environ = command, environ
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = _FIRST_PAUSE

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self) -> None:
        if self.is_running:
            return
        now = time.monotonic()
        if self.process is not None:
            if now - self._started > _LONG_ENOUGH:
                self._pause = _FIRST_PAUSE
            if now - self._started < self._pause:
                return
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            self.close()
        self.process = subprocess.Popen(self._command, env=self._environ, stdin=subprocess.PIPE)
        self._started = now

    def close(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()


class Crew:
    """So many processes, each with so many threads. Nothing runs before `tend`."""

    def __init__(self, settings: Settings, *, processes: int = 1, threads: int = THREADS) -> None:
        command = [sys.executable, "-c", _CHILD, "worker", "--beside-parent", "--threads", str(threads)]
        environ = {**os.environ, **settings.environ()}
        self._places = [_Place(command, environ) for _each in range(processes)]

    @property
    def processes(self) -> list[int]:
        """The numbers of the processes that run."""
        return [place.process.pid for place in self._places if place.process is not None and place.is_running]

    def tend(self) -> None:
        """Start what does not run. To be called every second or so."""
        for place in self._places:
            place.tend()

    def dismiss(self) -> None:
        """Tell them to end: what is at work comes to its end, for a while."""
        for place in self._places:
            if place.process is not None and place.is_running:
                place.process.terminate()

    def stop(self) -> None:
        """Tell them to end, and wait until they have."""
        self.dismiss()
        end = time.monotonic() + _END_SECONDS
        for place in self._places:
            if place.process is not None:
                try:
                    place.process.wait(max(end - time.monotonic(), 0))
                except subprocess.TimeoutExpired:
                    place.process.kill()
                    place.process.wait()
            place.close()
