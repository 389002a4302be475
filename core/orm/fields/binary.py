"""Binary and Image: a file that belongs to a record."""

from __future__ import annotations

from mimetypes import guess_type
from typing import TYPE_CHECKING, Any, overload

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.fields.relation import table_name
from core.orm.files import ATTACHMENT, PICTURES, File, Upload, sniff
from core.orm.path import Path

if TYPE_CHECKING:
    from core.orm.model import Model

MEGABYTE = 1024 * 1024


class Binary(Field["File | None"]):
    """A file. It is given as an `Upload` (or as bytes), and read as a `File` with name, mimetype, size and `read()`.

    max_size: in bytes. Its column holds the id of an attachment; who may read the field may read the file.
    """

    kind = "binary"

    def __init__(self, label: str = "", *, max_size: int = 25 * MEGABYTE, **common: Any) -> None:
        super().__init__(label, **common)
        self.max_size = max_size

    @overload
    def __get__(self, record: None, owner: type[Any]) -> Path[File | None]: ...
    @overload
    def __get__(self, record: Model, owner: type[Any]) -> File | None: ...
    def __get__(self, record: Model | None, owner: Any) -> Any:
        kept: Any = super().__get__(record, owner)
        return kept if record is None or kept is None else record._view.file(self, record, kept)

    def __set__(self, record: Model, value: Upload | File | bytes | None) -> None:
        record._view.assign(record, {self.name: value})

    def column_name(self) -> str:
        return f"{self.name}_id"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger().with_variant(sa.Integer(), "sqlite")

    def columns(self, table: str) -> list[sa.Column[Any]]:
        points = sa.ForeignKey(f"{table_name(ATTACHMENT)}.id", name=f"fk_{table}__{self.column_name()}")
        nullable = not self.required
        return [sa.Column(self.column_name(), self.column_type(), points, key=self.name, nullable=nullable)]

    def convert(self, value: Any) -> Any:
        """An Upload to be kept, a File that is kept already, or the id of an attachment of the record itself."""
        if value is None or value == "":
            return None
        if isinstance(value, bytes):
            value = Upload(self.name, value)
        if isinstance(value, Upload):
            return self._checked(value)
        if isinstance(value, File):
            self._fits(value.size, value.mimetype)
            return value
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadValue(_("must be a file"))
        return value

    def _checked(self, given: Upload) -> Upload:
        known = sniff(given.data)
        mimetype = known or given.mimetype or guess_type(given.name)[0] or "application/octet-stream"
        if not known and mimetype in PICTURES:
            mimetype = "application/octet-stream"  # it only says that it is one
        self._fits(len(given.data), mimetype)
        name = _plain(given.name.replace("\\", "/").rsplit("/", 1)[-1])[:200] or self.name
        return Upload(name, given.data, _plain(mimetype)[:100])

    def _fits(self, size: int, mimetype: str) -> None:
        if size > self.max_size:
            given, most = (f"{bytes / MEGABYTE:.3g}" for bytes in (size, self.max_size))
            if given != most:
                raise BadValue(_("is too large: {size} MB where {most} MB fit"), size=given, most=most)
            text = _("is too large: {size} bytes where {most} bytes fit")
            raise BadValue(text, size=f"{size:,}", most=f"{self.max_size:,}")


def _plain(text: str) -> str:
    """What a program calls a file, as people can read it: what cannot be seen may make it look like another file."""
    spaced = ("".join(" " if character.isspace() else character for character in text)).strip()
    return "".join(character for character in spaced if character.isprintable())


class Image(Binary):
    """A picture: PNG, JPEG, WebP or GIF, told by its bytes and not by its name."""

    kind = "image"

    def __init__(self, label: str = "", *, max_size: int = 10 * MEGABYTE, **common: Any) -> None:
        super().__init__(label, max_size=max_size, **common)

    def _fits(self, size: int, mimetype: str) -> None:
        if mimetype not in PICTURES:
            raise BadValue(_("must be a picture: PNG, JPEG, WebP or GIF"))
        super()._fits(size, mimetype)
