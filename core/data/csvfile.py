"""CSV files as people send them: read whole, with the line of every row, in the notation that the mapping names."""

from __future__ import annotations

import csv
import datetime as calendar
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Invalid
from core.i18n import _


@dataclass(frozen=True)
class Notation:
    """How a file writes its values.

    date, datetime: patterns of strptime. decimal, thousands: the marks in numbers; no mark is an empty text.
    time_zone: of instants that do not say their own. nothing: texts that stand for an empty cell. today: where it
    is given, `today`, `today+12` and `today-30` are dates too.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    date: str = "%Y-%m-%d"
    datetime: str = "%Y-%m-%d %H:%M:%S"
    decimal: str = "."
    thousands: str = ""
    time_zone: str = "UTC"
    nothing: tuple[str, ...] = ()
    true: tuple[str, ...] = ("true", "yes", "y", "1", "x", "t")
    false: tuple[str, ...] = ("false", "no", "n", "0", "f")
    today: calendar.date | None = None


@dataclass(frozen=True)
class Row:
    """One row. line: where it begins in its file, the header being line 1. cells: column → text without spaces
    around it, in Unicode's composed form; an empty cell is an empty text."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A file that was read. crooked: line → number of cells, for rows that do not have one cell a column."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    crooked: Mapping[int, int] = field(default_factory=dict)


def read_table(path: Path, notation: Notation, name: str = "") -> Table:
    """Read a file. Raises Invalid where it is not there, not in its encoding, or without usable columns."""
    name = name or path.name
    try:
        text = path.read_text(encoding=notation.encoding)
    except FileNotFoundError:
        raise Invalid(_("{file} is not in {folder}.", file=name, folder=path.parent.resolve())) from None
    except IsADirectoryError:
        raise Invalid(_("{file} is a folder, not a file.", file=path)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Invalid(
            _(
                "{file}:{line}: not written in {encoding}. Name the file's encoding in the mapping: [csv] encoding.",
                file=name,
                line=line,
                encoding=notation.encoding,
            )
        ) from None
    except LookupError:
        raise Invalid(_("{file}: there is no encoding '{encoding}'.", file=name, encoding=notation.encoding)) from None
    return _table(name, text, notation)


def _table(name: str, text: str, notation: Notation) -> Table:
    rows: list[Row] = []
    crooked: dict[int, int] = {}
    columns: tuple[str, ...] = ()
    for line, cells in _records(name, text, notation):
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = tuple(cell.strip() for cell in cells)
            _check_columns(name, columns)
        elif len(cells) != len(columns):
            crooked[line] = len(cells)
        else:
            rows.append(
                Row(line, {column: _clean(cell, notation) for column, cell in zip(columns, cells, strict=True)})
            )
    if not columns:
        raise Invalid(_("{file} is empty: the first line must name the columns.", file=name))
    return Table(name, columns, rows, crooked)


def _records(name: str, text: str, notation: Notation) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=notation.delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        if text.count('"') % 2:
            raise Invalid(_("{file}:{line}: a quote is opened here and never closed.", file=name, line=line)) from None
        raise Invalid(_("{file}:{line}: not readable as CSV: {reason}.", file=name, line=line, reason=error)) from None


def _check_columns(name: str, columns: Sequence[str]) -> None:
    for number, column in enumerate(columns, start=1):
        if not column:
            raise Invalid(_("{file}:1: column {number} has no name.", file=name, number=number))
        if column in columns[: number - 1]:
            raise Invalid(_("{file}:1: two columns are named '{column}'.", file=name, column=column))


def _clean(cell: str, notation: Notation) -> str:
    text = cell.strip()
    if text in notation.nothing:
        return ""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
