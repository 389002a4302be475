"""What history costs: the same change of 10,000 records of a model that keeps it and of one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from core import Env, Filter, Grant, Model, Role, computed, fields
from core.orm.access.declare import Access
from core.testing.bench import Bench, as_parts, identity
from tests.benchmarks.company import ROWS
from tests.benchmarks.measure import Row, compare


class Deal(Model):
    """A deal as CRM has it, with history."""

    _name = "bench.deal"
    name = fields.Char(required=True, search=True)
    seller = fields.Integer()
    revenue = fields.Decimal(digits=2)
    probability = fields.Decimal(digits=2, default=Decimal(10))
    note = fields.Text()

    @computed(revenue, probability, store=True)
    def weighted(self) -> Decimal:
        return self.revenue * self.probability / 100


class Plain(Deal):
    """The same without history."""

    _name = "bench.plain"
    _history = False


seller = Role("bench.seller", "Seller")


def _own(model: Any) -> Any:
    def where(env: Env) -> Filter:
        found: Filter = model.seller == env.user_id
        return found

    return where


ACCESS: list[Access] = [
    seller,
    Grant(seller, Deal, "read", "write", "create", where=_own(Deal)),
    Grant(seller, Plain, "read", "write", "create", where=_own(Plain)),
]
WHO = identity(7, "bench.seller")


def measure_history(address: str, engine: str) -> Iterator[Row]:
    """Two rows of the table: one value on all, and a value of its own on each. bound: as much again."""
    bench = Bench(address, as_parts((Deal, Plain)), ACCESS)
    rows = [{"name": f"Bàn {place}", "seller": 7, "revenue": Decimal(place)} for place in range(ROWS)]
    for model in (Deal, Plain):
        with bench.env(WHO) as env:
            env[model].create_many(rows)
    turns = iter(range(1, 10_000))

    def alike(model: Any) -> None:
        with bench.env(WHO) as env:
            env[model].search().write(revenue=Decimal(next(turns)))

    def each(model: Any) -> None:
        turn = next(turns)
        with bench.env(WHO) as env:
            for deal in env[model].search():
                deal.revenue = Decimal(deal.id + turn)

    yield compare(engine, "history of one value on 10,000", lambda: alike(Deal), lambda: alike(Plain), bound=2)
    yield compare(engine, "history of a value on each of 10,000", lambda: each(Deal), lambda: each(Plain), bound=2)
    bench.close()
