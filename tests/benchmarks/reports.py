"""A report of 200,000 invoices with running balances and ageing: in `core.query`, and the same SQL by hand.

By hand the rules of the reader are written out: which invoices, and of which customers the name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core import Env, query
from core.testing.bench import Bench, as_parts
from tests.benchmarks.measure import Row, compare
from tests.core.orm.ledger import ACCESS, LAN, LEDGER, Invoice

CUSTOMERS = 1_000
TODAY = dt.date(2026, 7, 1)
BOUND = 1.2


def ledger(address: str, invoices: int) -> Bench:
    """So many invoices of a thousand customers, of whom every other one is Lan's."""
    bench = Bench(address, as_parts(LEDGER), ACCESS)
    customer, invoice = bench.models["ledger.customer"].table, bench.models["ledger.invoice"].table
    with bench.connection() as connection:
        names = [{"name": f"Công ty {place}", "name__fold": f"cong ty {place}"} for place in range(CUSTOMERS)]
        blank = {"city": "Huế"}
        rows = [{**blank, **name, "seller": 7 + place % 2} for place, name in enumerate(names)]
        connection.execute(sa.insert(customer), rows)
        ids = list(connection.execute(sa.select(customer.c.id)).scalars())
        first = dt.date(2025, 1, 1)
        lines = []
        for place in range(invoices):
            dated = first + dt.timedelta(days=place * 7919 % 540)
            amount = Decimal(place * 104_729 % 1_000_000_007) / 10_000
            lines.append(
                {
                    "customer": ids[place * 31 % CUSTOMERS], "amount": amount if place % 5 else -amount,
                    "rate": Decimal("0.1"), "pieces": 1, "weight": 0.5, "dated_on": dated,
                    "due_on": dated + dt.timedelta(days=30), "is_paid": place % 3 == 0, "cost": Decimal(1),
                }
            )  # fmt: skip
        connection.execute(sa.insert(invoice), lines)
        if bench.database.dialect == "postgresql":
            connection.execute(sa.text("ANALYZE"))
    return bench


# -- running balances -----------------------------------------------------------------------------------------

BALANCES = query.select(
    Invoice, customer=Invoice.customer.name, day=Invoice.dated_on, amount=Invoice.amount,
    balance=query.sum(Invoice.amount).over(
        partition_by=Invoice.customer, order_by=(Invoice.dated_on, query.id_of(Invoice)), rows=(None, 0)
    ),
).order_by(Invoice.customer, Invoice.dated_on, query.id_of(Invoice))  # fmt: skip

BALANCES_BY_HAND = """
SELECT c.name, i.dated_on, i.amount,
       SUM(i.amount) OVER (PARTITION BY i.customer_id ORDER BY i.dated_on, i.id ROWS UNBOUNDED PRECEDING)
FROM ledger_invoice i LEFT JOIN ledger_customer c ON c.id = i.customer_id AND c.seller = 7
WHERE i.customer_id IN (SELECT id FROM ledger_customer WHERE seller = 7)
ORDER BY i.customer_id, i.dated_on, i.id
"""


def balances(env: Env) -> list[dict[str, Any]]:
    """Every invoice with the balance of its customer up to it."""
    return BALANCES.rows(env)


def balances_by_hand(connection: sa.Connection) -> list[dict[str, Any]]:
    """The same, from the driver."""
    rows = _ask(connection, BALANCES_BY_HAND)
    if connection.dialect.name == "postgresql":
        return [{"customer": a, "day": b, "amount": c, "balance": d} for a, b, c, d in rows]
    day = dt.date.fromisoformat
    return [
        {"customer": a, "day": day(b), "amount": Decimal(c).scaleb(-4), "balance": Decimal(d).scaleb(-4)}
        for a, b, c, d in rows
    ]


# -- ageing -----------------------------------------------------------------------------------------------------


def _late(least: int, most: int | None) -> Any:
    late = Invoice.due_on <= TODAY - dt.timedelta(days=least)
    return late if most is None else late & (Invoice.due_on > TODAY - dt.timedelta(days=most))


AGEING = (
    query.select(
        Invoice, customer=Invoice.customer.name, invoices=query.count(), total=query.sum(Invoice.amount),
        due=query.sum(Invoice.amount, where=Invoice.due_on > TODAY),
        to_30=query.sum(Invoice.amount, where=_late(0, 30)), to_60=query.sum(Invoice.amount, where=_late(30, 60)),
        to_90=query.sum(Invoice.amount, where=_late(60, 90)), more=query.sum(Invoice.amount, where=_late(90, None)),
    )
    .where(Invoice.is_paid == False).group_by(Invoice.customer, "customer").having(query.sum(Invoice.amount) > 0)
    .order_by("-total")
)  # fmt: skip

AGEING_BY_HAND = """
SELECT c.name, COUNT(*), SUM(i.amount),
       COALESCE(SUM(i.amount) FILTER (WHERE i.due_on > '2026-07-01'), 0),
       COALESCE(SUM(i.amount) FILTER (WHERE i.due_on <= '2026-07-01' AND i.due_on > '2026-06-01'), 0),
       COALESCE(SUM(i.amount) FILTER (WHERE i.due_on <= '2026-06-01' AND i.due_on > '2026-05-02'), 0),
       COALESCE(SUM(i.amount) FILTER (WHERE i.due_on <= '2026-05-02' AND i.due_on > '2026-04-02'), 0),
       COALESCE(SUM(i.amount) FILTER (WHERE i.due_on <= '2026-04-02'), 0)
FROM ledger_invoice i LEFT JOIN ledger_customer c ON c.id = i.customer_id AND c.seller = 7
WHERE NOT i.is_paid AND i.customer_id IN (SELECT id FROM ledger_customer WHERE seller = 7)
GROUP BY i.customer_id, c.name HAVING SUM(i.amount) > 0
ORDER BY SUM(i.amount) DESC
"""


def ageing(env: Env) -> list[dict[str, Any]]:
    """What each customer owes, by how long it has been due."""
    return AGEING.rows(env)


def ageing_by_hand(connection: sa.Connection) -> list[dict[str, Any]]:
    """The same, from the driver."""
    labels = ("customer", "invoices", "total", "due", "to_30", "to_60", "to_90", "more")
    rows = _ask(connection, AGEING_BY_HAND)
    if connection.dialect.name == "postgresql":
        return [dict(zip(labels, row, strict=True)) for row in rows]
    return [
        dict(zip(labels, (row[0], row[1], *(Decimal(sum_).scaleb(-4) for sum_ in row[2:])), strict=True))
        for row in rows
    ]


def _ask(connection: sa.Connection, text: str) -> list[tuple[Any, ...]]:
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    cursor.execute(text)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    cursor.close()
    return rows


def measure_reports(address: str, engine: str, invoices: int = 200_000) -> Iterator[Row]:
    """Both reports beside their floor, each in a transaction that is open already."""
    bench = ledger(address, invoices)
    try:
        with bench.unit(write=False) as unit, bench.database.looking() as connection:
            env = unit.env(LAN)
            for name, ours, floor in (
                ("running balances", balances, balances_by_hand), ("ageing", ageing, ageing_by_hand),
            ):  # fmt: skip
                yield compare(
                    engine, f"report of {invoices:,} invoices: {name}",
                    lambda ours=ours: ours(env), lambda floor=floor: floor(connection), BOUND,
                )  # fmt: skip
    finally:
        bench.close()
