"""Fresh databases for tests on both engines: empty ones, and copies of one that was prepared once.

prepare once ──► template ──copy──► database of test 1
                     └──────copy──► database of test 2     (a file copy, or CREATE DATABASE … TEMPLATE)
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
import sqlalchemy as sa
from psycopg import sql

Prepare = Callable[[str], None]
"""Fills the empty database at an address and lets go of it."""


class Databases(Protocol):
    """Where a test gets a database from."""

    def empty(self) -> str:
        """Address of a new and empty database."""

    def copy(self, key: Hashable, prepare: Prepare) -> str:
        """Address of a new copy of the database that `prepare` filled; it is called once for each key."""

    def drop(self, address: str) -> None:
        """Remove a database that `empty` or `copy` gave; connections that are still open are ended."""


class SqliteDatabases:
    """Each database is a file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._templates: dict[Hashable, str] = {}

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def copy(self, key: Hashable, prepare: Prepare) -> str:
        if key not in self._templates:
            template = self.empty()
            prepare(template)
            self._templates[key] = template
        address = self.empty()
        # Not a copy of the file: the newest pages may still be in the log beside it.
        with (
            closing(sqlite3.connect(_file(self._templates[key]))) as source,
            closing(sqlite3.connect(_file(address))) as copy,
        ):
            source.backup(copy)
        return address

    def drop(self, address: str) -> None:
        for suffix in ("", "-wal", "-shm", ".turns"):
            Path(_file(address) + suffix).unlink(missing_ok=True)


def _file(address: str) -> str:
    return sa.make_url(address).database or ""


class PostgresDatabases:
    """Each database is one of the server's, named after `prefix`, so that processes do not meet."""

    def __init__(self, server: str, prefix: str) -> None:
        self._server = server
        self._prefix = prefix
        self._numbers = itertools.count(1)
        self._templates: dict[Hashable, str] = {}

    def empty(self) -> str:
        return self._create(sql.SQL("template0"))

    def copy(self, key: Hashable, prepare: Prepare) -> str:
        if key not in self._templates:
            template = self.empty()
            prepare(template)
            self._templates[key] = sa.make_url(template).database or ""
        return self._create(sql.Identifier(self._templates[key]))

    def drop(self, address: str) -> None:
        name = sa.make_url(address).database or ""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        """Remove the templates; databases that were handed out are the caller's."""
        for name in self._templates.values():
            self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._templates.clear()

    def _create(self, template: sql.Composable) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(sql.Identifier(name), template),
        )
        url = sa.make_url(self._server).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)
