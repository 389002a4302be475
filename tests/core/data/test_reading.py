"""CSV files as people send them, and the values in their cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.data.cells import parse
from core.data.csvfile import Notation, read_table
from core.data.spelling import Names, fill_first, login, loose, slug
from core.errors import Invalid
from core.orm import fields
from core.orm.fields.base import BadValue


def _table(tmp_path: Path, text: str, notation: Notation | None = None, encoding: str = "utf-8"):
    file = tmp_path / "customers.csv"
    file.write_bytes(text.encode(encoding))
    return read_table(file, notation or Notation())


def test_rows_know_the_line_on_which_they_begin(tmp_path: Path) -> None:
    table = _table(tmp_path, 'name,note\nAn,"two\nlines"\n\nBình,x\n')
    assert [(row.line, row.cells["name"]) for row in table.rows] == [(2, "An"), (5, "Bình")]
    assert table.rows[0].cells["note"] == "two\nlines"


def test_cells_are_trimmed_composed_and_emptied_of_what_stands_for_nothing(tmp_path: Path) -> None:
    table = _table(tmp_path, "name;city\n  Hoa\u0300 ;NULL\n", Notation(delimiter=";", nothing=("NULL",)))
    assert table.rows[0].cells == {"name": "Hoà", "city": ""}


def test_a_mark_at_the_start_of_the_file_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert _table(tmp_path, "name\nAn\n", encoding="utf-8-sig").columns == ("name",)


def test_a_row_with_another_number_of_cells_is_kept_apart(tmp_path: Path) -> None:
    table = _table(tmp_path, "a,b\n1,2\n1,2,3\n1\n")
    assert table.crooked == {3: 3, 4: 1}
    assert len(table.rows) == 1


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        ("", "utf-8", "customers.csv is empty: the first line must name the columns."),
        ("a,a\n", "utf-8", "customers.csv:1: two columns are named 'a'."),
        ("a,,c\n", "utf-8", "customers.csv:1: column 2 has no name."),
        ('a\n"b\n', "utf-8", "customers.csv:2: a quote is opened here and never closed."),
        ("tên\nHuế\n", "cp1258", "customers.csv:1: not written in utf-8-sig."),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(tmp_path: Path, text: str, encoding: str, message: str) -> None:
    with pytest.raises(Invalid) as raised:
        _table(tmp_path, text.replace("ế", "ê"), encoding=encoding)
    assert str(raised.value).startswith(message)


VIETNAMESE = Notation(date="%d/%m/%Y", decimal=",", thousands=".")


@pytest.mark.parametrize(
    ("field", "text", "notation", "value"),
    [
        (fields.Integer(), "1.234.567", VIETNAMESE, 1234567),
        (fields.Decimal(), "-1.234,5", VIETNAMESE, "-1234.5"),
        (fields.Decimal(), "1234.50", Notation(), "1234.50"),
        (fields.Boolean(), "Yes", Notation(), True),
        (fields.Boolean(), "0", Notation(), False),
        (fields.Date(), "31/12/2026", VIETNAMESE, "2026-12-31"),
        (fields.DateTime(), "2026-01-02 03:04:05", Notation(time_zone="Asia/Ho_Chi_Minh"), "2026-01-02T03:04:05+07:00"),
        (fields.Selection([("lead", "Lead"), ("deal", "Opportunity")]), "OPPORTUNITY", Notation(), "deal"),
        (fields.Json(), '{"a": [1]}', Notation(), {"a": [1]}),
        (fields.Date(), "today-2", Notation(today=date(2026, 3, 1)), "2026-02-27"),
    ],
)
def test_cell_becomes_the_value_of_its_kind(field, text: str, notation: Notation, value: object) -> None:
    assert parse(field, text, notation) == value


@pytest.mark.parametrize(
    ("field", "text", "notation"),
    [
        (fields.Integer(), "12.5", Notation()),
        (fields.Decimal(), "1,234", Notation()),
        (fields.Decimal(), "1.23,5", VIETNAMESE),
        (fields.Decimal(), "12e3", Notation()),
        (fields.Decimal(), "NaN", Notation()),
        (fields.Boolean(), "perhaps", Notation()),
        (fields.Date(), "2/30/2017", Notation(date="%m/%d/%Y")),
        (fields.Date(), "today", Notation()),
        (fields.Json(), "{", Notation()),
    ],
)
def test_cell_that_is_no_such_value_is_refused(field, text: str, notation: Notation) -> None:
    with pytest.raises(BadValue):
        parse(field, text, notation)


def test_names_are_found_whatever_their_spelling() -> None:
    names = Names({"GTX Pro": 1, "MG Special": 2, "MG-Special 2": 3, "Huế": 4})
    assert names.find("GTX Pro").spelling == ""
    assert (names.find("gtx-pro").found, names.find("gtx-pro").spelling) == (1, "GTX Pro")
    assert names.find("hue").found == 4
    assert names.find("GTX Pr").nearest == "nearest: 'GTX Pro'"
    assert names.find("gtx-pro", exact=True).found is None


def test_a_spelling_that_may_be_several_names_is_none_of_them() -> None:
    assert Names({"A B": 1, "AB": 2}).find("a-b").several == ("A B", "AB")


def test_texts_are_made_from_names() -> None:
    assert login("Darcel Schlecht") == "darcel.schlecht"
    assert login("Đỗ  Văn Ân") == "do.van.an"
    assert login("Mei-Mei O'Brien") == "mei-mei.obrien"
    assert slug("Acme Corp. (VN)") == "Acme_Corp_VN"
    assert loose("Nguyễn  Văn-An") == "nguyenvanan"
    assert fill_first(("{a} for {b}", "{a}"), {"a": "x", "b": ""}) == "x"
