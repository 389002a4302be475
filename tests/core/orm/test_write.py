"""Changing records: what is pending, what is written, and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from core import Invalid, Missing, Refused
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from core.testing.statements import Statements
from tests.core.orm.conftest import undone
from tests.core.orm.trade import HOA, LAN, Currency, Lead, Partner

Counter = Callable[[], AbstractContextManager[Statements]]


def test_a_change_is_read_before_it_is_written(unit: UnitOfWork, count_statements: Counter) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    assert lead.weighted == 200
    with count_statements() as counted:
        lead.revenue = Decimal(3000)
        lead.probability = Decimal(50)
        assert (lead.revenue, lead.weighted) == (3000, 1500)
    assert not any("UPDATE" in text for text in counted.texts), counted
    assert unit.system_env()[Lead].get(lead.id).weighted == 1500, "elevated code sees what is pending too"


def test_a_search_finds_what_is_pending(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    lead.name = "Sập gụ"
    assert env[Lead].search(Lead.name == "Sập gụ") == env[Lead].browse(lead.id)
    lead.revenue = Decimal(1)
    assert env[Lead].sums(["weighted"])["weighted"] == Decimal("10.15")
    assert env[Lead].values(["weighted"], Lead.is_(lead.id)) == [{"weighted": Decimal("0.10")}]


def test_changes_are_kept_when_the_unit_ends(own_trade: Bench) -> None:
    with own_trade.env(LAN) as env:
        env[Lead].search()[0].write(name="Sập gụ", revenue=Decimal(9))
    with own_trade.env(LAN) as env:
        row = env[Lead].values(["name", "revenue", "weighted"], Lead.name == "Sập gụ")[0]
    assert row == {"name": "Sập gụ", "revenue": Decimal(9), "weighted": Decimal("0.90")}


def test_an_error_undoes_the_whole_unit(own_trade: Bench) -> None:
    with pytest.raises(RuntimeError), own_trade.env(LAN) as env:
        env[Lead].search()[0].name = "Sập gụ"
        env.flush()
        raise RuntimeError
    with own_trade.env(LAN) as env:
        assert env[Lead].count(Lead.name == "Sập gụ") == 0


def test_records_change_together(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    leads = env[Lead].search()
    leads.write(probability=Decimal(50), active=False)
    unit.flush()
    rows = env[Lead].with_archived().values(["revenue", "probability", "weighted", "active", "row_version"])
    assert all(row["probability"] == 50 and not row["active"] for row in rows)
    assert all(row["weighted"] == row["revenue"] / 2 for row in rows)
    assert {row["row_version"] for row in rows} == {2}


def test_each_record_gets_a_value_of_its_own(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    for number, lead in enumerate(env[Lead].search()):
        lead.write(score=float(number), note=f"số {number}", closes_on=None)
    unit.flush()
    rows = env[Lead].values(["score", "note"])
    assert [(row["score"], row["note"]) for row in rows] == [(float(number), f"số {number}") for number in range(4)]


def test_a_value_that_is_the_same_changes_nothing(unit: UnitOfWork, count_statements: Counter) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    with count_statements() as counted:
        lead.write(name=lead.name, revenue=lead.revenue, active=True)
        unit.flush()
    assert counted.total == 0, counted
    lead.name, name = "Sập gụ", lead.name
    lead.name = name
    unit.flush()
    assert lead.row_version == 1
    assert len(lead.history()) == 1


def test_the_currency_rounds_what_is_computed(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    usd, vnd = env[Currency].search(order=["name"])
    lead = env[Lead].create(name="a", currency=usd, revenue=Decimal(101), probability=Decimal("33.33"))
    assert lead.weighted == Decimal("33.66")
    lead.currency = vnd
    assert lead.weighted == 34
    unit.flush()
    assert env[Lead].values(["weighted"], Lead.is_(lead.id)) == [{"weighted": Decimal(34)}]
    lead.currency = usd
    unit.flush()
    assert env[Lead].values(["weighted"], Lead.is_(lead.id)) == [{"weighted": Decimal("33.66")}]


def test_a_record_that_does_not_exist_is_missing(unit: UnitOfWork) -> None:
    lead = unit.system_env()[Lead].browse(10**9)[0]
    for use in (lambda: lead.name, lambda: lead.write(name="x"), lambda: lead.headline, lambda: lead.tags,
                lambda: lead.delete(), lambda: lead.weighted, lambda: lead.history()):  # fmt: skip
        with pytest.raises(Missing):
            use()
    assert not lead.exists()
    with pytest.raises(Missing):
        unit.system_env()[Partner].browse(10**9)[0].leads_count  # noqa: B018


def test_a_deleted_record_is_missing(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    assert lead.headline
    lead.name = "to be forgotten"
    lead.delete()
    for use in (lambda: lead.name, lambda: lead.headline, lambda: lead.weighted, lambda: lead.write(name="x"),
                lambda: lead.row_version, lambda: lead.tags, lambda: env[Lead].get(lead.id)):  # fmt: skip
        with pytest.raises(Missing):
            use()
    assert not lead.exists()
    assert lead not in env[Lead].search()
    assert env[Lead].count() == 1


def test_a_relation_to_nothing_is_refused(unit: UnitOfWork) -> None:
    lead = unit.system_env()[Lead].search()[0]
    with pytest.raises(Refused, match="Lead points at a record that does not exist"), unit.savepoint():
        lead.partner = 10**9
    assert lead.partner is None or lead.partner.id < 10**9


def test_very_many_records_change_at_once(own_trade: Bench) -> None:
    """More than are fetched at once; the engine's limit of bound values does not matter."""
    count = 20_500
    with own_trade.env() as env:
        made = env[Lead].create_many([{"name": "a", "currency": 1}] * count)
    with undone(own_trade) as unit:
        env = unit.env(HOA)
        env[Lead].browse(*made.ids).write(note="nhiều")
        unit.flush()
        assert env[Lead].count(Lead.note == "nhiều") == count


def test_one_wrong_field_writes_none(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    with pytest.raises(Invalid):
        lead.write(name="Sập gụ", revenue="much")
    unit.flush()
    assert lead.name == "Bàn họp"


def test_one_hidden_relation_writes_none(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    secret = unit.system_env()[Partner].search(Partner.is_private == True)[0]
    for target in (secret.id, 10**9):
        lead.partner = None
        unit.flush()
        with pytest.raises(Invalid):
            lead.write(name="Sập gụ", partner=target, probability=Decimal(99))
        unit.flush()
        assert (lead.name, lead.probability) == ("Bàn họp", 10)
