"""An import or a bulk change is taken back as one step, and what others did since is left to choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import AccessDenied, Conflict, Env, Missing
from core.orm.read.units import read_units
from core.orm.undo import plan_undo, undo
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from tests.core.orm.shop import SHOP, SHOP_ACCESS
from tests.core.orm.test_computed_graph import CHANGES, Player
from tests.core.orm.test_past_exactly import _picture
from tests.core.orm.trade import HOA, LAN, Lead, Partner, Tag


def _done(bench: Bench, work: Callable[[Env], Any], reason: str = "import of March") -> str:
    """Do something as one unit; gives its id."""
    with bench.unit(reason=reason) as unit:
        work(unit.system_env())
        return unit.id


def _undo(bench: Bench, unit_id: str, over: bool = False) -> Any:
    with bench.unit() as unit:
        plan = plan_undo(unit.system_env(), unit_id)
        undo(unit.system_env(), plan, plan.clashes if over else ())
        return plan


def _lead(env: Env, name: str = "50 ghế gỗ") -> Lead:
    return env[Lead].search(Lead.name == name)[0]


def test_a_bulk_change_is_taken_back(own_trade: Bench) -> None:
    change = _done(own_trade, lambda env: env[Lead].search().write(revenue=Decimal(1), note="raised"))
    plan = _undo(own_trade, change)
    assert (plan.count("restore"), plan.count("create"), plan.count("delete"), plan.clashes) == (4, 0, 0, ())
    with own_trade.unit() as unit:
        lead = _lead(unit.system_env())
        assert (lead.revenue, lead.weighted, lead.note) == (Decimal("100.50"), Decimal("10.05"), "")
        assert lead.partner is not None
        assert lead.partner.total == Decimal("100.50"), "what follows follows again"
        latest = lead.history()[0]
        assert (latest.action, latest.reason) == ("write", f"Undo of change {plan.unit.number}")


def test_what_an_import_made_is_deleted(own_trade: Bench) -> None:
    def load(env: Env) -> None:
        partner = env[Partner].create(name="new")
        env[Lead].create_many([{"name": f"new {place}", "partner": partner, "currency": 1} for place in range(3)])
        _lead(env).partner = partner

    plan = _undo(own_trade, _done(own_trade, load))
    assert (plan.count("delete"), plan.count("restore")) == (4, 1)
    with own_trade.unit() as unit:
        assert unit.system_env()[Lead].count() == 4
        assert unit.system_env()[Partner].count() == 3
        assert _lead(unit.system_env()).partner.name == "Gỗ Việt"  # type: ignore[union-attr]


def test_what_was_deleted_is_there_again_under_its_id(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        id, before = _lead(unit.system_env()).id, unit.now()
    change = _done(own_trade, lambda env: env[Lead].get(id).delete())
    _undo(own_trade, change)
    with own_trade.unit() as unit:
        lead = unit.env(HOA)[Lead].get(id)
        assert (lead.name, lead.cost, [tag.name for tag in lead.tags]) == ("50 ghế gỗ", Decimal(60), ["gấp", "nội bộ"])
        assert [one.action for one in lead.history()] == ["create", "delete", "create"]
        assert lead.row_version == 3, "a form that was open before does not fit it"
        assert lead.as_of(before).name == "50 ghế gỗ"


def test_whoever_pointed_at_it_points_at_it_again(own_trade: Bench) -> None:
    def clean_up(env: Env) -> None:
        env[Partner].search().delete()
        env[Tag].search().delete()

    change = _done(own_trade, clean_up)
    plan = _undo(own_trade, change)
    assert (plan.count("create"), plan.clashes) == (6, ())
    with own_trade.unit() as unit:
        lead = unit.env(HOA)[Lead].get(_lead(unit.system_env()).id)
        assert lead.partner is not None
        assert (lead.partner.name, [tag.name for tag in lead.tags]) == ("Gỗ Việt", ["gấp", "nội bộ"])
        assert lead.partner.total == Decimal("100.50")


def test_what_pointed_at_it_and_was_deleted_after_it_is_there_too(own_trade: Bench) -> None:
    def clean_up(env: Env) -> None:
        lead = _lead(env)
        assert lead.partner is not None
        lead.partner.delete()
        lead.delete()

    assert _undo(own_trade, _done(own_trade, clean_up)).clashes == ()
    with own_trade.unit() as unit:
        lead = _lead(unit.system_env())
        assert lead.partner is not None
        assert (lead.partner.name, lead.partner.total) == ("Gỗ Việt", Decimal("100.50"))


def test_what_others_changed_since_is_left_to_choose(own_trade: Bench) -> None:
    change = _done(own_trade, lambda env: env[Lead].search().write(revenue=Decimal(1), note="raised"))
    with own_trade.unit() as unit:
        _lead(unit.env(LAN)).revenue = Decimal(70)
    plan = _undo(own_trade, change)
    (clash,) = plan.clashes
    assert (clash.field, clash.why) == ("revenue", "Revenue has been changed since")
    with own_trade.unit() as unit:
        lead = _lead(unit.system_env())
        assert (lead.revenue, lead.note) == (Decimal(70), "")
    with own_trade.unit() as unit:
        plan = plan_undo(unit.system_env(), change)
        assert plan.steps == (), "the rest is as it was"
        undo(unit.system_env(), plan, plan.clashes)
    with own_trade.unit() as unit:
        assert _lead(unit.system_env()).revenue == Decimal("100.50")


def test_a_record_that_others_use_is_not_deleted_unasked(own_trade: Bench) -> None:
    change = _done(own_trade, lambda env: env[Partner].create(name="new"))
    with own_trade.unit() as unit:
        env = unit.system_env()
        _lead(env).partner = env[Partner].search(Partner.name == "new")[0]
    plan = _undo(own_trade, change)
    assert [clash.why for clash in plan.clashes] == ["Lead points at it"]
    assert plan.steps == ()


def test_lists_keep_what_others_did_since(own_trade: Bench) -> None:
    with own_trade.unit() as unit:
        tags = {tag.name: tag.id for tag in unit.system_env()[Tag].search()}
    change = _done(own_trade, lambda env: _lead(env).write(tags=[tags["xuất khẩu"]]))
    with own_trade.unit() as unit:
        new = unit.system_env()[Tag].create(name="new")
        _lead(unit.system_env()).tags = [tags["xuất khẩu"], new]  # type: ignore[assignment]
    assert _undo(own_trade, change).clashes == ()
    with own_trade.unit() as unit:
        assert sorted(tag.name for tag in _lead(unit.system_env()).tags) == ["gấp", "new", "nội bộ"]


def test_a_plan_that_has_grown_old_is_not_carried_out(own_trade: Bench) -> None:
    change = _done(own_trade, lambda env: env[Lead].search().write(note="raised"))
    with own_trade.unit() as unit:
        plan = plan_undo(unit.system_env(), change)
    with own_trade.unit() as unit:
        _lead(unit.system_env()).note = "by hand"
    with own_trade.unit() as unit, pytest.raises(Conflict, match="Look at the plan again"):
        undo(unit.system_env(), plan)


def test_the_changes_are_listed_with_their_reason(own_trade: Bench) -> None:
    change = _done(own_trade, lambda env: env[Lead].search().write(note="x"))
    with own_trade.unit() as unit:
        latest, *_rest = read_units(unit.system_env())
        assert (latest.unit, latest.reason, dict(latest.counts)) == (change, "import of March", {"crm.lead": (0, 4, 0)})
        assert plan_undo(unit.system_env(), latest.number) == plan_undo(unit.system_env(), change[:10])
        with pytest.raises(Missing, match="There is no change 'zz'"):
            plan_undo(unit.system_env(), "zz")
        with pytest.raises(AccessDenied):
            plan_undo(unit.env(HOA), change)


@pytest.fixture
def shop(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(SHOP), SHOP_ACCESS)
    yield bench
    bench.close()
    databases.drop(address)


@given(steps=st.lists(CHANGES, min_size=1, max_size=8))
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=12)
def test_undoing_leaves_everything_as_it_was(shop: Bench, steps: list[tuple[Any, ...]]) -> None:
    with shop.unit() as unit:
        player = Player(unit)
    with shop.unit() as unit:
        before = _picture(unit.system_env())
        moment = unit.now()
    with shop.unit() as unit:
        player.unit, player.env = unit, unit.system_env()
        for step in steps:
            player.play(step)
        change = unit.id
    with shop.unit() as unit:
        if any(found.unit == change for found in read_units(unit.system_env(), 1)):
            plan = plan_undo(unit.system_env(), change)
            assert plan.clashes == ()
            undo(unit.system_env(), plan)
    with shop.unit() as unit:
        assert _picture(unit.system_env()) == before
        assert moment < dt.datetime.now(dt.UTC)
