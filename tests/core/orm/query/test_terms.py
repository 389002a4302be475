"""core.query: what reports ask of the database, exactly, on both engines, within what the reader may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from core import Env, Invalid, query
from core.errors import DeclarationError
from core.orm.unit import UnitOfWork
from core.query import equal, select
from tests.core.orm.ledger import HOA, Customer, Invoice, day


def _column(asked: query.Query, env: Env) -> list[Any]:
    return [row[asked.labels[0]] for row in asked.rows(env)]


def _of(env: Env, term: Any, *where: Any) -> list[Any]:
    """A term of each invoice."""
    return _column(select(Invoice, found=term).where(*where).order_by(query.id_of(Invoice)), env)


# -- values ------------------------------------------------------------------------------------------------


def test_paths_and_terms_are_columns_and_absent_values_none(env: Env) -> None:
    rows = (
        select(Invoice, Invoice.customer.name, Invoice.amount, customer=Invoice.customer, paid=Invoice.is_paid,
               dated=Invoice.dated_on, sent=Invoice.sent_at, weight=Invoice.weight, pieces=Invoice.pieces)
        .order_by(query.id_of(Invoice)).rows(env)
    )  # fmt: skip
    assert rows[0] == {
        "customer.name": "Gỗ Huế", "amount": D("100.1001"), "customer": 1, "paid": False, "dated": day(1, 5),
        "sent": dt.datetime(2026, 1, 4, 18, tzinfo=dt.UTC), "weight": 0.75, "pieces": 3,
    }  # fmt: skip
    assert rows[6]["customer.name"] is rows[6]["customer"] is rows[6]["dated"] is rows[6]["sent"] is None


def test_arithmetic_is_exact(env: Env) -> None:
    net, rate = Invoice.amount, Invoice.rate
    assert _of(env, net * rate)[:3] == [D("10.010010"), D("10.0100"), D(0)]
    assert _of(env, net + net * rate - 1)[4] == D("75599999.000108")
    assert _of(env, 2 * net - D("0.00005"))[0] == D("200.20015")
    assert _of(env, -net)[2] == D("50.05")
    assert _of(env, Invoice.pieces * 3 + 1)[0] == 10
    assert _of(env, Invoice.weight * 2)[0] == 1.5


def test_division_rounds_half_away_from_zero_and_by_zero_gives_none(env: Env) -> None:
    assert _of(env, query.divide(Invoice.pieces, 8, digits=2)) == [
        D(x) for x in ["0.38", "0.13", "0.25", "0.88", "0.63", "0.63", "0"]
    ]
    assert _of(env, query.divide(-Invoice.pieces, 8, digits=2))[:2] == [D("-0.38"), D("-0.13")]
    assert _of(env, Invoice.amount / Invoice.pieces)[6] is None
    assert _of(env, Invoice.amount / 3)[4] == D("23333333.333367")
    assert _of(env, query.rounded(Invoice.amount, 1))[:3] == [D("100.1"), D("200.2"), D("-50.1")]
    assert _of(env, query.rounded(Invoice.amount))[2] == D(-50)


def test_case_and_coalesce_bring_their_values_to_one_kind(env: Env) -> None:
    size = query.case((Invoice.amount > 1000, "large"), (Invoice.amount < 0, "credit"), otherwise="small")
    assert _of(env, size) == ["small", "small", "credit", "small", "large", "small", "small"]
    assert _of(env, query.case((Invoice.is_paid == True, D("0.5")), otherwise=Invoice.amount))[:4] == [
        D("100.1001"), D("200.2"), D("-50.05"), D("0.5"),
    ]  # fmt: skip
    assert _of(env, query.coalesce(Invoice.due_on, Invoice.dated_on, day(12, 31)))[2:] == [
        day(2, 1), day(4, 1), day(4, 30), day(5, 1), day(12, 31),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="cannot put these side by side: date, text"):
        _of(env, query.coalesce(Invoice.due_on, "never"))


def test_records_and_classes_stand_for_their_ids(env: Env) -> None:
    customer = env[Customer].get(1)
    asked = select(Invoice, id=Invoice).where(equal(Invoice.customer, customer))
    assert _column(asked.order_by("id"), env) == [1, 2, 3]


# -- conditions ---------------------------------------------------------------------------------------------


def test_terms_are_compared_and_opposites_are_exact(env: Env) -> None:
    gross = Invoice.amount * (1 + Invoice.rate)
    ids = lambda test: _of(env, Invoice, test)  # noqa: E731
    assert ids(gross > 200) == [2, 4, 5]
    assert ids(~(gross > 200)) == [1, 3, 6, 7]
    late = Invoice.due_on > Invoice.dated_on
    assert ids(late) == [1, 2, 4, 5, 6]
    assert ids(~late) == [3, 7]
    assert ids(equal(Invoice.due_on, Invoice.dated_on)) == []
    assert ids(~equal(Invoice.due_on, Invoice.dated_on)) == [1, 2, 3, 4, 5, 6, 7]
    assert ids((gross > 200) & (Invoice.customer.city == "Huế") | (Invoice.pieces == 0)) == [2, 7]
    assert ids(query.coalesce(Invoice.due_on) == None) == [3, 7]  # noqa: E711
    assert ids(query.coalesce(Invoice.due_on).is_set()) == [1, 2, 4, 5, 6]


def test_filters_that_a_search_takes_are_taken_too(env: Env) -> None:
    assert _of(env, Invoice, Invoice.customer.name.ilike("da nang")) == [4]
    assert _of(env, Invoice, Invoice.pieces.in_([1, 2]), ~Invoice.due_on.is_set()) == [3]


# -- groups --------------------------------------------------------------------------------------------------


def test_groups_count_and_add_up_exactly(env: Env) -> None:
    rows = (
        select(
            Invoice, customer=Invoice.customer.name, invoices=query.count(), dues=query.count(Invoice.due_on),
            cities=query.count(Invoice.customer.city, distinct=True), total=query.sum(Invoice.amount),
            tax=query.sum(Invoice.amount * Invoice.rate), average=query.avg(Invoice.amount, digits=4),
            least=query.min(Invoice.amount), last=query.max(Invoice.dated_on), pieces=query.sum(Invoice.pieces),
            paid=query.sum(Invoice.amount, where=Invoice.is_paid == True), weight=query.sum(Invoice.weight),
        ).group_by("customer").order_by("customer").rows(env)
    )  # fmt: skip
    assert [row["customer"] for row in rows] == ["Bàn Hà Nội", "đá Đà Nẵng", "Gỗ Huế", None], "as readers sort texts"
    assert rows[2] == {
        "customer": "Gỗ Huế", "invoices": 3, "dues": 2, "cities": 1, "total": D("250.2501"), "tax": D("20.02001"),
        "average": D("83.4167"), "least": D("-50.05"), "last": day(2, 1), "pieces": 6, "paid": D(0), "weight": 1.5,
    }  # fmt: skip
    assert rows[1]["paid"] == D(1000)
    assert isinstance(rows[2]["total"], D)
    assert isinstance(rows[2]["pieces"], int)


def test_groups_by_what_is_worked_out_with_having_and_order(env: Env) -> None:
    size = query.case((Invoice.amount > 150, "large"), otherwise="small")
    asked = (
        select(Invoice, size=size, total=query.sum(Invoice.amount))
        .group_by("size").having(query.count() > 1).order_by("-total")
    )  # fmt: skip
    assert asked.rows(env) == [{"size": "large", "total": D("70001200.2001")}, {"size": "small", "total": D("55.0503")}]
    assert asked.having(query.sum(Invoice.amount) < 100).rows(env) == [{"size": "small", "total": D("55.0503")}]
    assert asked.limit(1, offset=1).rows(env) == [{"size": "small", "total": D("55.0503")}]


def test_sums_of_nothing_are_zero_and_others_absent(env: Env) -> None:
    asked = select(
        Invoice, total=query.sum(Invoice.amount), average=query.avg(Invoice.amount), most=query.max(Invoice.amount),
        count=query.count(),
    ).where(Invoice.pieces > 100)  # fmt: skip
    assert asked.rows(env) == [{"total": D(0), "average": None, "most": None, "count": 0}]
    assert asked.value(env) == 0


def test_sums_stay_exact_beyond_64_bits(unit: UnitOfWork) -> None:
    env = unit.system_env()
    largest = D("99999999999999.9999")
    env[Invoice].create_many([{"amount": largest, "pieces": 50} for _each in range(20)])
    asked = select(Invoice, pieces=Invoice.pieces, total=query.sum(Invoice.amount)).where(Invoice.pieces == 50)
    asked = asked.group_by("pieces").order_by("-total")
    assert asked.rows(env) == [{"pieces": 50, "total": largest * 20}]


def test_a_number_that_cannot_be_exact_is_refused_and_never_rounded(unit: UnitOfWork, engine: str) -> None:
    env = unit.system_env()
    env[Invoice].create(amount=D("99999999999999.9999"), pieces=60, rate=D("9999999999.99"))
    asked = select(Invoice, tax=Invoice.amount * Invoice.rate).where(Invoice.pieces == 60)
    if engine == "postgresql":
        assert str(asked.value(env)) == "999999999998999999000000.000001"
    else:
        with pytest.raises(Invalid, match="tax is too large to be worked out exactly"):
            asked.value(env)
    running = query.sum(Invoice.amount).over(order_by=query.id_of(Invoice))
    env[Invoice].create_many([{"amount": D("99999999999999.9999"), "pieces": 60} for _each in range(12)])
    if engine == "sqlite":
        with pytest.raises(Invalid, match="too large to be worked out exactly"):
            _of(env, running, Invoice.pieces == 60)


# -- dates ------------------------------------------------------------------------------------------------------


def test_periods_and_parts_of_dates(env: Env) -> None:
    for name, expected in {
        "day": [day(1, 5), day(1, 31), day(2, 1), day(3, 2), day(3, 31), day(4, 1), None],
        "week": [day(1, 5), day(1, 26), day(1, 26), day(3, 2), day(3, 30), day(3, 30), None],
        "month": [day(1, 1), day(1, 1), day(2, 1), day(3, 1), day(3, 1), day(4, 1), None],
        "quarter": [day(1, 1), day(1, 1), day(1, 1), day(1, 1), day(1, 1), day(4, 1), None],
        "year": [*([day(1, 1)] * 6), None],
    }.items():
        assert _of(env, query.period(Invoice.dated_on, name)) == expected, name  # type: ignore[arg-type]
    for name, number in {"year": 2026, "quarter": 1, "month": 3, "week": 14, "day": 31, "weekday": 2}.items():
        assert _of(env, query.part(Invoice.dated_on, name))[4] == number, name  # type: ignore[arg-type]
    assert _of(env, query.part(Invoice.dated_on, "weekday"))[2] == 7
    assert _of(env, query.days(Invoice.dated_on, Invoice.due_on)) == [30, 29, None, 30, 30, 30, None]
    assert _of(env, query.days(Invoice.due_on, day(4, 30)))[0] == 85


def test_instants_are_taken_where_the_reader_is(unit: UnitOfWork) -> None:
    hanoi = unit.env(replace(HOA, time_zone="Asia/Ho_Chi_Minh"))
    month, hour = query.period(Invoice.sent_at, "month"), query.part(Invoice.sent_at, "hour")
    assert _of(hanoi, month)[:4] == [day(1, 1), day(1, 1), day(2, 1), None]
    assert _of(hanoi, hour)[:3] == [1, 23, 0]
    assert _of(unit.env(HOA), month)[:3] == [day(1, 1), day(1, 1), day(1, 1)]
    assert _of(unit.env(HOA), hour)[:3] == [18, 16, 17]
    newyork = unit.env(replace(HOA, time_zone="America/New_York"))
    assert _of(newyork, query.period(Invoice.sent_at, "day"))[:3] == [day(1, 4), day(1, 31), day(1, 31)]


def test_groups_by_period(env: Env) -> None:
    month = query.period(Invoice.dated_on, "month")
    asked = select(Invoice, month=month, count=query.count()).group_by("month").order_by("-month")
    assert [(row["month"], row["count"]) for row in asked.rows(env)] == [
        (day(4, 1), 1), (day(3, 1), 2), (day(2, 1), 1), (day(1, 1), 2), (None, 1),
    ]  # fmt: skip


# -- windows -------------------------------------------------------------------------------------------------------


def test_running_balances_are_exact(env: Env) -> None:
    running = query.sum(Invoice.amount).over(
        partition_by=Invoice.customer, order_by=(Invoice.dated_on, query.id_of(Invoice)), rows=(None, 0)
    )
    asked = select(Invoice, customer=Invoice.customer, balance=running).order_by(query.id_of(Invoice))
    assert [row["balance"] for row in asked.rows(env)] == [
        D("100.1001"), D("300.3001"), D("250.2501"), D(1000), D("70000000.0001"), D("70000000.0003"), D(5),
    ]  # fmt: skip


def test_windows_rank_and_look_around(env: Env) -> None:
    order = {"partition_by": Invoice.customer, "order_by": query.descending(Invoice.amount)}
    asked = select(
        Invoice, id=Invoice, number=query.row_number().over(**order), rank=query.rank().over(**order),
        dense=query.dense_rank().over(**order), before=query.lag(Invoice.amount).over(**order),
        after=query.lead(Invoice.dated_on).over(**order), first=query.first(Invoice.amount).over(**order),
        last=query.last(Invoice.amount).over(**order, rows=(None, None)),
        share=query.divide(Invoice.amount, query.sum(Invoice.amount).over(partition_by=Invoice.customer), digits=3),
        near=query.avg(Invoice.amount, digits=2).over(**order, rows=(-1, 1)),
    ).where(Invoice.customer.city == "Huế").order_by("id")  # fmt: skip
    assert asked.rows(env)[0] == {
        "id": 1, "number": 2, "rank": 2, "dense": 2, "before": D("200.2"), "after": day(2, 1), "first": D("200.2"),
        "last": D("-50.05"), "share": D("0.400"), "near": D("83.42"),
    }  # fmt: skip
    with pytest.raises(DeclarationError, match="rank.. is a figure of a window"):
        _of(env, query.rank())
