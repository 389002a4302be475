"""A record as of a time is what it was then, exactly: its values, relations and lists, with the reader's access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core import Invalid, Missing, Model, Restricted, fields
from core.errors import Refused
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from tests.core.orm.trade import HOA, LAN, MINH, Lead, Partner, Tag


def _now(bench: Bench) -> dt.datetime:
    with bench.unit(write=False) as unit:
        return unit.now()


def _id(unit: UnitOfWork, model: Any, name: str) -> int:
    found: int = unit.system_env()[model].search(model.name == name)[0].id
    return found


def test_a_record_is_what_it_was(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        id, danang = _id(unit, Lead, "50 ghế gỗ"), _id(unit, Partner, "Nội Thất Đà Nẵng")
    before = _now(own_trade)
    with own_trade.unit() as unit:
        lead = unit.env(LAN)[Lead].get(id)
        lead.write(
            name="60 ghế", revenue=Decimal(500), closes_on=dt.date(2026, 3, 1), partner=danang, note="x", tags=[]
        )
    with own_trade.unit(write=False) as unit:
        lead = unit.env(LAN)[Lead].get(id)
        then = lead.as_of(before)
        assert (then.name, then.revenue, then.weighted) == ("50 ghế gỗ", Decimal("100.50"), Decimal("10.05"))
        assert then.partner is not None
        assert (then.closes_on, then.note, then.partner.name) == (None, "", "Gỗ Việt")
        assert [tag.name for tag in then.tags] == ["gấp"], "the internal tag is still hidden from her"
        assert then.headline == "50 ghế gỗ (Huế)", "what no column keeps follows from what was"
        assert isinstance(then, Lead)
        assert lead.name == "60 ghế"
        assert [tag.name for tag in unit.env(HOA)[Lead].as_of(before).get(id).tags] == ["gấp", "nội bộ"]


def test_lists_and_figures_are_those_of_then(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        viet = _id(unit, Partner, "Gỗ Việt")
        first, other = _id(unit, Lead, "50 ghế gỗ"), _id(unit, Lead, "Tủ sách")
    before = _now(own_trade)
    with own_trade.unit() as unit:
        env = unit.system_env()
        env[Lead].get(first).delete()
        env[Lead].get(other).partner = env[Partner].get(viet)
        env[Lead].create(name="new", partner=viet, currency=1, revenue=Decimal(7))
    with own_trade.unit(write=False) as unit:
        partner = unit.system_env()[Partner].get(viet)
        then = partner.as_of(before)
        assert [lead.name for lead in partner.leads] == ["Tủ sách", "new"]
        assert [lead.name for lead in then.leads] == ["50 ghế gỗ"]
        assert (then.leads_count, then.expected, then.total) == (1, Decimal("100.50"), Decimal("100.50"))


def test_a_deleted_record_is_there_as_of_before(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        id = _id(unit, Lead, "50 ghế gỗ")
    before = _now(own_trade)
    with own_trade.unit() as unit:
        unit.env(LAN)[Lead].get(id).delete()
    after = _now(own_trade)
    with own_trade.unit(write=False) as unit:
        then = unit.env(LAN)[Lead].as_of(before).get(id)
        assert then.partner is not None
        assert (then.name, then.partner.name, [tag.name for tag in then.tags]) == ("50 ghế gỗ", "Gỗ Việt", ["gấp"])
        with pytest.raises(Missing):
            unit.env(LAN)[Lead].as_of(after).get(id)
        with pytest.raises(Missing):
            unit.env(MINH)[Lead].as_of(before).get(id)
        assert not unit.env(MINH)[Lead].as_of(before).browse(id)[0].exists()


def test_a_record_was_not_there_before_it_was_made(own_trade: Bench) -> None:
    before = _now(own_trade)
    with own_trade.unit() as unit:
        id = unit.system_env()[Lead].create(name="new", currency=1).id
    with own_trade.unit(write=False) as unit, pytest.raises(Missing):
        unit.system_env()[Lead].as_of(before).get(id)


def test_a_tag_that_was_deleted_is_in_the_lists_of_then(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        id, urgent = _id(unit, Lead, "50 ghế gỗ"), _id(unit, Tag, "gấp")
    before = _now(own_trade)
    with own_trade.unit() as unit:
        unit.system_env()[Tag].get(urgent).delete()
    with own_trade.unit(write=False) as unit:
        lead = unit.env(LAN)[Lead].get(id)
        assert [tag.name for tag in lead.tags] == []
        assert [tag.name for tag in lead.as_of(before).tags] == ["gấp"]
        all_seen = unit.env(HOA)[Lead].get(id)
        assert all_seen.history()[0].changes["tags"][0] == all_seen.as_of(before).tags.ids
        assert sorted(lead.name for lead in unit.system_env()[Tag].as_of(before).get(urgent).leads) == [
            "50 ghế gỗ",
            "Tủ sách",
        ]


def test_access_is_that_of_now(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        id, board = _id(unit, Lead, "50 ghế gỗ"), _id(unit, Lead, "Bàn họp")
    before = _now(own_trade)
    with own_trade.unit() as unit:
        unit.env(HOA)[Lead].get(id).seller = 8
    with own_trade.unit(write=False) as unit:
        with pytest.raises(Missing):
            unit.env(LAN)[Lead].as_of(before).get(id)
        assert unit.env(MINH)[Lead].as_of(before).get(id).seller == 7
        with pytest.raises(Restricted):
            assert unit.env(LAN)[Lead].as_of(before).get(board).partner
        with pytest.raises(Exception, match="may not see Cost"):
            assert unit.env(LAN)[Lead].as_of(before).get(board).cost


def test_a_deleted_record_keeps_the_secrets_of_its_last_owner(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        id = _id(unit, Lead, "50 ghế gỗ")
    hers = _now(own_trade)
    with own_trade.unit() as unit:
        unit.env(HOA)[Lead].get(id).seller = 8
    with own_trade.unit() as unit:
        unit.env(HOA)[Lead].get(id).delete()
    with own_trade.unit(write=False) as unit:
        with pytest.raises(Missing):
            unit.env(LAN)[Lead].as_of(hers).get(id)
        assert unit.env(MINH)[Lead].as_of(hers).get(id).name == "50 ghế gỗ"


def test_nothing_of_the_past_changes_or_is_searched(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        past = unit.system_env()[Lead].as_of(unit.now())
        lead = past.get(_id(unit, Lead, "50 ghế gỗ"))
        with pytest.raises(Refused, match="This is the past"):
            lead.name = "x"
        with pytest.raises(Refused, match="This is the past"):
            lead.delete()
        with pytest.raises(Refused, match="cannot be searched"):
            past.search()
        with pytest.raises(Invalid, match="still to come"):
            lead.as_of(unit.now() + dt.timedelta(days=1))
        with pytest.raises(Invalid, match="time zone"):
            lead.as_of(dt.datetime(2026, 1, 1))


def test_of_what_is_secret_no_copy_is_kept(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        id = _id(unit, Partner, "Bí Mật")
    before = _now(own_trade)
    with own_trade.unit() as unit:
        partner = unit.system_env()[Partner].get(id)
        assert partner.as_of(before).password_hash == "argon2", "it has not changed since"
        partner.password_hash = "new"
    with own_trade.unit(write=False) as unit, pytest.raises(Refused, match="No copy is kept"):
        assert unit.system_env()[Partner].as_of(before).get(id).password_hash


class Visit(Model):
    _name = "test.visit"
    _history = False
    name = fields.Char()


def test_where_no_history_is_kept_nobody_knows(make_models: Callable[..., Bench]) -> None:
    with make_models(Visit).env() as env:
        visit = env[Visit].create(name="a")
        with pytest.raises(Refused, match="No history is kept of Visits"):
            assert visit.as_of(env.now()).name


def test_a_page_of_the_past_is_read_in_few_statements(own_trade: Bench, count_statements: Callable[[], Any]) -> None:
    before = _now(own_trade)
    with own_trade.unit() as unit:
        env = unit.system_env()
        for lead in env[Lead].search():
            lead.revenue += 1
    with own_trade.unit(write=False) as unit:
        leads = unit.env(HOA)[Lead]
        ids = leads.search().ids
        with count_statements() as counted:
            assert len([(lead.name, lead.weighted, lead.seller) for lead in leads.as_of(before).browse(*ids)]) == 4
        assert counted.total == 2
