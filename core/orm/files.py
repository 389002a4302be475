"""Files of records: kept in a folder by the hash of what they hold, so that the same file is there once.

    <folder>/3f/3fa1…      one file, named by the SHA-256 of its bytes; it never changes

What a file is called and which record it belongs to is a row of `ir.attachment`. A file stays as long as
anybody might look back at it: histories name attachments.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, BanyanError, Missing, Restricted
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.env import Env

ATTACHMENT = "ir.attachment"
"""The model of what is known about files."""

KINDS = ("binary", "image")
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")


@dataclass(frozen=True)
class Upload:
    """A file that is to be kept. mimetype: what its giver says; pictures are told by their bytes."""

    name: str
    data: bytes = field(repr=False)
    mimetype: str = ""


@dataclass(frozen=True)
class File:
    """A file that a record has. id: of its attachment. size: in bytes."""

    id: int
    name: str
    mimetype: str
    size: int
    hash: str
    store: FileStore | None = field(repr=False, compare=False)

    def read(self) -> bytes:
        """What it holds. Raises Missing where the folder of files lost it."""
        if self.store is None:
            raise BanyanError("This database has no folder for files.")
        return self.store.read(self.hash)


class FileStore:
    """A folder of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, hash: str) -> Path:
        """Where the file of a hash is."""
        return self._folder / hash[:2] / hash

    def put(self, data: bytes) -> str:
        """Keep `data` for good, and give its hash. Nobody ever sees half of a file."""
        hash = sha256(data).hexdigest()
        path = self.path(hash)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as half:
                half.write(data)
                half.flush()
                os.fsync(half.fileno())
            os.replace(half.name, path)
        return hash

    def read(self, hash: str) -> bytes:
        """The bytes of that hash. Raises Missing."""
        try:
            return self.path(hash).read_bytes()
        except FileNotFoundError:
            raise Missing(_("The file is not in the folder of files.")) from None


def sniff(data: bytes) -> str:
    """The type of a picture by its first bytes; "" of anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def file_of(attachment: Any, store: FileStore | None) -> File:
    """The file that an attachment, read with elevated rights, speaks of."""
    return File(attachment.id, attachment.name, attachment.mimetype, attachment.size, attachment.hash, store)


def open_file(env: Env, identity: int) -> File:
    """The file of an attachment, for who may read the record and the field that it belongs to. Raises Missing."""
    missing = Missing(_("There is no such file, or you may not see it."))
    if ATTACHMENT not in env.models:
        raise missing
    # Nobody is granted attachments themselves: the record decides, below.
    try:
        found = env.sudo("who a file belongs to")[ATTACHMENT].get(identity)
    except Missing:
        raise missing from None
    if found.record_model not in env.models:
        raise missing
    try:
        record = env[found.record_model].get(found.record_id)
        if found.record_field:
            held = (
                getattr(record, found.record_field)
                if found.record_field in env.models[found.record_model].fields
                else None
            )
            if not isinstance(held, File) or held.id != identity:
                raise missing
    except (AccessDenied, Missing, Restricted):
        raise missing from None
    return file_of(found, env._unit.files)
