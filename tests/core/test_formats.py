"""Figures and dates as people write them in Vietnamese and English, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.formats import Formats, formats_for
from core.orm.fields.base import BadValue

VI = formats_for("vi", "Asia/Ho_Chi_Minh")
EN = formats_for("en", "Europe/London")


@dataclass(frozen=True)
class Currency:
    symbol: str
    position: str
    decimal_places: int


DONG = Currency("₫", "after", 0)
DOLLAR = Currency("$", "before", 2)


@pytest.mark.parametrize(
    ("formats", "value", "digits", "text"),
    [
        (VI, Decimal("1234567.89"), 2, "1.234.567,89"),
        (EN, Decimal("1234567.89"), 2, "1,234,567.89"),
        (VI, Decimal("12345678901234.5678"), None, "12.345.678.901.234,5678"),
        (VI, Decimal("2.50"), None, "2,5"),
        (VI, Decimal("100"), None, "100"),
        (VI, Decimal("1E+3"), None, "1.000"),
        (EN, Decimal("-1234.5"), 0, "-1,235"),
        (EN, Decimal("-0.004"), 2, "0.00"),
        (EN, Decimal("2.345"), 2, "2.35"),
        (EN, 1000, None, "1,000"),
        (EN, 0.1, None, "0.1"),
        (EN, None, 2, ""),
    ],
)
def test_number_is_grouped_and_rounded_half_up(
    formats: Formats, value: Decimal | float | None, digits: int | None, text: str
) -> None:
    assert formats.number(value, digits) == text


def test_money_has_the_digits_and_the_side_of_its_currency() -> None:
    assert VI.money(Decimal("45310200"), DONG) == "45.310.200\u00a0₫"
    assert VI.money(Decimal("1096.5"), DOLLAR) == "$1.096,50"
    assert EN.money(Decimal("-1096.5"), DOLLAR) == "-$1,096.50"
    assert EN.money(Decimal("12.5"), None) == "12.5"
    assert EN.money(None, DONG) == ""


def test_dates_are_day_month_year_and_instants_in_the_readers_zone() -> None:
    assert EN.date(date(2026, 12, 5)) == "05/12/2026"
    evening = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    assert VI.datetime(evening) == "24/11/2026 01:30"
    assert EN.datetime(evening) == "23/11/2026 18:30"
    assert EN.date(None) == EN.datetime(None) == ""


@pytest.mark.parametrize(
    ("formats", "text", "value"),
    [
        (VI, "1.234.567,89", "1234567.89"),
        (EN, "1,234,567.89", "1234567.89"),
        (VI, "1234567,89", "1234567.89"),
        (VI, " 45.310.200 ₫ ", "45310200"),
        (VI, "12.345.678.901.234,5678", "12345678901234.5678"),
        (EN, "$1,096.50", "1096.50"),
        (EN, "-$5", "-5"),
        (EN, "−5", "-5"),
        (VI, "30 %", "30"),
        (VI, "1\u00a0234,5", "1234.5"),
        (EN, ".5", "0.5"),
    ],
)
def test_number_is_read_back(formats: Formats, text: str, value: str) -> None:
    assert formats.parse_number(text) == Decimal(value)


@pytest.mark.parametrize("formats", [VI, EN])
def test_what_is_shown_can_be_read_back(formats: Formats) -> None:
    for value in ("0", "-0.5", "999", "1000", "1234567.8901", "12345678901234.5678"):
        number = Decimal(value)
        assert formats.parse_number(formats.number(number)) == number
        assert formats.parse_number(formats.edit(number, 2)) == number
    day = date(2026, 12, 15)
    assert formats.parse_date(formats.date(day)) == day
    instant = datetime(2026, 3, 29, 10, 15, tzinfo=UTC)
    assert formats.parse_datetime(formats.datetime(instant)) == instant


@pytest.mark.parametrize(
    ("formats", "text"),
    [
        (VI, "1.5"),  # might mean 1,5 and must not become 15
        (EN, "1,5"),
        (VI, "1,234.5"),
        (VI, "1.23.456"),
        (EN, "1,2345"),
        (EN, "12 34x5"),
        (EN, "abc"),
        (EN, "-"),
        (EN, "5-"),
        (EN, "1e5"),
        (EN, "about 5 or so"),
        (EN, "1.2.3"),
    ],
)
def test_doubtful_number_is_refused_with_a_reason(formats: Formats, text: str) -> None:
    with pytest.raises(BadValue, match="number"):
        formats.parse_number(text)


def test_refusal_shows_how_a_number_is_written() -> None:
    with pytest.raises(BadValue) as refused:
        VI.parse_number("1.5")
    assert refused.value.reason == "“1.5” cannot be read as a number. Write it like 1.234,5."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15/12/2026", date(2026, 12, 15)),
        ("5/1/2026", date(2026, 1, 5)),
        ("5.1.26", date(2026, 1, 5)),
        ("2026-12-15", date(2026, 12, 15)),
        ("29/02/2028", date(2028, 2, 29)),
        ("", None),
    ],
)
def test_date_is_read(text: str, day: date | None) -> None:
    assert VI.parse_date(text) == day


@pytest.mark.parametrize("text", ["31/02/2026", "12/15/2026", "tomorrow", "15/12", "15/12/2026 x", "1/2/20261"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match=r"date|day"):
        VI.parse_date(text)


def test_instant_is_read_in_the_readers_zone() -> None:
    assert VI.parse_datetime("15/12/2026 14:30") == datetime(2026, 12, 15, 7, 30, tzinfo=UTC)
    assert VI.parse_datetime("2026-12-15T14:30") == datetime(2026, 12, 15, 7, 30, tzinfo=UTC)
    assert VI.parse_datetime("15/12/2026 9h05") == datetime(2026, 12, 15, 2, 5, tzinfo=UTC)
    assert VI.parse_datetime("15/12/2026") == datetime(2026, 12, 14, 17, 0, tzinfo=UTC)
    with pytest.raises(BadValue, match="time"):
        VI.parse_datetime("15/12/2026 25:00")


def test_unknown_language_and_zone_fall_back() -> None:
    fallen = formats_for("xx", "Nowhere/City")
    assert fallen.number(Decimal("1234.5")) == "1,234.5"
    assert fallen.datetime(datetime(2026, 1, 1, tzinfo=UTC)) == "01/01/2026 00:00"


def test_formats_are_made_once() -> None:
    assert formats_for("vi", "Asia/Ho_Chi_Minh") is VI
