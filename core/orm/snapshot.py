"""The whole of a database as it is at one instant, in one file, and back again; others keep writing meanwhile.

SQLite: a copy of the file, made by the engine's own backup in one reading transaction.
PostgreSQL: an archive of `pg_dump`, of a snapshot that one reading transaction exports; `pg_restore` brings it
back in one transaction. Both programs belong to PostgreSQL's client and have to be as new as the server.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import SetupError
from core.i18n import _
from core.orm.files import ATTACHMENT
from core.orm.guard import STAMP
from core.orm.sqlite import add_functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.orm.database import Database


@dataclass(frozen=True)
class Content:
    """What a database holds. rows: table → number of rows. files: hashes of the files that attachments name."""

    rows: Mapping[str, int]
    files: frozenset[str] = field(repr=False)


class Snapshots(ABC):
    """Copies of one database."""

    suffix: str
    """The end of a copy's name, which tells its kind."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._url = database._engine.url

    @abstractmethod
    def save(self, file: Path) -> Content:
        """Write a copy to `file`, which is not there yet, and say what is in it. Raises SetupError."""

    @abstractmethod
    def put_back(self, file: Path) -> None:
        """Make the database, in which there must be nothing of value, what the copy is; whole, or not at all.

        Raises SetupError.
        """

    def content(self) -> Content:
        """What the database holds now."""
        with self._database.looking() as connection:
            return _content(connection)


class SqliteSnapshots(Snapshots):
    """Copies of a file."""

    suffix = ".sqlite"

    def save(self, file: Path) -> Content:
        with closing(sqlite3.connect(self._file())) as source, closing(sqlite3.connect(file)) as copy:
            # All pages in one step: the copy is of one instant, and does not begin again whenever somebody writes.
            source.backup(copy, pages=-1)
        _check_sqlite(file)
        engine = sa.create_engine(f"sqlite:///{file}")
        try:
            with engine.connect() as connection:
                return _content(connection)
        finally:
            engine.dispose()

    def put_back(self, file: Path) -> None:
        _check_sqlite(file)
        self._database.dispose()
        place = self._file()
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_name(f"{place.name}.part")
        shutil.copyfile(file, half)
        with half.open("rb") as written:
            os.fsync(written.fileno())
        for suffix in ("-wal", "-shm"):
            place.with_name(place.name + suffix).unlink(missing_ok=True)
        os.replace(half, place)

    def _file(self) -> Path:
        return Path(self._url.database or "")


class PostgresqlSnapshots(Snapshots):
    """Archives that PostgreSQL's own programs make and read."""

    suffix = ".dump"

    def save(self, file: Path) -> Content:
        with self._exported() as (connection, snapshot):
            content = _content(connection)
            options = ("--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}")
            self._run("pg_dump", *options, f"--file={file}")
        return content

    def put_back(self, file: Path) -> None:
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl")
        self._run("pg_restore", *options, f"--dbname={self._url.database}", str(file))

    @contextmanager
    def _exported(self) -> Iterator[tuple[sa.Connection, str]]:
        """A transaction that sees one instant, and the name under which another connection sees the same."""
        with self._database._engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ", **STAMP)
            with connection.begin():
                yield connection, str(connection.execute(sa.select(sa.func.pg_export_snapshot())).scalar_one())

    def _run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL's client. The address goes by its environment: arguments are seen by all."""
        path = shutil.which(program)
        if path is None:
            raise SetupError(
                _("`{program}` is not on this machine; install PostgreSQL's client programs.", program=program)
            )
        environment = os.environ | _environment(self._url)
        done = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().removeprefix(f"{program}: ").removeprefix("error: ")
            raise SetupError(_("`{program}` could not do it: {reason}", program=path, reason=said))


def snapshots_of(database: Database) -> Snapshots:
    """What makes and brings back copies of a database, by its engine."""
    return SqliteSnapshots(database) if database.dialect == "sqlite" else PostgresqlSnapshots(database)


def _environment(url: sa.URL) -> dict[str, str]:
    """The variables by which PostgreSQL's programs know a server."""
    query = {key: value for key, value in url.query.items() if isinstance(value, str)}
    known: dict[str, Any] = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": url.port or query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    return {key: str(value) for key, value in known.items() if value}


def _content(connection: sa.Connection) -> Content:
    tables = sa.inspect(connection).get_table_names()
    rows = {
        name: int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one())
        for name in sorted(tables)
    }
    files: frozenset[str] = frozenset()
    attachments = sa.table(ATTACHMENT.replace(".", "_"), sa.column("hash"))
    if attachments.name in rows:
        found = connection.execute(sa.select(attachments.c.hash).distinct()).scalars()
        files = frozenset(str(hash) for hash in found if hash)
    return Content(rows, files)


def _check_sqlite(file: Path) -> None:
    """Read every page of a file, and follow every reference. Raises SetupError."""
    with closing(sqlite3.connect(file)) as connection:
        add_functions(connection)  # checks and indexes may call them
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise SetupError(_("The copy of the database is damaged: {reason}.", reason=error)) from error
    if found != ["ok"]:
        raise SetupError(_("The copy of the database is damaged: {reason}.", reason=found[0]))
    if broken is not None:
        raise SetupError(_("The copy of the database is damaged: a row of {table} lost its target.", table=broken[0]))
