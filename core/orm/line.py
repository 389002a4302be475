"""Threads of one process in the order in which they came: each goes when those before it have gone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Line:
    """Who waits in this process for one thing, of which the first in line may try to get it."""

    def __init__(self) -> None:
        self._changing = Lock()
        self._line: deque[Lock] = deque()

    @property
    def length(self) -> int:
        """How many wait."""
        return len(self._line)

    @contextmanager
    def wait(self, seconds: float) -> Iterator[bool]:
        """Stand in line until this thread is the first, which it stays as long as the block lasts.

        seconds: at most so long. Gives whether it is the first.
        """
        mine = Lock()
        mine.acquire()
        with self._changing:
            self._line.append(mine)
            is_first = self._line[0] is mine
        try:
            yield is_first or mine.acquire(timeout=seconds)
        finally:
            with self._changing:
                was_first = self._line[0] is mine
                self._line.remove(mine)
                if was_first and self._line:
                    self._line[0].release()
