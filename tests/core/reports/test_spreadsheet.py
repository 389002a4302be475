"""Spreadsheets: values in the kind that they have, and nothing in them that acts."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from core.reports import Money, Sheet, SheetColumn, workbook
from core.reports.spreadsheet import money_format

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Currency:
    symbol: str
    position: str
    decimal_places: int


DONG, DOLLAR = Currency("₫", "after", 0), Currency("$", "before", 2)


def written(columns: list[SheetColumn], *rows: list[object], title: str = "Sheet") -> bytes:
    return workbook(Sheet(title, columns, rows, HANOI))


def read(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()


def inside(data: bytes, name: str) -> str:
    return zipfile.ZipFile(BytesIO(data)).read(name).decode()


def test_values_keep_their_kind() -> None:
    columns = [
        SheetColumn("Deal"), SheetColumn("Amount", "money"), SheetColumn("Day", "date"),
        SheetColumn("At", "datetime"), SheetColumn("Done", "boolean"), SheetColumn("Took", "duration"),
    ]  # fmt: skip
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    row = ["Ghế", Money(Decimal(45_310_200), DONG), date(2026, 12, 15), at, True, 5400]
    heads, found = read(written(columns, row))
    assert heads == ["Deal", "Amount", "Day", "At", "Done", "Took"]
    assert found[:5] == ["Ghế", 45_310_200, date(2026, 12, 15), datetime(2026, 11, 25, 3, 30), True]


@pytest.mark.parametrize("text", ["=1+1", "+84 28 5412", "-5", "@SUM(A1)", '=HYPERLINK("http://x.example")', "1e9"])
def test_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    data = written([SheetColumn("Name")], [text])
    assert read(data)[1] == [text]
    assert "<f>" not in inside(data, "xl/worksheets/sheet1.xml")
    assert "hyperlink" not in inside(data, "xl/worksheets/sheet1.xml")


def test_amounts_have_the_format_of_their_currency() -> None:
    assert money_format(DONG) == '#,##0\u00a0"₫"'
    assert money_format(DOLLAR) == '"$"#,##0.00;-"$"#,##0.00'
    styles = inside(written([SheetColumn("A", "money")], [Money(Decimal("-12.5"), DOLLAR)]), "xl/styles.xml")
    assert "&quot;$&quot;#,##0.00" in styles


def test_number_that_a_spreadsheet_would_round_is_a_text() -> None:
    exact = Decimal("1234567890123456.78")
    assert read(written([SheetColumn("N", "number", 2)], [exact], [Decimal("0.1")]))[1:] == [[str(exact)], [0.1]]


def test_day_before_spreadsheets_begin_is_a_text() -> None:
    assert read(written([SheetColumn("Born", "date")], [date(1890, 5, 19)]))[1] == ["1890-05-19"]


def test_title_is_one_that_sheets_can_have() -> None:
    data = written([SheetColumn("A")], ["x"], title="Đơn hàng [2026/11]: tất cả các công ty của chúng ta")
    assert CalamineWorkbook.from_filelike(BytesIO(data)).sheet_names == ["Đơn hàng 2026 11 tất cả các côn"]
