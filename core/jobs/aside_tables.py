"""The tables beside the main database, and the connections to them; see `core.jobs.aside`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock, RLock
from typing import Any

import sqlalchemy as sa

from core.orm.tables import BIG
from core.orm.types import UtcDateTime

SCHEMA = "banyan_jobs"
OPTIONS = f"-c search_path={SCHEMA} -c synchronous_commit=off"
"""Of connections to PostgreSQL. A crash of its server may lose the newest of it."""
NOTE_SIZE = 200
CREATE_LOCK = 0x6A6F6273

METADATA = sa.MetaData()
WORKER = sa.Table(
    "banyan_job_worker",
    METADATA,
    sa.Column("number", BIG, primary_key=True, autoincrement=True),
    sa.Column("host", sa.String(200), nullable=False),
    sa.Column("process", sa.Integer, nullable=False),
    sa.Column("started_at", UtcDateTime(), nullable=False),
    sqlite_autoincrement=True,
)
RUN = sa.Table(
    "banyan_job_run",
    METADATA,
    sa.Column("job", BIG, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("worker", BIG, nullable=False),
    sa.Column("started_at", UtcDateTime(), nullable=False),
    sa.Column("deaths", sa.Integer, nullable=False, default=0),
    sa.Column("done", BIG, nullable=False, default=0),
    sa.Column("total", BIG, nullable=False, default=0),
    sa.Column("note", sa.String(NOTE_SIZE), nullable=False, default=""),
    sa.Column("stop", sa.Boolean, nullable=False, default=False),
)
LOG = sa.Table(
    "banyan_job_log",
    METADATA,
    sa.Column("id", BIG, primary_key=True, autoincrement=True),
    sa.Column("job", BIG, nullable=False, index=True),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)


class Connections:
    """Opens transactions on the tables, which are made when they are first needed."""

    def __init__(self, engine: sa.Engine, *, is_shared: bool = False) -> None:
        """is_shared: whether all threads share one connection, which they then use in turn."""
        self.engine = engine
        self._turn: AbstractContextManager[Any] = RLock() if is_shared else nullcontext()
        self._making = Lock()
        self._is_made = False

    @classmethod
    def in_memory(cls) -> Connections:
        """To tables that end with the process."""
        pool, options = sa.pool.StaticPool, {"check_same_thread": False}
        return cls(sa.create_engine("sqlite://", poolclass=pool, connect_args=options), is_shared=True)

    @classmethod
    def of_file(cls, file: Path) -> Connections:
        """To tables in a file of SQLite."""
        file.parent.mkdir(parents=True, exist_ok=True)
        options = {"timeout": 30, "check_same_thread": False}
        engine = sa.create_engine(f"sqlite:///{file}", connect_args=options, pool_size=4)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return cls(engine)

    @classmethod
    def of_server(cls, address: sa.URL) -> Connections:
        """To tables of a schema of its own in a database of PostgreSQL."""
        address = address.set(drivername="postgresql+psycopg")
        options = {"options": OPTIONS}
        return cls(sa.create_engine(address, connect_args=options, pool_size=2, max_overflow=8, pool_pre_ping=True))

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[sa.Connection]:
        """A transaction, committed at the end of the block."""
        if not self._is_made:
            self._make()
        with self._turn, self._transaction(write) as connection:
            yield connection

    @contextmanager
    def _transaction(self, write: bool) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection:
            connection = connection.execution_options(banyan_writes=write)
            with connection.begin():
                yield connection

    def _make(self) -> None:
        with self._making:
            if not self._is_made:
                with self._transaction(True) as connection:
                    if self.is_postgresql:
                        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CREATE_LOCK)))
                        connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
                    METADATA.create_all(connection)
                self._is_made = True


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    # What is in here may be lost with the power, and must not be broken by it.
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if connection.get_execution_options().get("banyan_writes") else "BEGIN")
