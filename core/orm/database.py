"""A database: its engine, and the units of work and migrations that run on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from core.errors import SetupError
from core.orm.begin import Beginner
from core.orm.busy import LOCK_WAIT_SECONDS
from core.orm.file_store import TrialStore, open_store
from core.orm.guard import STAMP, guard
from core.orm.read.shares import Shares
from core.orm.repeat import repeat
from core.orm.sqlite import add_functions
from core.orm.trace import OPTION as TRACE
from core.orm.trace import comment_statements, traced
from core.orm.turns import Turns
from core.orm.unit import UnitOfWork
from core.orm.write.log import Written

if TYPE_CHECKING:
    import pluggy

    from core.orm.registry import Models

T = TypeVar("T")

MIGRATION_LOCK = 0x62616E79616E  # "banyan": the advisory lock that one migrating process holds on PostgreSQL


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class Migration:
    """A transaction that may change the schema, and in which units of work run on the changed schema."""

    def __init__(self, connection: sa.Connection, database: Database) -> None:
        self.connection = connection
        self._database = database

    @property
    def language(self) -> str:
        """The main language of the database."""
        return self._database.language

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._database._clock()

    @contextmanager
    def unit(self, models: Models, hooks: pluggy.HookRelay | None = None, *, reason: str = "") -> Iterator[UnitOfWork]:
        """A unit of work inside the migration's own transaction."""
        database = self._database
        unit = UnitOfWork(
            models,
            self.connection,
            hooks=hooks,
            write=True,
            reason=reason,
            clock=database._clock,
            files=database.files,
            language=database.language,
        )
        yield unit
        unit.finish()


class Database:
    """One database of either engine.

    url: as SQLAlchemy writes it, `sqlite:///folder/file.db` or `postgresql+psycopg://user@host/name`.
    clock: gives the instant that units of work take for now, in UTC. files: the folder, or the address
    of the object store, for files of records; beside the file of an SQLite database unless told otherwise.
    language: the main one, whose texts are what the others fall back to; known once somebody has looked.
    """

    def __init__(
        self, url: str, *, clock: Callable[[], datetime] = utc_now, pool_size: int = 8, files: Path | str | None = None
    ) -> None:
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
        self.language = "en"
        self.shares = Shares()
        self.turns: Turns | None = None
        self._beside: sa.Engine | None = None
        self._making = Lock()
        options: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": json.loads}
        if self.dialect == "sqlite":
            if address.database and address.database != ":memory:":
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
                files = files or Path(f"{address.database}.files")
                self.turns = Turns(Path(f"{address.database}.turns"))
            options["connect_args"] = {"check_same_thread": False, "timeout": LOCK_WAIT_SECONDS}
        elif address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        if address.database != ":memory:":
            options |= {"pool_size": pool_size, "max_overflow": 16, "pool_pre_ping": False}
        self.files = None if files is None else open_store(files)
        self._engine = sa.create_engine(address, **options)
        if self.dialect == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", partial(_begin_sqlite, Beginner(self.turns)))
        else:
            sa.event.listen(self._engine, "connect", _prepare_postgresql)
            comment_statements(self._engine)
        guard(self._engine)

    @contextmanager
    def unit(
        self,
        models: Models,
        hooks: pluggy.HookRelay | None = None,
        *,
        write: bool = False,
        reason: str = "",
        trace: str = "",
        trial: bool = False,
    ) -> Iterator[UnitOfWork]:
        """One transaction: committed when the block ends, rolled back when it raises.

        write: whether it may change anything. On SQLite writers queue for one another at the start, so that
        none of them fails half-way. trace: what its statements are called where PostgreSQL shows them.
        trial: everything is done and checked as it would be, and rolled back in the end: no number is drawn for
        good, and no file is kept.
        """
        aside = self._run_aside if self.dialect == "postgresql" and not trial else None
        files = TrialStore(self.files) if trial and self.files is not None else self.files
        with self._connect() as connection:
            connection = connection.execution_options(banyan_writes=write, **{TRACE: traced(trace)})
            with connection.begin() as transaction:
                unit = UnitOfWork(
                    models,
                    connection,
                    hooks=hooks,
                    write=write,
                    reason=reason,
                    clock=self._clock,
                    files=files,
                    aside=aside,
                    language=self.language,
                    shares=self.shares,
                    tells=write,
                )
                try:
                    yield unit
                    unit.finish()
                    if trial:
                        transaction.rollback()
                finally:
                    unit.close()

    def repeat(
        self,
        models: Models,
        hooks: pluggy.HookRelay | None,
        work: Callable[[UnitOfWork], T],
        *,
        write: bool = True,
        reason: str = "",
    ) -> T:
        """Do a `@repeatable` function in a unit of its own, again where others are in its way: `core.orm.repeat`."""
        return repeat(lambda: self.unit(models, hooks, write=write, reason=reason), work)

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
                    connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                yield Migration(connection, self)

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
        if self._beside is not None:
            self._beside.dispose()

    def _run_aside(self, statement: sa.Executable) -> Any:
        """Run one statement in a transaction of its own.

        On connections of their own too: units that each hold one must never wait for one another's second.
        """
        with self._making:
            if self._beside is None:
                self._beside = sa.create_engine(self._engine.url, pool_size=1, max_overflow=4)
                sa.event.listen(self._beside, "connect", _prepare_postgresql)
                guard(self._beside)
        with self._beside.begin() as connection:
            return connection.execute(statement, execution_options=STAMP).scalar_one()

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        try:
            connection = self._engine.connect()
        except sa.exc.OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise SetupError(f"The database {self._engine.url.render_as_string()} does not answer: {reason}") from error
        with connection:
            yield connection


def _prepare_postgresql(connection: Any, record: Any) -> None:
    connection.execute(f"SET lock_timeout = {LOCK_WAIT_SECONDS * 1000}")
    connection.commit()


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours: the driver's own would come too late and too weak
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    add_functions(connection)


def _begin_sqlite(beginner: Beginner, connection: sa.Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.get_execution_options().get("banyan_writes"):
        beginner.begin(driver)
    else:
        driver.execute("BEGIN")


def _to_json(value: Any) -> str:
    if type(value) is Written:
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
