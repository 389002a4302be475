"""Creating, changing and reading 10,000 deals, beside SQLAlchemy Core on the same tables with the same history."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core import Identity
from core.addons.system import System
from tests.benchmarks.company import ROWS, lead_rows
from tests.benchmarks.floor import Floor
from tests.benchmarks.measure import Row, compare

READ = ("name", "expected_revenue", "probability", "closes_on", "weighted_revenue")


def measure_records(system: System, seller: Identity) -> Iterator[Row]:
    """The rows of the table about 10,000 deals. bound: how many times the floor each may take."""
    with system.unit() as unit:
        first_partner = min(unit.system_env()["res.partner"].search(limit=ROWS).ids)
    engine = system._database.dialect
    floor = Floor(system)
    rows = lead_rows(first_partner)
    sample = _one_of_ours(system, seller, rows[0])

    def create() -> None:
        with system.unit(write=True) as unit:
            unit.env(seller)["crm.lead"].create_many(rows)

    yield compare(engine, "create 10,000", create, lambda: floor.create(rows, sample), bound=2)
    with system.unit() as unit:
        ids = unit.env(seller)["crm.lead"].search(limit=ROWS).ids
    priorities = iter(range(1, 1000))

    def change_one() -> None:
        with system.unit(write=True) as unit:
            unit.env(seller)["crm.lead"].search(order=("id",), limit=ROWS).write(priority=str(next(priorities) % 4))

    yield compare(
        engine, "one value on 10,000", change_one, lambda: floor.change(ROWS, "priority", str(next(priorities) % 4)), 3
    )
    revenues = iter(range(1, 1000))

    def change_derived() -> None:
        with system.unit(write=True) as unit:
            deals = unit.env(seller)["crm.lead"].search(order=("id",), limit=ROWS)
            deals.write(expected_revenue=Decimal(2_000_000 + next(revenues)))

    yield compare(
        engine, "one value on 10,000, with one that follows", change_derived,
        lambda: floor.change_derived(ROWS, Decimal(2_000_000 + next(revenues))), 3,
    )  # fmt: skip
    names = list(READ)

    def read_values() -> Any:
        with system.unit() as unit:
            return unit.env(seller)["crm.lead"].values(names, order=("id",), limit=ROWS)

    yield compare(engine, "read five fields of 10,000 as values", read_values, lambda: floor.read(names, ROWS), 2)

    def read_records() -> Any:
        with system.unit() as unit:
            deals: Any = unit.env(seller)["crm.lead"].search(order=("id",), limit=ROWS)
            return [
                (deal.name, deal.expected_revenue, deal.probability, deal.closes_on, deal.weighted_revenue)
                for deal in deals
            ]

    yield compare(engine, "read five fields of 10,000 as records", read_records, lambda: floor.read(names, ROWS), 8)
    assert len(ids) == ROWS


def _one_of_ours(system: System, seller: Identity, row: dict[str, Any]) -> dict[str, Any]:
    """All columns of a deal as Banyan stores it: the floor writes the same."""
    table = system.registry.models["crm.lead"].table
    with system.unit(write=True) as unit:
        made = unit.env(seller)["crm.lead"].create(**row)
        stored = unit._run(sa.select(table).where(table.c.id == made.id)).mappings().one()
        return {column.key: stored[column.key] for column in table.c if column.key != "id"}
