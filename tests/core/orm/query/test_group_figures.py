"""Count and Sum fields as figures of groups."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from core import Model, fields
from core.testing.bench import Bench


class Task(Model):
    _name = "work.task"
    name = fields.Char(required=True)
    kind = fields.Char()
    hours: fields.One2many[Hour] = fields.One2many("work.hour", inverse="task")
    spent = fields.Sum(hours, "amount", "Hours")
    times = fields.Count(hours)
    whole = fields.Sum(hours, "minutes")


class Hour(Model):
    _name = "work.hour"
    task = fields.Many2one(Task, required=True)
    amount = fields.Decimal(digits=2)
    minutes = fields.Integer()


def test_figures_of_lists_are_added_up_in_groups(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Task, Hour)
    with bench.env() as env:
        for name, kind, amounts in (("a", "x", ["1.25", "2"]), ("b", "x", ["0.5"]), ("c", "y", [])):
            task = env[Task].create(name=name, kind=kind)
            env[Hour].create_many([{"task": task, "amount": Decimal(one), "minutes": 30} for one in amounts])
        figures = ["spent", "spent:avg", "spent:max", "spent:share", "times", "whole"]
        found = env[Task].groups(["kind"], figures)
    assert [[row[name] for name in ("kind", *figures)] for row in found] == [
        ["x", Decimal("3.75"), Decimal("1.875"), Decimal("3.25"), 1, 3, 90],
        ["y", 0, 0, 0, 0, 0, 0],
    ]
