"""From Python values to JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core import Env, Grant, Identity, Model, Role, fields
from core.orm.registry import Models
from core.orm.wire import dump, dumper, load
from core.testing.bench import Bench


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12345678901234.5678", "12345678901234.5678"),
        ("10005534.0000", "10005534"),
        ("0.1000", "0.1"),
        ("1E+3", "1000"),
        ("0E-8", "0"),
        ("-0.00", "0"),
        ("-5.50", "-5.5"),
        ("100", "100"),
    ],
)
def test_decimal_is_plain_exact_text(models: Models, value: str, text: str) -> None:
    assert dumper(models, "shop.order", ["amount"])({"amount": Decimal(value)}) == {"amount": text}


def test_each_kind_has_its_form(models: Models) -> None:
    row = {
        "id": 7, "name": "SO1", "ordered_on": date(2026, 3, 31), "sent_at": datetime(2026, 3, 31, 2, 30, tzinfo=UTC),
        "parcels": 3, "is_urgent": False, "note": "", "state": None, "extra": {"a": [1]}, "tags": (3, 1),
        "customer": 1, "customer.display_name": "Acme", "currency": None, "currency.display_name": None,
        "customer.city": "Huế", "row_version": 2,
    }  # fmt: skip
    names = [name for name in row if name not in ("customer.display_name", "currency.display_name")]
    write = dumper(models, "shop.order", names)
    assert set(write.columns) == set(row)
    assert json.loads(json.dumps(write(row))) == {
        "id": 7, "name": "SO1", "date_order": "2026-03-31", "sent_at": "2026-03-31T02:30:00Z",
        "parcels": 3, "is_urgent": False, "note": "", "state": None, "extra": {"a": [1]}, "tag_ids": [3, 1],
        "customer_id": {"id": 1, "display_name": "Acme"}, "currency_id": None, "customer_id.city": "Huế",
        "row_version": 2,
    }  # fmt: skip


def test_hidden_record_is_marked_and_not_named(models: Models) -> None:
    row = {"customer": 9, "customer.display_name": None}
    assert dumper(models, "shop.order", ["customer"])(row) == {
        "customer_id": {"id": 9, "display_name": None, "restricted": True}
    }


def test_what_was_read_can_be_sent_back(env: Env, shop: Any) -> None:
    values = {
        "name": "SO1", "customer_id": 1, "state": "sent", "date_order": "2026-03-31", "sent_at": "2026-03-31T02:30:00Z",
        "parcels": 3, "discount": "12.5", "amount": "12345678901234.5678", "ratio": 0.25, "is_urgent": True,
        "note": "ghi chú", "extra": {"a": [1, None]}, "tag_ids": [1, 3], "order_line": [],
    }  # fmt: skip
    env[shop.Order].create(**load(env, "shop.order", values, partial=False))
    names = [field.name for field in env.models["shop.order"].fields.values() if field.wire_name in values]
    write = dumper(env.models, "shop.order", names)
    [row] = env[shop.Order].values(write.columns)
    assert write(row) == {**values, "customer_id": {"id": 1, "display_name": "Acme"}}
    assert dump(env, "shop.order", row, ["amount"]) == {"amount": "12345678901234.5678"}


class Secret(Model):
    _name = "spy.secret"
    name = fields.Char(required=True)


class Note(Model):
    _name = "spy.note"
    name = fields.Char(required=True)
    secret = fields.Many2one(Secret)


def test_hidden_record_in_the_database_is_restricted(make_models: Any) -> None:
    spy = Role("spy.reader", "Reader")
    nobody = [spy, Grant(spy, Note, "read"), Grant(spy, Secret, "read", where=lambda env: Secret.name == "known")]
    bench: Bench = make_models(Secret, Note, access=nobody)
    with bench.env() as env:
        known, hidden = env[Secret].create(name="known"), env[Secret].create(name="hidden")
        env[Note].create_many([{"name": "a", "secret": known}, {"name": "b", "secret": hidden}, {"name": "c"}])
    with bench.env(Identity(1, "x", roles=frozenset({"spy.reader"}))) as env:
        write = dumper(env.models, "spy.note", ["secret"])
        rows = env[Note].values(write.columns, order=["name"])
        assert [write(row)["secret_id"] for row in rows] == [
            {"id": known.id, "display_name": "known"},
            {"id": hidden.id, "display_name": None, "restricted": True},
            None,
        ]
