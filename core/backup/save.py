"""Making a backup while people keep working.

    database ─► a copy of one instant, checked ─┐
    files    ─► all that are kept ──────────────┴─► half of a ZIP file ─► read back and verified ─► its own name

The database comes first: a file is where files are kept before the row that names it is committed, and stays.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core.addons.ledger import read_state
from core.backup.archive import CHUNK, CONTENTS, Contents, place_of
from core.backup.restore import verify
from core.errors import Missing, SetupError
from core.i18n import _
from core.orm.database import Database
from core.orm.file_store import FileStore
from core.orm.snapshot import snapshots_of
from core.settings import Settings

Progress = Callable[[int, int], None]
"""Told how many files are done, of how many."""


def back_up(settings: Settings, file: Path, *, progress: Progress | None = None) -> Contents:
    """Write a backup of the installation to `file`, verify it, and say what is in it.

    It is readable by its owner alone: it holds all that the database does, the key that signs cookies included.
    Addons need not compose. Raises SetupError where it cannot be made, or `file` is there already; then there is
    no such file.
    """
    if file.exists():
        raise SetupError(_("{file} is there already.", file=file))
    database = Database(settings.database_url, files=settings.files)
    half = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                contents = _fill(archive, database, file.parent, progress)
            written.flush()
            os.fsync(written.fileno())
        verify(half)
        os.replace(half, file)
    except OSError as error:
        raise SetupError(_("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error)) from error
    finally:
        half.unlink(missing_ok=True)
        database.dispose()
    return contents


def _fill(archive: zipfile.ZipFile, database: Database, folder: Path, progress: Progress | None) -> Contents:
    snapshots = snapshots_of(database)
    with database.looking() as connection:
        addons = {name: state.version for name, state in read_state(connection).items()}
    if not addons:
        raise SetupError(_("The database is empty. `banyan init` makes it ready."))
    at = datetime.now(UTC)
    member = f"database{snapshots.suffix}"
    # Beside the backup rather than in the machine's own folder for such files, which may be small.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".banyan-backup-") as place:
        copy = Path(place) / member
        held = snapshots.save(copy)
        digest = _digest(copy)
        archive.write(copy, member, zipfile.ZIP_STORED if database.dialect == "postgresql" else None)
    missing, damaged = [], []
    # Also those that no row names any more: histories may.
    wanted = sorted(held.files | set(database.files.hashes() if database.files is not None else ()))
    for number, hash in enumerate(wanted, 1):
        found = _read(database.files, hash)
        if found is None:
            missing.append(hash)
        elif hashlib.sha256(found).hexdigest() != hash:
            damaged.append(hash)
        else:
            archive.writestr(place_of(hash), found)
        if progress is not None:
            progress(number, len(wanted))
    count = len(wanted) - len(missing) - len(damaged)
    contents = Contents(at, database.dialect, addons, member, digest, held.rows, count, tuple(missing), tuple(damaged))
    archive.writestr(CONTENTS, contents.to_json())
    return contents


def _read(store: FileStore | None, hash: str) -> bytes | None:
    try:
        return None if store is None else store.read(hash)
    except Missing:
        return None


def _digest(file: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
