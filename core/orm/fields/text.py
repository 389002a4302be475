"""Char and Text: words, one line and many."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DeclarationError
from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.fold import fold

if TYPE_CHECKING:
    from core.orm.model import Model


class Text(Field[str]):
    """Words over many lines, kept in Unicode's composed form (NFC).

    translate: each language may have a text of its own, and those without one see that of the main language.
    """

    kind = "text"
    absent = ""

    def __init__(self, label: str = "", *, translate: bool = False, **common: Any) -> None:
        super().__init__(label, **common)
        if translate and self.varies:
            raise DeclarationError(
                "a text differs by language or by company, not by both",
                where=self.where,
                hint="write translate=True or company_dependent=True",
            )
        if translate:
            self.varies = "language"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.Text()

    def server_default(self) -> Any:
        """Rows that exist already would be empty, which a required text must not be."""
        is_asked = self.required and self.strict and self.compute is None
        return None if is_asked else super().server_default()

    def convert(self, value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadValue(_("must be a text"))
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
            if not _is_readable(value):
                raise BadValue(_("must be readable text"))
        if "\x00" in value:
            raise BadValue(_("must not contain the NUL character"))
        return str(value)

    def is_absent(self, value: Any) -> bool:
        """What nobody sees is no text: spaces and marks of layout alone do not fill in what is required."""
        return value is None or (isinstance(value, str) and not any(map(_is_seen, value)))


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
"""Categories of Unicode: control and format characters, halves of pairs, and spaces."""
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that are blank wherever they are shown."""


def _is_seen(character: str) -> bool:
    """Whether a character alone shows anything. Selectors of variants (U+FE00 and on) do not."""
    if unicodedata.category(character) in _UNSEEN or character in _BLANK:
        return False
    return not ("\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef")


def _is_readable(text: str) -> bool:
    """Whether no half of a surrogate pair stands alone in it: no database keeps that."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Char(Text):
    """One line of words.

    size: at most so many characters. search: found by typing a part of it, whatever case and accents;
    a folded copy beside the column serves that, and its order.
    """

    kind = "char"

    def __init__(self, label: str = "", *, size: int = 200, search: bool = False, **common: Any) -> None:
        super().__init__(label, **common)
        self.size, self.search = size, search

    def __set_name__(self, owner: type[Model], name: str) -> None:
        super().__set_name__(owner, name)
        self.shadow = f"{self.name}__fold"  # the name of the folded column

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(self.size)

    def columns(self, table: str) -> list[sa.Column[Any]]:
        columns = super().columns(table)
        if self.search:
            columns.append(
                sa.Column(self.shadow, sa.String(), nullable=False, server_default=sa.text("''"), index=True)
            )
        return columns

    def shadows(self, value: Any) -> Mapping[str, Any]:
        return {self.shadow: fold(value)} if self.search else {}

    def convert(self, value: Any) -> str:
        text = super().convert(value)
        if self.size is not None and len(text) > self.size:
            raise BadValue(_("is too long: {length} characters where {size} fit"), length=len(text), size=self.size)
        if "\n" in text or "\r" in text:
            raise BadValue(_("must be one line"))
        return text
