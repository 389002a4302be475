"""The queue of wake-ups: numbers of jobs that have become due, for the workers to look at.

huey keeps the queue, in a file, in PostgreSQL or in Redis, and hands the numbers to threads that wait for them.
A message is the number and nothing else: nobody who can write to the queue makes a worker run anything but jobs
that stand in the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from huey import Huey
from huey.storage import BaseStorage, MemoryStorage, PostgresStorage, PriorityRedisStorage, SqliteStorage

from core.errors import SetupError
from core.i18n import _
from core.jobs.aside_tables import CREATE_LOCK, OPTIONS, SCHEMA

MEMORY = "memory://"
READ_SECONDS = 1
"""So long a thread waits for a number where the queue can wait; then it looks whether it is to end."""


class Wakes(Huey):  # type: ignore[misc]  # huey is untyped
    """A queue whose messages are numbers of jobs. work: what is called with each, in the process that consumes."""

    def __init__(self, name: str, storage: Callable[..., BaseStorage], **options: Any) -> None:
        super().__init__(name, results=False, storage_class=storage, **options)
        self.work: Callable[[int], object] = _nothing
        self._task = self.task(name="run")(lambda number: self.work(number))

    def serialize_task(self, task: Any) -> bytes:
        return str(task.args[0]).encode()

    def deserialize_task(self, data: Any) -> Any:
        return self._task.s(int(bytes(data)))

    def is_revoked(self, task: Any, timestamp: Any = None, peek: bool = True) -> bool:
        return False  # jobs are cancelled by their records

    def delete(self, key: Any) -> bool:
        return False  # nothing is ever kept beside a message

    def wake(self, jobs: Iterable[tuple[int, int]]) -> None:
        """Queue (job, priority): of those that wait the higher goes first."""
        for number, priority in jobs:
            self.storage.enqueue(str(number).encode(), priority)

    def waiting(self) -> set[int]:
        """The jobs in the queue."""
        return {int(bytes(data)) for data in self.storage.enqueued_items()}


def _nothing(number: int) -> None:
    raise LookupError(f"nobody works here, so job {number} stays where it is")


class QueueFile(SqliteStorage):  # type: ignore[misc]  # huey is untyped
    """A file that survives the loss of power whole, though not with its newest messages."""

    def _create_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._create_connection()
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection


def open_wakes(url: str, database_url: str, name: str) -> Wakes:
    """The queue at an address; where that is empty, beside the main database. name: the same for one database.

    Raises SetupError where it cannot be had.
    """
    if url == MEMORY:
        return Wakes(name, MemoryStorage)
    if url.startswith(("redis://", "rediss://", "unix://")):
        return _of_redis(url, name)
    address = sa.make_url(url or database_url)
    if address.get_backend_name() == "sqlite":
        file = Path(address.database or "") if url else Path(f"{address.database}.jobs")
        file.parent.mkdir(parents=True, exist_ok=True)
        return Wakes(name, QueueFile, filename=str(file), timeout=30)
    return _of_postgresql(address, name)


def _of_redis(url: str, name: str) -> Wakes:
    try:
        import redis  # noqa: F401 - huey takes it from here
    except ImportError:
        text = _("The queue is in Redis, whose client is not installed: pip install 'banyan-erp[redis]'.")
        raise SetupError(text) from None
    return Wakes(name, PriorityRedisStorage, url=url, read_timeout=READ_SECONDS)


def _of_postgresql(address: sa.URL, name: str) -> Wakes:
    import psycopg

    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        # One process at a time: "if not exists" fails where two make the same thing at once.
        connection.execute("SELECT pg_advisory_lock(%s)", (CREATE_LOCK,))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        return Wakes(name, PostgresStorage, dsn=dsn, options=OPTIONS, read_timeout=READ_SECONDS)
