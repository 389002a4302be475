"""What a backup is: a ZIP file, so that any program can look into it.

banyan.json           what is in it, and by what it was made; the last that is written
database.sqlite       the database: a file of SQLite, or an archive of PostgreSQL's `pg_dump`
files/3f/3fa1…        the files of records, each under the SHA-256 of its bytes
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from core.errors import SetupError
from core.i18n import _

FORMAT = 1
CONTENTS = "banyan.json"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself.

    at: the instant of the database, in UTC. engine: of the database; a backup returns to the same one.
    addons: name → version, the core's as "core". database: name of its member; digest: SHA-256 of that.
    rows: table → number of rows. files: how many there are. missing, damaged: hashes of files that attachments
    name and that were not where files are kept, or were not what their name says.
    """

    at: datetime
    engine: str
    addons: Mapping[str, str]
    database: str
    digest: str
    rows: Mapping[str, int]
    files: int
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    @property
    def is_whole(self) -> bool:
        """Whether every file that the database names is in it."""
        return not self.missing and not self.damaged

    def to_json(self) -> str:
        """As it stands in the backup."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat()}, ensure_ascii=False, indent=2)

    @classmethod
    def of_json(cls, text: str | bytes) -> Self:
        """Raises ValueError, KeyError or TypeError where it is something else."""
        values: dict[str, Any] = json.loads(text)
        if values.get("format") != FORMAT:
            raise ValueError(f"format {values.get('format')}")
        values["at"] = datetime.fromisoformat(values["at"])
        return cls(**values | {key: tuple(values[key]) for key in ("missing", "damaged")})


def place_of(hash: str) -> str:
    """The member that holds the file of this hash."""
    return f"files/{hash[:2]}/{hash}"


def hashes_in(archive: zipfile.ZipFile) -> Iterator[str]:
    """The hashes of the files that are in a backup."""
    for name in archive.namelist():
        if name.startswith("files/"):
            yield name.rpartition("/")[2]


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Contents]]:
    """A backup to read from, and what it says of itself. Raises SetupError where the file is none, or is cut off."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, Contents.of_json(archive.read(CONTENTS))
    except OSError as error:
        raise SetupError(_("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError) as error:
        raise SetupError(_("{file} is no whole backup of Banyan: {reason}.", file=file, reason=error)) from error
