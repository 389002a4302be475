"""From JSON to Python values: what is taken, what is refused, and in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core import Env, Identity, Invalid
from core.orm.wire import load, load_many
from core.testing.bench import Bench

ORDER = {"name": "SO1", "customer_id": 1}


def reasons(env: Env, data: Any, *, partial: bool = True) -> dict[str, list[str]]:
    """What is wrong with a row of shop.order."""
    with pytest.raises(Invalid) as refused:
        load(env, "shop.order", data, partial=partial)
    return refused.value.fields


def test_wire_names_become_python_names_and_values(env: Env) -> None:
    loaded = load(
        env,
        "shop.order",
        {
            **ORDER,
            "state": "sent",
            "date_order": "2026-03-31",
            "sent_at": "2026-03-31T09:30:00+07:00",
            "parcels": 3,
            "discount": Decimal("12.5"),
            "amount": "12345678901234.5678",
            "ratio": Decimal("0.25"),
            "is_urgent": True,
            "note": "two\nlines",
            "extra": {"weights": [Decimal("1.5"), 2]},
            "tag_ids": [3, 1],
        },
        partial=False,
    )
    assert loaded == {
        "name": "SO1",
        "customer": 1,
        "state": "sent",
        "ordered_on": date(2026, 3, 31),
        "sent_at": datetime(2026, 3, 31, 2, 30, tzinfo=UTC),
        "parcels": 3,
        "discount": Decimal("12.50"),
        "amount": Decimal("12345678901234.5678"),
        "ratio": 0.25,
        "is_urgent": True,
        "note": "two\nlines",
        "extra": {"weights": [1.5, 2]},
        "tags": (3, 1),
    }


def test_values_already_parsed_pass(env: Env) -> None:
    values = {"date_order": date(2026, 3, 31), "amount": Decimal("5"), "sent_at": datetime(2026, 1, 1, tzinfo=UTC)}
    assert load(env, "shop.order", values, partial=True) == {
        "ordered_on": date(2026, 3, 31),
        "amount": Decimal("5"),
        "sent_at": datetime(2026, 1, 1, tzinfo=UTC),
    }


def test_null_is_absence(env: Env) -> None:
    given = ("state", "date_order", "parcels", "amount", "is_urgent", "note", "currency_id", "tag_ids")
    assert load(env, "shop.order", dict.fromkeys(given), partial=True) == {
        "state": None, "ordered_on": None, "parcels": 0, "amount": 0, "is_urgent": False, "note": "", "currency": None,
        "tags": (),
    }  # fmt: skip


def test_all_problems_are_told_at_once(env: Env) -> None:
    wrong = {"parcels": "3", "discount": "abc", "lines_count": 4, "amout": 1}
    assert reasons(env, wrong, partial=False) == {
        "name": ["is required"],
        "customer_id": ["is required"],
        "parcels": ["must be a whole number"],
        "discount": ["must be a number with a point before its decimals, as in 1234.5"],
        "lines_count": ["cannot be written: it is computed"],
        "amout": ["field 'amout' is not on shop.order; nearest: 'amount'"],
    }


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("name", "", "is required"),
        ("name", None, "is required"),
        ("name", 7, "must be a text"),
        ("name", "x" * 21, "is too long: 21 characters where 20 fit"),
        ("name", "two\nlines", "must be one line"),
        ("customer_id", None, "is required"),
        ("customer_id", "Acme", "must be the id of a record, or null"),
        ("customer_id", True, "must be the id of a record, or null"),
        ("customer_id", {"id": 1}, "must be the id of a record, or null"),
        ("customer_id", 0, "is not the id of a record"),
        ("customer_id", 2**63, "is not the id of a record"),
        ("state", "snet", "cannot be 'snet'; nearest: 'sent'"),
        ("state", 3, "must be a text"),
        ("state", ["sent"], "must be a text"),
        ("date_order", "31/03/2026", "must be a date, as in 2026-03-31"),
        ("date_order", "2026-02-30", "must be a date, as in 2026-03-31"),
        ("date_order", "20260331", "must be a date, as in 2026-03-31"),
        ("date_order", 20260331, "must be a date"),
        ("sent_at", "yesterday", "must be a date and time with its zone, as in 2026-03-31T09:30:00Z"),
        ("sent_at", "2026-03-31T09:30:00", "must say its time zone"),
        ("parcels", Decimal("3.0"), "must be a whole number"),
        ("parcels", True, "must be a whole number"),
        ("parcels", 2**63, "is too large"),
        ("parcels", 100, "must be between 0 and 99"),
        ("discount", "1,5", "must be a number with a point before its decimals, as in 1234.5"),
        ("discount", "1_000", "must be a number with a point before its decimals, as in 1234.5"),
        ("discount", "NaN", "must be a number with a point before its decimals, as in 1234.5"),
        ("discount", "1.555", "has more than 2 decimals"),
        ("discount", 0.1, "must be an exact decimal number"),
        ("discount", False, "must be an exact decimal number"),
        ("discount", 101, "must be between 0 and 100"),
        ("amount", 10**14, "is too large: at most 14 digits before the point"),
        ("amount", Decimal("1e9999999"), "is too large: at most 14 digits before the point"),
        ("ratio", "0.5", "must be a number"),
        ("ratio", Decimal("1e999"), "must be a number"),
        ("is_urgent", 1, "must be yes or no"),
        ("is_urgent", "true", "must be yes or no"),
        ("note", "a\x00b", "must not contain the NUL character"),
        ("extra", Decimal("0.12345678901234567890"),
         "holds a number with more digits than a JSON number keeps: give it as a text"),
        ("tag_ids", 3, "must be a list of ids of records"),
        ("tag_ids", "3", "must be a list of ids of records"),
        ("tag_ids", [1, None], "must be a list of ids of records"),
        ("tag_ids", {"1": 2}, "must be a list of ids of records"),
        ("order_line", ["a"], "must be a list of ids of records"),
        ("id", 5, "cannot be written: the database gives it"),
        ("display_name", "x", "cannot be written: it follows from the record"),
        ("net", "5", "cannot be written: it is computed"),
        ("checked", True, "cannot be written: it is read-only"),
        ("", 1, "field '' is not on shop.order"),
    ],
)  # fmt: skip
@pytest.mark.engine("sqlite")
def test_refused_value_says_why(env: Env, name: str, value: Any, reason: str) -> None:
    assert reasons(env, {name: value}) == {name: [reason]}


@pytest.mark.engine("sqlite")
def test_python_name_is_not_a_wire_name(env: Env) -> None:
    reason = "field 'customer' is not on shop.order; nearest: 'customer_id'"
    assert reasons(env, {"customer": 1}) == {"customer": [reason]}


@pytest.mark.engine("sqlite")
def test_field_of_other_roles_is_unknown(env: Env, bench: Bench) -> None:
    assert reasons(env, {"margin": "5"}) == {"margin": ["field 'margin' is not on shop.order"]}


@pytest.mark.engine("sqlite")
def test_field_of_own_role_is_taken(bench: Bench) -> None:
    with bench.env(Identity(2, "minh", roles=frozenset({"shop.boss"}))) as boss:
        assert load(boss, "shop.order", {"margin": "5"}, partial=True) == {"margin": Decimal("5.00")}


@pytest.mark.engine("sqlite")
def test_new_lines_are_read_with_the_record(env: Env) -> None:
    lines = [7, {"product": "Tea", "quantity": "1.5"}, {"product": "Salt"}]
    loaded = load(env, "shop.order", {**ORDER, "order_line": lines}, partial=False)
    assert loaded["lines"] == [7, {"product": "Tea", "quantity": Decimal("1.500")}, {"product": "Salt"}]


@pytest.mark.engine("sqlite")
def test_problem_of_a_line_names_its_position(env: Env) -> None:
    lines = [{"product": "Tea"}, {"quantity": True, "order_id": 1}]
    assert reasons(env, {**ORDER, "discount": "abc", "order_line": lines}, partial=False) == {
        "discount": ["must be a number with a point before its decimals, as in 1234.5"],
        "order_line.1.product": ["is required"],
        "order_line.1.quantity": ["must be an exact decimal number"],
        "order_line.1.order_id": ["cannot be written: it is the record that holds the line"],
    }


@pytest.mark.engine("sqlite")
def test_many_rows_name_the_row_that_is_wrong(env: Env) -> None:
    rows: list[Any] = [ORDER, {**ORDER, "parcels": "x"}, "no row"]
    with pytest.raises(Invalid) as refused:
        load_many(env, "shop.order", rows, partial=False)
    assert refused.value.fields == {
        "1.parcels": ["must be a whole number"],
        "2": ["must be an object of fields and values"],
    }
    assert str(refused.value) == "1.parcels: must be a whole number; 2: must be an object of fields and values"


@pytest.mark.engine("sqlite")
def test_deeply_nested_json_is_refused(env: Env) -> None:
    value: Any = 1
    for _level in range(60):
        value = [value]
    assert reasons(env, {"extra": value}) == {"extra": ["is nested more than 50 levels deep"]}
