"""A part that can fail alone, and that nothing half-done is ever committed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import AccessDenied, Invalid, Missing
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from tests.core.orm.trade import HOA, LAN, Currency, Lead, Partner, Tag


class Fails(Exception):
    pass


def test_a_failed_part_leaves_nothing_and_what_came_before_stays(own_trade: Bench) -> None:
    with own_trade.env(HOA) as env:
        lead = env[Lead].search(Lead.name == "50 ghế gỗ")[0]
        partner, made = lead.partner, None
        assert partner is not None
        lead.name = "before"
        with pytest.raises(Fails), env.savepoint():
            assert env[Lead].count(Lead.name == "before") == 1, "what was pending is written at its start"
            lead.write(name="within", revenue=Decimal(1), tags=[])
            partner.name = "within"
            made = env[Lead].create(name="made", currency=1, partner=partner, revenue=Decimal(5))
            env[Lead].search(Lead.name == "Bàn họp")[0].delete()
            assert partner.total == 6
            env.flush()
            raise Fails
        assert (lead.name, lead.revenue, partner.name) == ("before", Decimal("100.50"), "Gỗ Việt")
        assert len(lead.tags) == 2
        assert partner.total == Decimal("100.50")
        assert partner.leads.ids == (lead.id,)
        assert not made.exists()
        with pytest.raises(Missing):
            made.name  # noqa: B018
        assert env[Lead].count(Lead.name == "Bàn họp") == 1
        lead.note = "after"
    with own_trade.env(HOA) as env:
        lead = env[Lead].search(Lead.name == "before")[0]
        assert (lead.note, lead.row_version, len(lead.tags)) == ("after", 3, 2)
        assert [change.action for change in lead.history()] == ["write", "write", "create"]
        assert env[Lead].count() == 4


def test_a_part_that_succeeds_is_kept(own_trade: Bench) -> None:
    with own_trade.env(LAN) as env, env.savepoint():
        env[Lead].search()[0].name = "within"
    with own_trade.env(LAN) as env:
        assert env[Lead].count(Lead.name == "within") == 1


def test_the_end_of_a_part_checks_it(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    with pytest.raises(Invalid, match="cannot be negative"), env.savepoint():
        lead.revenue = Decimal(-1)
    with pytest.raises(AccessDenied), env.savepoint():
        lead.seller = 8
    assert (lead.revenue, lead.seller) == (2000, 7)
    unit.flush()


def test_the_start_of_a_part_checks_what_came_before(own_trade: Bench) -> None:
    reached = False
    with pytest.raises(Invalid), own_trade.env(LAN) as env:
        env[Lead].search()[0].revenue = Decimal(-1)
        with env.savepoint():
            reached = True
    assert not reached


def test_parts_nest(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    lead = env[Lead].search()[0]
    with env.savepoint():
        lead.name = "outer"
        with pytest.raises(Fails), env.savepoint():
            lead.name = "inner"
            raise Fails
        assert lead.name == "outer"
        with env.savepoint():
            lead.note = "kept"
    assert (lead.name, lead.note) == ("outer", "kept")
    with pytest.raises(Fails), env.savepoint():
        with env.savepoint():
            lead.name = "inner"
        raise Fails
    assert lead.name == "outer"


def test_a_database_error_in_a_part_leaves_the_unit_usable(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    first, second = env[Lead].search()[:2]
    first.reference = "A"
    with pytest.raises(Invalid, match="another lead has this reference"), env.savepoint():
        second.reference = "A"
    second.reference = "B"
    unit.flush()
    assert (first.reference, second.reference) == ("A", "B")


@pytest.mark.parametrize("failing", ["constraint", "unique", "rule", "value", "relation"])
def test_a_failure_that_is_swallowed_without_a_savepoint_is_not_committed(own_trade: Bench, failing: str) -> None:
    with pytest.raises((Invalid, AccessDenied)), own_trade.env(LAN) as env:
        first, second = env[Lead].search()
        first.name = "half"
        second.reference = "A"
        with pytest.raises((Invalid, AccessDenied)):
            if failing == "constraint":
                first.revenue = Decimal(-1)
            elif failing == "unique":
                first.reference = "A"
            elif failing == "rule":
                first.seller = 8
            elif failing == "value":
                first.name = ""
            else:
                env[Partner].create(name="half", leads=[{"name": "x", "currency": 1, "seller": 8}])
            env.flush()
    with own_trade.env(HOA) as env:
        assert env[Lead].count(Lead.name == "half") == 0
        assert env[Lead].count(Lead.reference == "A") == 0
        assert env[Partner].count(Partner.name == "half") == 0
        assert env[Lead].count(Lead.seller == 7) == 2


def test_what_was_refused_before_anything_was_written_does_no_harm(own_trade: Bench) -> None:
    with own_trade.env(LAN) as env:
        lead = env[Lead].search()[0]
        with pytest.raises(Invalid):
            lead.write(name="x" * 100)
        with pytest.raises(Invalid):
            env[Lead].create(name="", currency=1)
        with pytest.raises(AccessDenied):
            env[Tag].create(name="x")
        lead.name = "fine"
    with own_trade.env(LAN) as env:
        assert env[Lead].count(Lead.name == "fine") == 1


def test_ids_of_a_part_that_was_taken_back_mean_nothing_later(unit: UnitOfWork) -> None:
    env = unit.system_env()
    with pytest.raises(Fails), env.savepoint():
        whole = env[Currency].create(name="XXX", decimal_places=0)
        env[Lead].create(name="x", currency=whole, revenue=Decimal(1))
        raise Fails
    cents = env[Currency].create(name="YYY", decimal_places=2)
    lead = env[Lead].create(name="x", currency=cents, revenue=Decimal("1.05"))
    assert lead.revenue == Decimal("1.05")
    assert lead.partner is None
