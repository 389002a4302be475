"""What stands where it cannot be asked is refused alike on both engines, where SQLite would answer with any row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import Env, Invalid, query
from core.errors import DeclarationError
from core.query import select
from tests.core.orm.ledger import Customer, Invoice

LATEST = query.row_number().over(partition_by=Invoice.customer, order_by=query.descending(Invoice.dated_on))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: select(Invoice, Invoice.amount, n=query.count()), "'amount' has many values in a group; group by it"),
        (
            lambda: select(Invoice, Invoice.customer, Invoice.amount, n=query.count()).group_by("customer"),
            "'amount' has many values in a group",
        ),
        (
            lambda: select(Invoice, Invoice.customer.name, n=query.count()).group_by(Invoice.customer),
            "'customer.name' has many values in a group",
        ),
        (
            lambda: select(Invoice, n=query.count()).group_by(Invoice.customer).having(Invoice.amount > 3),
            "'amount' has many values in a group",
        ),
        (
            lambda: select(Invoice, Invoice.customer, n=query.count()).group_by("customer").order_by(Invoice.dated_on),
            "'dated_on' has many values in a group",
        ),
        (
            lambda: select(Invoice, n=query.count(), share=LATEST).group_by(Invoice.dated_on),
            "'customer' has many values in a group",
        ),
        (lambda: select(Invoice, Invoice.amount).where(LATEST < 2), r"where\(\) looks at single rows; .*as_table"),
        (lambda: select(Invoice, n=query.count()).where(query.sum(Invoice.amount) > 1), r"asked of in having\(\)"),
        (lambda: select(Invoice, n=query.sum(query.count())), r"sum\(\) is of single rows"),
        (lambda: select(Invoice, n=query.count(where=LATEST == 1)), r"count\(\) is of single rows"),
        (lambda: select(Invoice, n=query.count()).group_by("n"), r"group_by\(\) looks at single rows"),
        (
            lambda: select(Invoice, n=query.count()).group_by(Invoice.customer).having(LATEST == 1),
            r"having\(\) looks at groups",
        ),
        (
            lambda: select(Invoice, Invoice.customer).distinct().order_by(Invoice.amount),
            r"distinct\(\) rows are ordered by their columns",
        ),
    ],
)
def test_misplaced_term_is_named(env: Env, make: Callable[[], Any], told: str) -> None:
    with pytest.raises(DeclarationError, match=told):
        make().rows(env)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: query.sum(Invoice.amount).over(order_by=Invoice.amount, rows=(2, -2)), r"rows=\(2, -2\) ends before"),
        (lambda: select(Invoice, Invoice.amount).limit(-1), "limit=-1 is no number of rows"),
        (lambda: select(Invoice, Invoice.amount).limit(1, offset=-1), "offset=-1 is no number of rows"),
        (lambda: select(Invoice, Invoice.amount).union(select(Invoice, Invoice.cost)).limit(2**70), "no number of"),
    ],
)
def test_number_that_means_nothing_is_refused_where_it_is_written(make: Callable[[], Any], told: str) -> None:
    with pytest.raises(DeclarationError, match=rf"test_levels\.py:\d+: .*{told}"):
        make()


def test_number_beyond_the_engines_is_refused(env: Env) -> None:
    with pytest.raises(Invalid, match="too large"):
        select(Invoice, big=query.value(2**70)).rows(env)
    with pytest.raises(Invalid, match="too large"):
        select(Invoice, Invoice.amount).where(Invoice.customer + 1 > 2**70).rows(env)


def test_group_of_a_record_has_all_its_fields(env: Env) -> None:
    asked = (
        select(Customer, Customer.name, total=query.sum(Invoice.amount))
        .join(Invoice, query.equal(Invoice.customer, Customer))
        .group_by(Customer)
        .having(Customer.name == "Gỗ Huế")
    )
    assert [row["name"] for row in asked.rows(env)] == ["Gỗ Huế"]


def test_latest_row_of_each_group(env: Env) -> None:
    ranked = select(Invoice, Invoice.customer, Invoice.dated_on, place=LATEST).as_table("ranked")
    found = select(ranked, ranked.customer, ranked.dated_on).where(ranked.place == 1).rows(env)
    most = select(Invoice, Invoice.customer, last=query.max(Invoice.dated_on)).group_by("customer").rows(env)
    assert {row["customer"]: row["dated_on"] for row in found} == {row["customer"]: row["last"] for row in most}


def test_window_may_look_at_figures_of_groups(env: Env) -> None:
    total = query.sum(Invoice.amount)
    share = query.divide(total, query.sum(total).over(), digits=2)
    asked = select(Invoice, Invoice.customer, share=share).group_by("customer")
    assert sum(row["share"] for row in asked.rows(env)) == pytest.approx(1, abs=0.02)
