"""A database: its engine, and the units of work and migrations that run on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import SetupError
from core.orm.fold import SQLITE_FUNCTION, fold
from core.orm.guard import STAMP, guard
from core.orm.unit import UnitOfWork

if TYPE_CHECKING:
    import pluggy

    from core.orm.registry import Models

MIGRATION_LOCK = 0x62616E79616E  # "banyan": the advisory lock that one migrating process holds on PostgreSQL


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class Migration:
    """A transaction that may change the schema, and in which units of work run on the changed schema."""

    def __init__(self, connection: sa.Connection, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self._clock = clock

    @contextmanager
    def unit(self, models: Models, hooks: pluggy.HookRelay | None = None, *, reason: str = "") -> Iterator[UnitOfWork]:
        """A unit of work inside the migration's own transaction."""
        unit = UnitOfWork(models, self.connection, hooks=hooks, write=True, reason=reason, clock=self._clock)
        yield unit
        unit.finish()


class Database:
    """One database of either engine.

    url: as SQLAlchemy writes it, `sqlite:///folder/file.db` or `postgresql+psycopg://user@host/name`.
    clock: gives the instant that units of work take for now, in UTC.
    """

    def __init__(self, url: str, *, clock: Callable[[], datetime] = utc_now, pool_size: int = 8) -> None:
        try:
            address = sa.make_url(url)
        except sa.exc.ArgumentError:
            raise SetupError(
                f"'{url}' is not the address of a database; write sqlite:///FILE or postgresql://…"
            ) from None
        self.dialect = address.get_backend_name()
        if self.dialect not in ("sqlite", "postgresql"):
            raise SetupError(f"'{self.dialect}' is no engine that Banyan runs on; use sqlite or postgresql.")
        self._clock = clock
        options: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": json.loads}
        if self.dialect == "sqlite":
            if address.database and address.database != ":memory:":
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"check_same_thread": False, "timeout": 60}
        elif address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        if address.database != ":memory:":
            options |= {"pool_size": pool_size, "max_overflow": 16, "pool_pre_ping": False}
        self._engine = sa.create_engine(address, **options)
        if self.dialect == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        guard(self._engine)

    @contextmanager
    def unit(
        self, models: Models, hooks: pluggy.HookRelay | None = None, *, write: bool = False, reason: str = ""
    ) -> Iterator[UnitOfWork]:
        """One transaction: committed when the block ends, rolled back when it raises.

        write: whether it may change anything. On SQLite writers queue for one another at the start, so that
        none of them fails half-way.
        """
        with self._connect() as connection:
            connection = connection.execution_options(banyan_writes=write)
            with connection.begin():
                unit = UnitOfWork(models, connection, hooks=hooks, write=write, reason=reason, clock=self._clock)
                try:
                    yield unit
                    unit.finish()
                finally:
                    unit.close()

    @contextmanager
    def looking(self) -> Iterator[sa.Connection]:
        """A transaction that reads what the database is, before anything is composed."""
        with self._connect() as connection:
            connection = connection.execution_options(banyan_writes=False, **STAMP)
            with connection.begin():
                yield connection

    @contextmanager
    def migrating(self, *, rebuilding: bool = False) -> Iterator[Migration]:
        """A transaction for changes of the schema; one process at a time.

        rebuilding: with foreign keys off on SQLite, which only holds where it is said before the beginning.
        """
        with self._connect() as connection:
            connection = connection.execution_options(banyan_writes=True, **STAMP)
            with self._foreign_keys_off(connection, rebuilding), connection.begin():
                if self.dialect == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                yield Migration(connection, self._clock)

    @contextmanager
    def _foreign_keys_off(self, connection: sa.Connection, off: bool) -> Iterator[None]:
        if self.dialect != "sqlite" or not off:
            yield
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield
        finally:
            driver.execute("PRAGMA foreign_keys=ON")

    def dispose(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        try:
            connection = self._engine.connect()
        except sa.exc.OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise SetupError(f"The database {self._engine.url.render_as_string()} does not answer: {reason}") from error
        with connection:
            yield connection


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours: the driver's own would come too late and too weak
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function(SQLITE_FUNCTION, 1, _fold_or_null, deterministic=True)


def _fold_or_null(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get("banyan_writes")
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
