"""Beginning to write on SQLite, where one writes at a time: nobody overtakes whoever waits in the same process.

SQLite itself serves in no order those who wait for it. Where ten people save at once, one of them would wait for many
others who came later. So of the threads of a process only the first in line looks whether the database is free.
"""

from __future__ import annotations

import sqlite3
import time

from core.orm.busy import LOCK_WAIT_SECONDS, busy_of
from core.orm.line import Line
from core.orm.turns import Turns

LOOK_SECONDS = 0.003
"""So often the first in line looks."""


class Beginner:
    """Begins to write, for all connections of a process to one database file. turns: between processes."""

    def __init__(self, turns: Turns | None) -> None:
        self.line = Line()
        self._turns = turns

    def begin(self, connection: sqlite3.Connection) -> None:
        """Begin a transaction that may write, as soon as nobody else has one. Raises Busy after a minute."""
        connection.execute("PRAGMA busy_timeout=0")
        try:
            if self._turns is None or self.line.length or not _begins(connection):
                self._wait(connection)
        except sqlite3.OperationalError as error:
            raise busy_of(error) or error from error
        finally:
            connection.execute(f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}")

    def _wait(self, connection: sqlite3.Connection) -> None:
        if self._turns is None:
            connection.execute("BEGIN IMMEDIATE")
            return
        end = time.monotonic() + LOCK_WAIT_SECONDS
        with self._turns.waiting(), self.line.wait(LOCK_WAIT_SECONDS) as is_first:
            while is_first and time.monotonic() < end:
                if _begins(connection):
                    return
                time.sleep(LOOK_SECONDS)
            connection.execute("BEGIN IMMEDIATE")


def _begins(connection: sqlite3.Connection) -> bool:
    """Begin to write, where nobody else does."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if busy_of(error) is None:
            raise
        return False
    return True
