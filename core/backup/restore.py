"""The way back from a backup, and the proof that there is one."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from pathlib import Path

from core.addons.ledger import read_state
from core.backup.archive import CHUNK, Contents, hashes_in, opened, place_of
from core.errors import SetupError
from core.i18n import _
from core.orm.database import Database
from core.orm.snapshot import snapshots_of
from core.settings import Settings


def verify(file: Path) -> Contents:
    """Read all of a backup, and say what is in it. Raises SetupError where any byte is not what was saved."""
    with opened(file) as (archive, contents):
        _expect(_copied(archive, contents.database) == contents.digest, contents.database)
        hashes = list(hashes_in(archive))
        for hash in hashes:
            _expect(hashlib.sha256(archive.read(place_of(hash))).hexdigest() == hash, place_of(hash))
        _expect(len(hashes) == contents.files, "files/")
    return contents


def restore(file: Path, settings: Settings) -> Contents:
    """Make the installation of `settings`, whose database must be new, what the backup is.

    All is verified first. Files come before the database, which comes whole or not at all, and is then compared
    with what was saved: every row counted, every file that a record names in its place. Raises SetupError.
    """
    contents = verify(file)
    database = Database(settings.database_url, files=settings.files)
    try:
        _check_target(database, contents)
        with opened(file) as (archive, _contents):
            assert database.files is not None
            for hash in hashes_in(archive):
                database.files.put(archive.read(place_of(hash)))
            with tempfile.TemporaryDirectory(prefix="banyan-restore-") as folder:
                copy = Path(folder) / contents.database
                _copied(archive, contents.database, copy)
                snapshots = snapshots_of(database)
                snapshots.put_back(copy)
        _compare(database, contents)
    finally:
        database.dispose()
    return contents


def _check_target(database: Database, contents: Contents) -> None:
    if database.dialect != contents.engine:
        raise SetupError(
            _(
                "The backup is of a database on {engine}; name a new one of the same engine in BANYAN_DATABASE_URL.",
                engine=contents.engine,
            )
        )
    with database.looking() as connection:
        if read_state(connection):
            raise SetupError(
                _(
                    "There is a database already, and a backup never overwrites one. Restore to another "
                    "(BANYAN_DATA_DIR, BANYAN_DATABASE_URL), or put this one out of the way first."
                )
            )


def _compare(database: Database, contents: Contents) -> None:
    found = snapshots_of(database).content()
    for table, rows in contents.rows.items():
        if found.rows.get(table) != rows:
            raise SetupError(
                _(
                    "The restored table {table} has {found} rows, and {rows} were saved. Do not use this database.",
                    table=table,
                    found=found.rows.get(table, 0),
                    rows=rows,
                )
            )
    assert database.files is not None
    lost = found.files - set(database.files.hashes()) - set(contents.missing) - set(contents.damaged)
    if lost:
        raise SetupError(_("{count} files are not where files are kept.", count=len(lost)))


def _copied(archive: zipfile.ZipFile, member: str, target: Path | None = None) -> str:
    """The SHA-256 of a member, which is written to `target` where one is given."""
    found = hashlib.sha256()
    with archive.open(member) as source:
        written = target.open("wb") if target is not None else None
        try:
            while chunk := source.read(CHUNK):
                found.update(chunk)
                if written is not None:
                    written.write(chunk)
        finally:
            if written is not None:
                written.close()
    return found.hexdigest()


def _expect(right: bool, member: str) -> None:
    if not right:
        raise SetupError(_("The backup is damaged: {member} is not what was saved.", member=member))
