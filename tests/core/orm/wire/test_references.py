"""Records that new values point at: they must be there, and visible to the writer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import pytest

from core import Env, Grant, Identity, Model, Role, fields
from core.orm.wire import load, unknown_references
from core.testing.bench import Bench
from core.testing.statements import Statements


def test_row_that_points_at_nothing_says_which_field(env: Env) -> None:
    rows = [
        load(env, "shop.order", {"name": "SO1", "customer_id": 1, "tag_ids": [1, 2]}, partial=False),
        load(env, "shop.order", {"name": "SO2", "customer_id": 77, "tag_ids": [1, 99]}, partial=False),
    ]
    assert unknown_references(env, "shop.order", rows) == [
        {},
        {"customer_id": ["points at no Customer that you may see"], "tag_ids": ["points at no Tag that you may see"]},
    ]


def test_new_lines_are_looked_at(env: Env) -> None:
    lines = [{"product": "Tea", "currency_id": 1}, {"product": "Salt", "currency_id": 42}, 31]
    row = load(env, "shop.order", {"order_line": lines}, partial=True)
    assert unknown_references(env, "shop.order", [row]) == [
        {
            "order_line.1.currency_id": ["points at no Currency that you may see"],
            "order_line": ["points at no Line that you may see"],
        }
    ]


def test_thousand_rows_cost_one_statement_a_model(
    env: Env, count_statements: Callable[[], AbstractContextManager[Statements]]
) -> None:
    rows = [{"customer": 1, "currency": 2, "tags": (1, number)} for number in range(1000)]
    with count_statements() as statements:
        found = unknown_references(env, "shop.order", rows)
    assert statements.total == 3
    assert [bool(problems) for problems in found].count(False) == 3


class Drawer(Model):
    _name = "safe.drawer"
    _label = "Drawer"
    name = fields.Char(required=True)


class Letter(Model):
    _name = "safe.letter"
    name = fields.Char(required=True)
    drawer = fields.Many2one(Drawer)


@pytest.fixture
def safe(make_models: Any) -> SimpleNamespace:
    """Two drawers, of which a clerk sees one; a letter in the other."""
    clerk = Role("safe.clerk", "Clerk")
    access = [
        clerk,
        Grant(clerk, Letter, "read", "write"),
        Grant(clerk, Drawer, "read", where=lambda env: Drawer.name == "open"),
    ]
    bench: Bench = make_models(Drawer, Letter, access=access)
    with bench.env() as env:
        seen, hidden = env[Drawer].create(name="open"), env[Drawer].create(name="locked")
        letter = env[Letter].create(name="a", drawer=hidden)
        return SimpleNamespace(bench=bench, open=seen.id, locked=hidden.id, letter=letter.id)


def test_hidden_record_is_refused_like_an_absent_one(safe: SimpleNamespace) -> None:
    with safe.bench.env(Identity(1, "x", roles=frozenset({"safe.clerk"}))) as env:
        hidden, absent, seen = unknown_references(
            env, "safe.letter", [{"drawer": safe.locked}, {"drawer": 999}, {"drawer": safe.open}]
        )
        assert hidden == absent == {"drawer_id": ["points at no Drawer that you may see"]}
        assert seen == {}


def test_hidden_record_that_is_there_already_may_stay(safe: SimpleNamespace) -> None:
    """Saving what was read must not fail because of a field that its reader cannot see into."""
    with safe.bench.env(Identity(1, "x", roles=frozenset({"safe.clerk"}))) as env:
        assert unknown_references(env, "safe.letter", [{"drawer": safe.locked}], {"drawer": safe.locked}) == [{}]


def test_model_that_one_may_not_read_holds_nothing_to_point_at(make_models: Any) -> None:
    bench: Bench = make_models(Drawer, Letter, access=[])
    with bench.env(Identity(1, "x")) as env:
        assert unknown_references(env, "safe.letter", [{"drawer": 1}]) == [
            {"drawer_id": ["points at no Drawer that you may see"]}
        ]
