"""No lost update: who writes on what somebody else changed meanwhile is told, and sees both."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import Conflict
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from tests.core.orm.trade import HOA, LAN, Lead, Partner, Tag


def test_the_version_rises_with_each_change(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    assert lead.row_version == 1
    lead.name = "Sập gụ"
    unit.flush()
    lead.write(name="Sập", probability=Decimal(5))
    unit.flush()
    assert lead.row_version == 3
    assert unit.env(LAN)[Lead].values(["row_version"], Lead.is_(lead.id)) == [{"row_version": 3}]


def test_derived_values_do_not_raise_the_version(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].search(Lead.name == "50 ghế gỗ")[0]
    partner = lead.partner
    assert partner is not None
    before = partner.row_version
    lead.revenue = Decimal(1)
    unit.flush()
    assert partner.total == 1
    assert partner.row_version == before
    assert unit.env(LAN)[Partner].values(["row_version"], Partner.is_(partner.id)) == [{"row_version": before}]


def test_a_form_that_shows_an_old_version_conflicts(own_trade: Bench) -> None:
    with own_trade.env(LAN) as env:
        lead = env[Lead].search()[0]
        seen, id = lead.row_version, lead.id
    with own_trade.env(HOA) as env:
        env[Lead].get(id).write(name="Hoa's", probability=Decimal(50))
    with pytest.raises(Conflict) as error, own_trade.env(LAN) as env:
        lead = env[Lead].get(id)
        lead.expect_version(seen)
        lead.write(name="Lan's", probability=Decimal(50), note="x")
    assert error.value.theirs == {"name": "Hoa's", "note": ""}
    assert error.value.yours == {"name": "Lan's", "note": "x"}
    assert str(error.value) == "Someone else changed this Lead after you opened it. Look at: Opportunity, Note."
    with own_trade.env(LAN) as env:
        assert env[Lead].get(id).name == "Hoa's"


def test_the_version_that_is_expected_may_be_the_stored_one(unit: UnitOfWork) -> None:
    lead = unit.env(LAN)[Lead].search()[0]
    lead.expect_version(lead.row_version)
    lead.name = "Sập gụ"
    unit.flush()
    assert lead.row_version == 2


@pytest.mark.engine("postgresql")
def test_of_two_units_that_read_the_same_the_second_conflicts(own_trade: Bench) -> None:
    with pytest.raises(Conflict) as error, own_trade.env(HOA) as second:
        with own_trade.env(LAN) as first:
            mine = first[Lead].search(Lead.name == "50 ghế gỗ")[0]
            theirs = second[Lead].get(mine.id)
            assert theirs.revenue == Decimal("100.50")
            mine.revenue = Decimal(200)
        theirs.revenue = Decimal(300)
    assert (error.value.theirs, error.value.yours) == ({"revenue": Decimal(200)}, {"revenue": Decimal(300)})


@pytest.mark.engine("postgresql")
def test_a_read_just_before_the_write_does_not_hide_the_conflict(own_trade: Bench) -> None:
    with pytest.raises(Conflict), own_trade.env(HOA) as second:
        theirs = second[Lead].search(Lead.name == "50 ghế gỗ")[0]
        with own_trade.env(LAN) as first:
            first[Lead].search(Lead.name == "50 ghế gỗ")[0].revenue = Decimal(200)
        assert second[Lead].search(Lead.revenue == 200) == second[Lead].browse(theirs.id)
        theirs.revenue = Decimal(300)


@pytest.mark.engine("postgresql")
def test_different_records_do_not_conflict(own_trade: Bench) -> None:
    with own_trade.env(HOA) as second:
        leads = second[Lead].search(order=["name"])
        with own_trade.env(LAN) as first:
            first[Lead].search(Lead.name == "50 ghế gỗ")[0].name = "A"
        next(lead for lead in leads if lead.name == "Kệ bếp").name = "B"
    with own_trade.env(HOA) as env:
        assert env[Lead].count(Lead.name.in_(["A", "B"])) == 2


def test_linking_raises_the_version_and_is_compared(own_trade: Bench) -> None:
    with own_trade.env(HOA) as env:
        lead = env[Lead].search(Lead.name == "Bàn họp")[0]
        seen, id, tags = lead.row_version, lead.id, env[Tag].search()
        lead.write(tags=tags)
        assert lead.row_version == seen + 1
    with pytest.raises(Conflict) as error, own_trade.env(HOA) as env:
        lead = env[Lead].get(id)
        lead.expect_version(seen)
        lead.write(tags=[])
    assert error.value.yours == {"tags": ()}
    assert set(error.value.theirs["tags"]) == set(tags.ids)  # type: ignore[call-overload]
    with own_trade.env(HOA) as env:
        assert len(env[Lead].get(id).tags) == 3


def test_fields_and_links_written_together_raise_no_conflict_with_themselves(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    lead = env[Lead].search(Lead.name == "Bàn họp")[0]
    lead.expect_version(lead.row_version)
    lead.write(name="a", tags=env[Tag].search(), note="b")
    lead.write(tags=[], name="c")
    unit.flush()
    assert (lead.name, lead.tags.ids) == ("c", ())
    stored = env[Lead].values(["row_version"], Lead.is_(lead.id))[0]["row_version"]
    assert lead.row_version == stored


def test_a_record_that_somebody_deleted_is_no_conflict_but_gone(own_trade: Bench) -> None:
    with own_trade.env(HOA) as env:
        id = env[Lead].search(Lead.name == "Kệ bếp")[0].id
        env[Lead].get(id).delete()
    with own_trade.env(HOA) as env:
        assert not env[Lead].browse(id)[0].exists()


def test_what_somebody_changed_meanwhile_is_not_deleted(own_trade: Bench) -> None:
    with own_trade.env(LAN) as env:
        lead = env[Lead].search()[0]
        seen, id = lead.row_version, lead.id
        lead.name = "Sập gụ"
    with pytest.raises(Conflict, match="Someone else changed this Lead"), own_trade.env(LAN) as env:
        lead = env[Lead].get(id)
        lead.expect_version(seen)
        lead.delete()
    with own_trade.env(LAN) as env:
        lead = env[Lead].get(id)
        lead.expect_version(seen + 1)
        lead.delete()
        assert not lead.exists()
