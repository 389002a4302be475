"""Which workers are alive. A worker holds a lock as long as it lives: the system takes it away with the process,
however that ends, so nobody has to beat a heart and nobody waits for one that has stopped.

    SQLite       a locked file, <database>.jobs.workers/<number>
    PostgreSQL   an advisory lock of a connection of its own
    memory       a set: this process is the only one
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Protocol

import sqlalchemy as sa

LOCK_CLASS = 0x6A6F62
"""The first half of the advisory locks of workers."""
LEADER = 0
"""The number that the worker which sweeps holds besides its own."""


class Living(Protocol):
    """Holds numbers for this process, and knows which numbers are held by anybody."""

    def hold(self, number: int) -> bool:
        """Hold a number; False where somebody else does."""

    def held(self, numbers: Iterable[int]) -> set[int]:
        """Those of the numbers that somebody holds."""

    def close(self) -> None:
        """Let go of all."""


class InMemory:
    """For tests, and for a process that is alone."""

    def __init__(self) -> None:
        self._numbers: set[int] = set()

    def hold(self, number: int) -> bool:
        self._numbers.add(number)
        return True

    def held(self, numbers: Iterable[int]) -> set[int]:
        return self._numbers.intersection(numbers)

    def close(self) -> None:
        self._numbers.clear()


class LockedFiles:
    """A file for each number, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, IO[bytes]] = {}

    def hold(self, number: int) -> bool:
        if number in self._files:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / str(number)).open("ab")
        if not _lock(file):
            file.close()
            return False
        self._files[number] = file
        return True

    def held(self, numbers: Iterable[int]) -> set[int]:
        return {number for number in numbers if number in self._files or self._is_locked(number)}

    def _is_locked(self, number: int) -> bool:
        path = self._folder / str(number)
        try:
            with path.open("rb+") as file:
                if not _lock(file):
                    return True
        except FileNotFoundError:
            return False
        if number != LEADER:
            path.unlink(missing_ok=True)  # numbers never come twice
        return False

    def close(self) -> None:
        for number, file in self._files.items():
            if number != LEADER:
                Path(file.name).unlink(missing_ok=True)
            file.close()
        self._files.clear()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; False where another process has it locked."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; False where another process has it locked."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class AdvisoryLocks:
    """Locks of a connection that is kept for nothing else."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._connection: sa.Connection | None = None
        self._numbers: set[int] = set()

    def hold(self, number: int) -> bool:
        if number in self._numbers and self._is_connected():
            return True
        if not self._is_connected():
            self._numbers.clear()
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        assert self._connection is not None
        got: Any = self._connection.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK_CLASS, number))).scalar_one()
        if got:
            self._numbers.add(number)
        return bool(got)

    def _is_connected(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(sa.select(1))
        except sa.exc.DBAPIError:
            self._connection.close()
            self._connection = None
            return False
        return True

    def held(self, numbers: Iterable[int]) -> set[int]:
        wanted = set(numbers)
        if not wanted:
            return set()
        with self._engine.connect() as connection:
            found = connection.execute(
                sa.text(
                    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind AND objsubid = 2 "
                    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                {"kind": LOCK_CLASS},
            ).scalars()
            return wanted.intersection(int(number) for number in found)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # or the pool would keep it, and with it the locks
            self._connection.close()
            self._connection = None
        self._numbers.clear()
