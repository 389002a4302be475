"""A model with everything in play: field roles, companies, tracked history, and ten stored computed fields.

The floor writes the same rows, the same ten values, the same history and the same row of its unit with
SQLAlchemy Core, without any access.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from addons.base.models import Attachment, Company, Country, Currency, CurrencyRate
from core import Grant, Identity, Model, Role, computed, fields
from core.testing.bench import Bench, as_parts
from tests.benchmarks.measure import Row, compare

ROWS = 10_000
SINGLES = 1_000
CENT = Decimal("0.01")
MANAGERS = ("heavy.manager",)


class Deal(Model):
    """What a salesperson of a company offers; the figures follow from three that are typed."""

    _name = "heavy.deal"
    _order = ("id",)

    name = fields.Char(required=True, search=True)
    company = fields.Many2one(Company)
    seller = fields.Integer(index=True)
    note = fields.Text()
    secret = fields.Char(roles=MANAGERS)
    revenue = fields.Decimal(digits=2)
    cost = fields.Decimal(digits=2, roles=("heavy.seller",))
    discount = fields.Decimal(digits=2)

    @computed(revenue, discount, store=True)
    def net(self) -> Decimal:
        return self.revenue * (100 - self.discount) / 100

    @computed(net, store=True)
    def tax(self) -> Decimal:
        return self.net / 10

    @computed(net, tax, store=True)
    def total(self) -> Decimal:
        return self.net + self.tax

    @computed(net, cost, store=True)
    def margin(self) -> Decimal:
        return self.net - self.cost

    @computed(margin, store=True)
    def commission(self) -> Decimal:
        return self.margin / 20

    @computed(total, store=True)
    def deposit(self) -> Decimal:
        return self.total / 4

    @computed(total, deposit, store=True)
    def rest(self) -> Decimal:
        return self.total - self.deposit

    @computed(margin, store=True)
    def is_good(self) -> bool:
        return self.margin > 100

    @computed(total, store=True)
    def size(self) -> str:
        return "large" if self.total > 1000 else "small"

    @computed(name, "company.name", store=True)
    def title(self) -> str:
        return f"{self.name} ({self.company.name if self.company else ''})"


seller = Role("heavy.seller", "Seller")
manager = Role("heavy.manager", "Manager", implies=(seller,))
ACCESS = [
    seller,
    manager,
    Grant(seller, Deal, "read", "write", "create", where=lambda env: Deal.seller == env.user_id),
    Grant(manager, Deal, "read", "write", "create"),
    Grant(seller, Company, "read"),
]
FOLLOWING = ("net", "tax", "total", "margin", "commission", "deposit", "rest", "is_good", "size")
ME = Identity(7, "seller", roles=frozenset({"heavy.seller"}), company_id=1, company_ids=(1,))


@contextmanager
def heavy(address: str) -> Iterator[Bench]:
    """10,000 deals of one seller in the empty database at `address`."""
    bench = Bench(address, as_parts((Attachment, Country, Currency, CurrencyRate, Company, Deal)), ACCESS)
    try:
        with bench.env() as env:
            company = env[Company].create(name="An", currency=env[Currency].create(name="VND", symbol="₫"))
            env[Deal].create_many(
                [
                    {"name": f"Bàn {place}", "company": company, "seller": 7, "revenue": 1000, "cost": 700}
                    for place in range(ROWS)
                ]
            )
        yield bench
    finally:
        bench.close()


def follow(revenue: Decimal, cost: Decimal, discount: Decimal) -> dict[str, Any]:
    """The nine values that follow from the revenue."""
    net = (revenue * (100 - discount) / 100).quantize(CENT)
    tax = (net / 10).quantize(CENT)
    total, margin = net + tax, net - cost
    deposit = (total / 4).quantize(CENT)
    return {
        "net": net, "tax": tax, "total": total, "margin": margin, "commission": (margin / 20).quantize(CENT),
        "deposit": deposit, "rest": total - deposit, "is_good": margin > 100,
        "size": "large" if total > 1000 else "small",
    }  # fmt: skip


class Floor:
    """Plain statements on the same tables."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        models = bench.models
        self._deals, self._history, self._units = models["heavy.deal"].table, models.history, models.units
        table = self._deals
        names = ("id", "revenue", "cost", "discount", *FOLLOWING)
        self._select = sa.select(*[table.c[name] for name in names])
        values = {name: sa.bindparam(f"new_{name}") for name in ("revenue", *FOLLOWING)}
        self._update = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("row"))
            .values(**values, row_version=table.c.row_version + 1)
        )

    def change(self, revenues: Sequence[Decimal]) -> None:
        """A revenue of its own for each deal."""
        with self._bench.connection() as connection:
            old = connection.execute(self._select.order_by(self._deals.c.id)).all()
            self._write(connection, old, revenues)

    def change_one(self, identity: int, revenue: Decimal) -> None:
        """The revenue of one deal, in a transaction of its own."""
        with self._bench.connection() as connection:
            old = connection.execute(self._select.where(self._deals.c.id == identity)).all()
            self._write(connection, old, [revenue])

    def _write(self, connection: sa.Connection, old: Sequence[Any], revenues: Sequence[Decimal]) -> None:
        new, changes, now = [], [], datetime.now(UTC)
        for row, revenue in zip(old, revenues, strict=True):
            values = {"revenue": revenue, **follow(revenue, row.cost, row.discount)}
            new.append({"row": row.id, **{f"new_{name}": value for name, value in values.items()}})
            told = {
                name: [_plain(getattr(row, name)), _plain(value)]
                for name, value in values.items()
                if getattr(row, name) != value
            }
            changes.append(
                {"model": "heavy.deal", "record_id": row.id, "action": "write", "user_id": 7, "at": now,
                 "unit": "0" * 32, "reason": "", "changes": told, "derived": ",".join(list(told)[1:])}
            )  # fmt: skip
        connection.execute(self._update, new)
        connection.execute(sa.insert(self._history), changes)
        connection.execute(
            sa.insert(self._units),
            {"unit": f"{now.timestamp():032}", "at": now, "user_id": 7, "reason": "", "first_row": 1, "last_row": 1,
             "rows": len(new), "summary": {"heavy.deal": [0, len(new), 0]}, "digest": "0" * 64},
        )  # fmt: skip


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | str | None) else str(value)


def measure_heavy(address: str, engine: str) -> Iterator[Row]:
    """The rows of the table about writing with everything in play."""
    with heavy(address) as bench:
        floor = Floor(bench)
        rounds = iter(range(1, 1000))

        def revenues() -> list[Decimal]:
            base = next(rounds)
            return [Decimal(1000 + base + place) for place in range(ROWS)]

        def change() -> None:
            values = revenues()
            with bench.env(ME) as env:
                for deal, revenue in zip(env[Deal].search(), values, strict=True):
                    deal.revenue = revenue

        yield compare(
            engine, "a value of its own on each of 10,000, nine that follow", change,
            lambda: floor.change(revenues()), 4, rounds=3,
        )  # fmt: skip

        def change_singly() -> None:
            revenue = Decimal(5000 + next(rounds))
            for identity in range(1, SINGLES + 1):
                with bench.env(ME) as env:
                    env[Deal].get(identity).revenue = revenue

        def floor_singly() -> None:
            revenue = Decimal(5000 + next(rounds))
            for identity in range(1, SINGLES + 1):
                floor.change_one(identity, revenue)

        yield compare(engine, "1,000 single units of write, nine that follow", change_singly, floor_singly, 3, rounds=3)
