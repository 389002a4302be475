"""core.query over several sources, for each reader what that reader may see; and mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal as D
from typing import Any

import pytest

from core import AccessDenied, Env, Invalid, query
from core.errors import DeclarationError, UnknownName
from core.orm.unit import UnitOfWork
from core.query import equal, select
from tests.core.orm.ledger import HOA, LAN, NOBODY, Customer, Invoice, Payment, day


def _column(asked: query.Query, env: Env) -> list[Any]:
    return [row[asked.labels[0]] for row in asked.rows(env)]


def _of(env: Env, term: Any, *where: Any) -> list[Any]:
    """A term of each invoice."""
    return _column(select(Invoice, found=term).where(*where).order_by(query.id_of(Invoice)), env)


# -- several sources ----------------------------------------------------------------------------------------------


def test_joins_of_other_models_on_conditions(env: Env) -> None:
    asked = (
        select(Payment, customer=Invoice.customer.name, paid=query.sum(Payment.amount))
        .join(Invoice, equal(Payment.invoice, Invoice)).group_by("customer").order_by("customer")
    )  # fmt: skip
    assert asked.rows(env) == [
        {"customer": "đá Đà Nẵng", "paid": D(1000)}, {"customer": "Gỗ Huế", "paid": D("100.10")},
    ]  # fmt: skip
    left = (
        select(Invoice, id=Invoice, paid=query.sum(Payment.amount), first=query.min(Payment.paid_on))
        .left_join(Payment, equal(Payment.invoice, Invoice) & (Payment.paid_on < day(3, 1)))
        .group_by("id").order_by("id")
    )  # fmt: skip
    assert [(row["paid"], row["first"]) for row in left.rows(env)][:4] == [
        (D("100.10"), day(2, 10)), (D(0), None), (D(0), None), (D(0), None),
    ]  # fmt: skip


def test_a_model_twice_under_an_alias(env: Env) -> None:
    other = query.alias(Invoice)
    asked = (
        select(Invoice, id=Invoice, later=query.count(other))
        .left_join(other, equal(other.customer, Invoice.customer) & (other.dated_on > Invoice.dated_on))
        .group_by("id").order_by("id")
    )  # fmt: skip
    assert [row["later"] for row in asked.rows(env)] == [2, 1, 0, 0, 1, 0, 0]
    named = select(other, name=other.customer.name).where(other.pieces == 7, other.customer.city.ilike("nang"))
    assert named.value(env) == "đá Đà Nẵng"
    parent = query.alias(Customer)
    joined = select(Customer, Customer.name, over=parent.name).left_join(parent, equal(Customer.parent, parent))
    assert {row["name"]: row["over"] for row in joined.rows(env)}["đá Đà Nẵng"] == "Bàn Hà Nội"


def test_a_join_may_look_across_relations_of_what_it_joins(env: Env) -> None:
    for left in (False, True):
        other = query.alias(Invoice)
        on = (other.customer.city == "Đà Nẵng") & equal(other.rate, Invoice.rate)
        asked = select(Invoice, id=Invoice, other=query.id_of(other))
        asked = (asked.left_join if left else asked.join)(other, on).order_by("id")
        found = [(row["id"], row["other"]) for row in asked.rows(env)]
        expected = [(1, 4), (4, 4)]
        assert [pair for pair in found if pair[1]] == expected
        assert len(found) == (7 if left else 2)


def test_common_tables_and_sub_queries(env: Env) -> None:
    paid = (
        select(Payment, invoice=Payment.invoice, total=query.sum(Payment.amount)).group_by("invoice").as_table("paid")
    )
    open_ = Invoice.amount - query.coalesce(paid.total, 0)
    asked = (
        select(Invoice, id=Invoice, open=open_).left_join(paid, equal(paid.invoice, Invoice))
        .where(open_ > 0).order_by("-open").limit(3)
    )  # fmt: skip
    assert asked.rows(env) == [
        {"id": 5, "open": D("70000000.0001")}, {"id": 2, "open": D("200.2")}, {"id": 7, "open": D(5)},
    ]  # fmt: skip
    own = select(Payment, total=query.sum(Payment.amount)).where(equal(Payment.invoice, Invoice))
    assert _of(env, query.scalar(own)) == [D("100.10"), D(0), D(0), D(1000), D(0), D(0), D(0)]
    payments = select(Payment, Payment.invoice)
    assert _of(env, Invoice, query.exists(payments.where(equal(Payment.invoice, Invoice)))) == [1, 4]
    assert _of(env, Invoice, query.among(Invoice, payments)) == [1, 4]
    assert _of(env, Invoice, ~query.among(Invoice, payments)) == [2, 3, 5, 6, 7]
    top = select(paid, paid.invoice, share=query.divide(paid.total, 1000, digits=2)).where(paid.total > 500)
    assert top.rows(env) == [{"invoice": 4, "share": D(1)}]


def test_unions_bring_columns_to_one_kind(env: Env) -> None:
    moves = select(Invoice, day=Invoice.dated_on, amount=Invoice.amount).where(Invoice.dated_on.is_set()).union_all(
        select(Payment, day=Payment.paid_on, amount=-Payment.amount)
    )  # fmt: skip
    rows = moves.order_by("day", "-amount").limit(4, offset=2).rows(env)
    assert [(row["day"], row["amount"]) for row in rows] == [
        (day(2, 1), D("-50.05")), (day(2, 10), D("-40.10")), (day(2, 20), D(-60)), (day(3, 2), D(1000)),
    ]  # fmt: skip
    table = moves.as_table("moves")
    running = query.sum(table.amount).over(order_by=table.day, rows=(None, 0))
    balance = select(table, table.day, balance=running).order_by("-day").limit(1)
    assert balance.rows(env) == [{"day": day(4, 1), "balance": D("70000150.1504")}]
    cities = select(Customer, name=Customer.city).union(
        select(Customer, name=Customer.city), select(Customer, Customer.name)
    )
    assert [row["name"] for row in cities.order_by("name").rows(env)] == [
        "Bàn Hà Nội", "đá Đà Nẵng", "Đà Nẵng", "Gỗ Huế", "Hà Nội", "Huế",
    ]  # fmt: skip


def test_rows_become_objects_of_the_callers_class(env: Env) -> None:
    @dataclass(frozen=True)
    class Balance:
        customer: str | None
        total: D

    asked = select(Invoice, customer=Invoice.customer.name, total=query.sum(Invoice.amount)).group_by("customer")
    assert asked.order_by("-total").limit(1).rows(env, Balance) == [Balance("Bàn Hà Nội", D("70000000.0003"))]


def test_code_that_does_not_know_the_model_writes_names(env: Env) -> None:
    name = query.path("ledger.invoice", "customer.display_name")
    asked = select("ledger.invoice", name=name, count=query.count()).group_by(name).order_by("-count").limit(1)
    assert asked.rows(env) == [{"name": "Gỗ Huế", "count": 3}]
    assert (
        _column(select(Invoice, query.name_of(Invoice.customer)).distinct().order_by("customer.display_name"), env)[-1]
        is None
    )


# -- access -------------------------------------------------------------------------------------------------------


def test_each_reader_gets_what_they_may_see(unit: UnitOfWork) -> None:
    asked = select(Invoice, count=query.count(), total=query.sum(Invoice.amount))
    assert asked.rows(unit.env(LAN)) == [{"count": 4, "total": D("1250.2501")}]
    assert asked.rows(unit.env(HOA))[0]["count"] == 7
    with pytest.raises(AccessDenied, match="You may not see Invoices"):
        asked.rows(unit.env(NOBODY))
    with pytest.raises(AccessDenied):
        select(Invoice, Invoice.cost).rows(unit.env(LAN))
    with pytest.raises(AccessDenied):
        asked.where(Invoice.cost > 0).rows(unit.env(LAN))
    with pytest.raises(AccessDenied):
        asked.order_by(Invoice.cost).rows(unit.env(LAN))
    with pytest.raises(AccessDenied, match="You may not see Payments"):
        asked.where(query.exists(select(Payment, Payment.amount))).rows(unit.env(LAN))


def test_rules_hold_in_joins_sub_queries_common_tables_and_unions(unit: UnitOfWork) -> None:
    lan = unit.env(LAN)
    parent = query.alias(Customer)
    names = select(Customer, Customer.name, over=parent.name).left_join(parent, equal(Customer.parent, parent))
    assert {row["name"]: row["over"] for row in names.rows(lan)} == {"Gỗ Huế": None, "đá Đà Nẵng": None}
    across = select(Customer, Customer.name, over=Customer.parent.name, id=Customer.parent).order_by("-name").limit(1)
    assert across.rows(lan) == [{"name": "Gỗ Huế", "over": None, "id": None}]
    table = select(Invoice, Invoice.amount).as_table("all")
    assert select(table, total=query.sum(table.amount)).value(lan) == D("1250.2501")
    both = select(Invoice, Invoice.amount).union_all(select(Invoice, Invoice.amount)).as_table("both")
    assert select(both, count=query.count()).value(lan) == 8
    every = query.scalar(select(Invoice, count=query.count()))
    assert select(Customer, every=every).limit(1).value(lan) == 4
    product = query.alias(Invoice)
    assert select(Invoice, count=query.count()).join(product, product.is_set()).value(lan) == 16


def test_what_is_pending_is_written_first_and_one_statement_is_run(unit: UnitOfWork) -> None:
    env = unit.system_env()
    env[Invoice].get(1).amount = D("1100.1001")
    assert select(Invoice, total=query.sum(Invoice.amount)).value(env) == D("70002255.2504")
    before = unit.statements
    select(Invoice, Invoice.customer.name, Invoice.customer.parent.name).rows(env)
    assert unit.statements == before + 1


# -- mistakes -------------------------------------------------------------------------------------------------------


def test_mistakes_are_named_where_they_are_written(env: Env) -> None:
    with pytest.raises(
        DeclarationError, match=r"test_sources\.py:\d+: the query has no column 'totl'; nearest: 'total'"
    ):
        select(Invoice, total=query.sum(Invoice.amount)).order_by("-totl")
    with pytest.raises(DeclarationError, match=r"'ledger\.payment' is not among the sources of the query: join it"):
        select(Invoice, Payment.amount).rows(env)
    with pytest.raises(DeclarationError, match="use an alias of it"):
        select(Invoice, Invoice.amount).join(Invoice, Invoice.is_set()).rows(env)
    with pytest.raises(DeclarationError, match="needs a label: total=…"):
        select(Invoice, query.sum(Invoice.amount))
    with pytest.raises(UnknownName, match="the query 'paid' has no column 'amont'; nearest: 'amount'"):
        getattr(select(Payment, Payment.amount).as_table("paid"), "amont")
    with pytest.raises(DeclarationError, match="exactly one column"):
        _of(env, Invoice, query.among(Invoice, select(Payment, Payment.amount, Payment.invoice)))
    with pytest.raises(Invalid, match="Only numbers can be added up, not this: text"):
        _of(env, query.sum(Invoice.customer.name + 1))
    with pytest.raises(Invalid, match="no number that can be added up"):
        _of(env, query.sum(Invoice.dated_on))
    with pytest.raises(DeclarationError, match="different numbers of columns"):
        select(Invoice, Invoice.amount).union(select(Payment, Payment.amount, Payment.paid_on))
