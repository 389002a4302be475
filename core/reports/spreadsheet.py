"""Spreadsheets: typed columns and rows become a workbook (XLSX) that programs can calculate with.

    number, money ─► number, with the format of its currency      text ─► text, whatever it begins with
    day, instant  ─► date, so that it sorts and filters           yes/no ─► TRUE, FALSE

A text is never a formula: cells that begin with `=`, `+`, `-` or `@`, which customers can type into a name, stay
texts, so that opening the file does nothing. Rows are written as they come; a file of any length takes little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from core.orm.instants import in_zone

if TYPE_CHECKING:
    from core.formats import CurrencyLike

Kind = Literal["text", "number", "money", "date", "datetime", "duration", "boolean"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXACT_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number."""
LONGEST_TEXT = 32_767
FIRST_YEAR = 1900
"""Spreadsheets know no day before; one of those is written as a text."""
MOST_ROWS = 1_048_575
"""Rows of a sheet, without its head."""
_TITLE_MARKS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDTHS: dict[Kind, int] = {
    "text": 28, "number": 12, "money": 18, "date": 12, "datetime": 17, "duration": 10, "boolean": 10
}  # fmt: skip


@dataclass(frozen=True)
class SheetColumn:
    """A column. digits: after the point of numbers; None shows as many as there are. unit: shown behind a number."""

    label: str
    kind: Kind = "text"
    digits: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Money:
    """An amount in a cell with the currency that it is in."""

    amount: Decimal
    currency: CurrencyLike | None


@dataclass(frozen=True)
class Sheet:
    """A sheet: columns, and rows with a value for each; None leaves a cell empty. zone: in which instants are shown."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[object]]
    zone: tzinfo


def workbook(*sheets: Sheet) -> bytes:
    """The file. Raises ValueError for more rows than a sheet can have."""
    import xlsxwriter  # nobody else needs it

    written = BytesIO()
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False
    }  # fmt: skip
    book = xlsxwriter.Workbook(written, options)
    formats = _Formats(book)
    for sheet in sheets:
        _write(book.add_worksheet(_title(sheet.title, book)), sheet, formats)
    book.close()
    return written.getvalue()


def money_format(currency: CurrencyLike | None) -> str:
    """The number format of amounts in a currency: its decimals, and its symbol where it has it."""
    digits = "#,##0" + (f".{'0' * currency.decimal_places}" if currency and currency.decimal_places else "")
    if currency is None:
        return "#,##0.00"
    symbol = currency.symbol.replace('"', "")
    if not symbol:
        return digits
    if currency.position == "before":
        return f'"{symbol}"{digits};-"{symbol}"{digits}'
    return f'{digits}\u00a0"{symbol}"'


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})

    def of(self, text: str) -> Any:
        if text not in self._made:
            self._made[text] = self._book.add_format({"num_format": text})
        return self._made[text]


def _title(text: str, book: Any) -> str:
    """A name that a sheet can have: 31 characters, without marks that mean something, and not taken yet."""
    bare = " ".join(text.translate(_TITLE_MARKS).split())[:31].strip() or "Sheet"
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    name, count = bare, 1
    while name.lower() in taken:
        count += 1
        name = f"{bare[: 30 - len(str(count))]} {count}"
    return name


def _write(target: Any, sheet: Sheet, formats: _Formats) -> None:
    target.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        target.set_column(place, place, max(_WIDTHS[column.kind], min(40, len(column.label) + 2)))
    for place, column in enumerate(sheet.columns):
        target.write_string(0, place, column.label[:LONGEST_TEXT], formats.head)
    count = 0
    for count, row in enumerate(sheet.rows, 1):
        if count > MOST_ROWS:
            raise ValueError(f"a sheet has no more than {MOST_ROWS} rows")
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _cell(target, count, place, column, value, formats, sheet.zone)
    if count and sheet.columns:
        target.autofilter(0, 0, count, len(sheet.columns) - 1)


def _cell(
    target: Any, row: int, place: int, column: SheetColumn, value: object, formats: _Formats, zone: tzinfo
) -> None:
    match value:
        case None | "":
            return
        case bool():
            target.write_boolean(row, place, value)
        case Money(amount=amount, currency=currency):
            _number(target, row, place, amount, formats.of(money_format(currency)))
        case Decimal() | int() | float():
            if column.kind == "duration":
                target.write_number(row, place, float(value) / 86_400, formats.of("[h]:mm"))
            else:
                _number(target, row, place, value, formats.of(_number_format(column)))
        case date() if value.year < FIRST_YEAR:
            target.write_string(row, place, value.isoformat())
        case datetime():
            local = in_zone(value, zone).replace(tzinfo=None)
            target.write_datetime(row, place, local, formats.of("dd/mm/yyyy hh:mm"))
        case date():
            target.write_datetime(row, place, value, formats.of("dd/mm/yyyy"))
        case timedelta():
            target.write_number(row, place, value.total_seconds() / 86_400, formats.of("[h]:mm"))
        case _:
            target.write_string(row, place, str(value)[:LONGEST_TEXT])


def _number(target: Any, row: int, place: int, value: Decimal | int | float, number_format: Any) -> None:
    """A number; as a text where a spreadsheet would round it, so that no digit is lost."""
    if isinstance(value, float) or len(Decimal(value).normalize().as_tuple().digits) <= EXACT_DIGITS:
        target.write_number(row, place, value, number_format)
    else:
        target.write_string(row, place, f"{value:f}")


def _number_format(column: SheetColumn) -> str:
    if column.digits is None:
        text = "#,##0.00" if column.kind == "money" else "General"
    else:
        text = "#,##0" + (f".{'0' * column.digits}" if column.digits else "")
    unit = column.unit.replace('"', "")
    return f'{text}\u00a0"{unit}"' if unit and text != "General" else text
