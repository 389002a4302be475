"""Turns at writing on SQLite.

It serves those who wait in no order: each looks again now and then, ten times a second in the end, and whoever
happens to look when the database is free has it. Work in the background, which writes again and again, would take it
from people for many seconds.

So whoever finds the database taken says that they wait, by a shared lock on a file beside it, until they have it.
Work in the background asks before each of its units whether anybody waits, and lets them go first. The system takes
the lock away from a process that dies.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_SECONDS = 0.005
_LONGEST = 0.5
"""So long work in the background lets others go first, where there is always somebody."""
_UNKNOWN_SECONDS = 0.12
"""Where waiting cannot be told: whoever waits looks again within this time."""


class Turns:
    """Of one database file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    if sys.platform == "win32":

        @contextmanager
        def waiting(self) -> Iterator[None]:
            """Say that this thread waits for its turn, as long as the block lasts."""
            yield

        def let_others_go_first(self, pause: Callable[[float], None] = time.sleep) -> None:
            """Wait until nobody waits who was there before. pause: how, in seconds."""
            pause(_UNKNOWN_SECONDS)

    else:

        @contextmanager
        def waiting(self) -> Iterator[None]:
            """Say that this thread waits for its turn, as long as the block lasts."""
            with self._file.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                yield

        def let_others_go_first(self, pause: Callable[[float], None] = time.sleep) -> None:
            """Wait until nobody waits who was there before. pause: how, in seconds."""
            if not self._file.exists():
                return  # nobody ever had to wait
            with self._file.open("ab") as file:
                for _look in range(int(_LONGEST / _LOOK_SECONDS)):
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        pause(_LOOK_SECONDS)
                    else:
                        return


if sys.platform != "win32":
    import fcntl
