"""The order of a model's lists is that of an index, and an index that has become another is made anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from core import Model, fields
from core.addons.home_clock import HomeClock
from core.addons.ledger import read_entries
from core.addons.schema import Schema, bring_up
from core.addons.tables import system_tables
from core.orm.compose import compose_models
from core.orm.database import Database
from core.orm.ordering import KEYS
from core.testing.bench import Bench, as_parts

ORDERS: list[tuple[str, ...]] = [
    ("-priority", "-id"),
    ("priority", "-due_on", "id"),
    ("due_on",),
    ("-due_on", "name"),
    ("name",),
    ("-name", "priority", "-id"),
]


def task(order: tuple[str, ...]) -> type[Model]:
    """A model with that order."""

    class Task(Model):
        _name = "plan.task"
        _order = order
        name = fields.Char(search=True)
        priority = fields.Integer()
        due_on = fields.Date()
        note = fields.Char()

    return Task


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_first_page_is_read_in_the_order_of_an_index(make_models: Callable[..., Bench], order: tuple[str, ...]) -> None:
    bench = make_models(task(order))
    names = ("Ấm trà", "ấm", "Bàn", "Đèn", "đĩa", "zebra")
    rows = [
        {"name": names[place % 6], "priority": place % 3, "due_on": date(2026, 1, 1 + place % 5) if place % 4 else None}
        for place in range(60)
    ]
    with bench.env() as env:
        env["plan.task"].create_many(rows)
    asked: list[tuple[str, Any]] = []
    note = lambda connection, cursor, statement, given, context, many: asked.append((statement, given))  # noqa: E731
    sa.event.listen(bench.database._engine, "before_cursor_execute", note)
    with bench.env() as env:
        page = env["plan.task"].values(["id"], limit=20)
        whole = env["plan.task"].values(["id"])
    sa.event.remove(bench.database._engine, "before_cursor_execute", note)
    assert page == whole[:20]
    assert not re_sorts(bench, *asked[0])


def re_sorts(bench: Bench, statement: str, given: Any) -> bool:
    """Whether the engine sorts, though it would rather not."""
    with bench.connection() as connection:
        if bench.database.dialect == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            return "TEMP B-TREE" in str(plan)
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", given).all()
        return "Sort" in str(plan)


@pytest.mark.parametrize("order", [("note",), ("-id",), ("id",), ()], ids=str)
def test_order_that_no_index_can_serve_has_none(order: tuple[str, ...]) -> None:
    models = compose_models(as_parts([task(order)]))
    assert not any(KEYS in index.info for index in models["plan.task"].table.indexes)


def test_index_is_made_anew_where_its_keys_have_changed(engine_url: str) -> None:
    database = Database(engine_url)

    def brought_up(*order: str) -> list[str]:
        models = compose_models(as_parts([task(order)]))
        system_tables(models.metadata)
        with database.migrating() as migration:
            clock = HomeClock(datetime.now(UTC), ZoneInfo("UTC"))
            return bring_up(migration.connection, Schema.of(models, (), clock)).safe

    brought_up("priority", "due_on")
    name = "ix_plan_task__priority_due_on_id"
    assert brought_up("priority", "due_on") == []
    assert brought_up("priority", "-due_on") == [f"make index {name} anew"]
    assert brought_up("priority", "-due_on") == []
    with database.migrating() as migration:
        assert ("index", name) in read_entries(migration.connection)
    database.dispose()
