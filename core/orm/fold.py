"""Folding: the form of a text in which case and accents do not count, so that *nguyen* finds *Nguyễn*.

Python folds what is written and what is searched for; columns without a folded copy are folded in the
database by `folded`, which means the same there.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

# Letters that Unicode does not take apart, though readers see a base letter with a mark.
_WHOLE = str.maketrans({"đ": "d", "Đ": "d", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "ı": "i"})


class _Marks(dict[int, int | None]):
    """For `str.translate`: marks become nothing. Looked up as they come, since Unicode has a million code points."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_MARKS = _Marks()

SQLITE_FUNCTION = "banyan_fold"


def fold(text: str) -> str:
    """`text` without case and accents; "Đỗ Nguyễn" becomes "do nguyen"."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", text.translate(_WHOLE).casefold()).translate(_MARKS)


class folded(GenericFunction[str]):
    """`fold` of a column, in the database."""

    type = sa.String()
    inherit_cache = True
    name = "banyan_folded"


@compiles(folded, "sqlite")
def _on_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"{SQLITE_FUNCTION}({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    source, target = _letters()
    text = f"lower({compiler.process(element.clauses, **options)})"
    for letter, plain in _spelt_out().items():
        text = f"replace({text}, '{letter}', '{plain}')"
    return f"translate({text}, '{source}', '{target}')"


@cache
def _spelt_out() -> dict[str, str]:
    """Small letters of the Latin blocks that fold to several letters, as ß does to ss."""
    return {letter: plain for letter, plain in _folds().items() if len(plain) > 1}


@cache
def _letters() -> tuple[str, str]:
    """The accented small letters of the Latin blocks, and the letters that they fold to, one for one."""
    pairs = {letter: plain for letter, plain in _folds().items() if len(plain) == 1}
    return "".join(pairs), "".join(pairs.values())


def _folds() -> dict[str, str]:
    letters = {chr(code).lower() for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))}
    folds = {letter: fold(letter) for letter in sorted(letters) if len(letter) == 1}
    return {letter: plain for letter, plain in folds.items() if plain != letter}
