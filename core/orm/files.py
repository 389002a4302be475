"""Files of records. What one is called and which record it belongs to is a row of `ir.attachment`; its bytes are
in the file store, under the hash of what they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, BanyanError, Missing, Restricted
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.file_store import FileStore

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
        """What it holds. Raises Missing where the file store lost it."""
        if self.store is None:
            raise BanyanError("This database has no place for files.")
        return self.store.read(self.hash)


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
    if found.record_model not in env.models or found.report:
        raise missing  # a document that was kept is for who may print it too: `core.reports.open_kept`
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
