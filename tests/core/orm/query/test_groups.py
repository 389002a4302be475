"""Grouping by periods with other figures than sums, counting to a bound, and finding by words."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal as D

import pytest
import sqlalchemy as sa

from core import Env, Invalid
from core.orm.unit import UnitOfWork
from tests.core.orm.ledger import HOA, LAN, Customer, Invoice, day


def test_groups_by_fields_and_periods_with_several_figures(unit: UnitOfWork, env: Env) -> None:
    before = unit.statements
    rows = env[Invoice].groups(
        ["customer.city", "dated_on:month"],
        ["amount", "amount:avg", "amount:min", "dated_on:max", "due_on:count", "rate:count_distinct", "pieces:sum"],
        order=["customer.city", "-dated_on:month"],
    )
    assert unit.statements == before + 1
    assert [(row["customer.city"], row["dated_on:month"], row["__count"]) for row in rows] == [
        ("Đà Nẵng", day(3, 1), 1), ("Hà Nội", day(4, 1), 1), ("Hà Nội", day(3, 1), 1), ("Huế", day(2, 1), 1),
        ("Huế", day(1, 1), 2), (None, None, 1),
    ]  # fmt: skip
    assert rows[4] == {
        "customer.city": "Huế", "dated_on:month": day(1, 1), "__count": 2, "amount": D("300.3001"),
        "amount:avg": D("150.15005"), "amount:min": D("100.1001"), "dated_on:max": day(1, 31), "due_on:count": 2,
        "rate:count_distinct": 2, "pieces:sum": 4,
    }  # fmt: skip
    assert rows[5]["dated_on:max"] is None


def test_groups_in_the_order_of_their_figures(env: Env) -> None:
    def pieces(*order: str) -> list[int]:
        rows = env[Invoice].groups(["customer"], ["pieces", "pieces:avg", "amount"], order=order)
        return [int(row["pieces"]) for row in rows]

    assert pieces("-pieces") == [10, 7, 6, 0]
    assert pieces("__count", "-pieces:avg") == [7, 0, 10, 6]
    assert pieces("amount") == [0, 6, 7, 10]
    assert pieces("pieces:avg") == [0, 6, 10, 7]


def test_instants_fall_into_the_periods_of_the_reader(unit: UnitOfWork) -> None:
    hanoi = unit.env(replace(HOA, time_zone="Asia/Ho_Chi_Minh"))
    for env, expected in ((unit.env(HOA), [(day(1, 1), 3)]), (hanoi, [(day(1, 1), 2), (day(2, 1), 1)])):
        rows = env[Invoice].groups(["sent_at:month"], [], Invoice.sent_at.is_set())
        assert [(row["sent_at:month"], row["__count"]) for row in rows] == expected
    weeks = hanoi[Invoice].groups(["sent_at:week"], [], Invoice.sent_at.is_set())
    assert [row["sent_at:week"] for row in weeks] == [day(1, 5), day(1, 26)], "Monday, the fifth, in Hanoi"


def test_groups_are_those_of_the_reader(unit: UnitOfWork) -> None:
    rows = unit.env(LAN)[Invoice].groups(["dated_on:quarter"], ["amount"])
    assert rows == [{"dated_on:quarter": day(1, 1), "__count": 4, "amount": D("1250.2501")}]


@pytest.mark.parametrize(
    ("by", "figures", "said"),
    [
        (["dated_on:decade"], [], "'decade' is no period; one of: day, week, month, quarter, year"),
        (["pieces:month"], [], "Pieces is no date that has periods"),
        ([], ["pieces:median"], "'median' is no figure; one of: sum, avg, min, max, count, count_distinct"),
        ([], ["dated_on:sum"], "Date is no number that can be added up"),
        ([], ["is_paid:max"], "There is no least and no greatest of Paid"),
    ],
)
def test_what_cannot_be_grouped_is_refused(env: Env, by: list[str], figures: list[str], said: str) -> None:
    with pytest.raises(Invalid) as error:
        env[Invoice].groups(by, figures)
    assert said in str(error.value)


def test_counting_stops_at_a_bound_and_says_so(unit: UnitOfWork, env: Env) -> None:
    invoices = env[Invoice]
    assert (invoices.count(), invoices.count().has_more) == (7, False)
    assert (invoices.count(most=7), invoices.count(most=7).has_more) == (7, False)
    assert (invoices.count(most=6), invoices.count(most=6).has_more) == (6, True)
    assert invoices.count(Invoice.customer.city == "Huế", most=10) == 3
    assert (unit.env(LAN)[Invoice].count(most=3), unit.env(LAN)[Invoice].count(most=4).has_more) == (3, False)


def test_every_word_is_found_whatever_case_and_accents(env: Env) -> None:
    customers = env[Customer]
    for text, found in {
        "go hue": ["Gỗ Huế"], "HUẾ gỗ": ["Gỗ Huế"], "nang": ["đá Đà Nẵng"], "a n": ["Bàn Hà Nội", "đá Đà Nẵng"],
        "hue nang": [], "%": [], "  ": ["Bàn Hà Nội", "đá Đà Nẵng", "Gỗ Huế"],
    }.items():  # fmt: skip
        assert [customer.name for customer in customers.find(text)] == found, text
    assert customers.find("a", Customer.city == "Huế").ids == ()
    assert len(customers.find("", limit=2)) == 2
    with pytest.raises(Invalid, match="Invoices has no field that is searched"):
        env[Invoice].find("x")


def test_finding_shows_only_what_the_reader_may_see(unit: UnitOfWork) -> None:
    assert [customer.name for customer in unit.env(LAN)[Customer].find("a")] == ["đá Đà Nẵng"]


def test_a_page_out_of_100_000_is_found_at_once(unit: UnitOfWork) -> None:
    table = unit.models["ledger.customer"].table
    rows = [
        {"name": f"Công ty Gỗ {place}", "name__fold": f"cong ty go {place}", "city": "", "seller": 1}
        for place in range(100_000)
    ]
    unit._run(sa.insert(table), rows)
    env = unit.system_env()
    started = time.perf_counter()
    assert len(env[Customer].find("gỗ 9999", limit=80)) == 19
    assert time.perf_counter() - started < 2
    assert env[Customer].count(most=10_000).has_more


def test_dates_of_a_group_are_dates(env: Env) -> None:
    rows = env[Invoice].groups(["sent_at:day"], [], Invoice.sent_at.is_set())
    assert {type(row["sent_at:day"]) for row in rows} == {dt.date}
