"""Who may see and do what, whichever way they come: every door gives the same answer, deny by default."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from core import AccessDenied, Env, Identity, Missing
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, identity
from tests.core.orm.trade import CLERK, HOA, LAN, MINH, NOBODY, Currency, Lead, Partner, Tag, lead_named

LANS = ["50 ghế gỗ", "Bàn họp"]
MINHS = ["Kệ bếp", "Tủ sách"]


# -- every door answers alike -------------------------------------------------------------------


def _by_records(env: Env) -> list[str]:
    return sorted(lead.name for lead in env[Lead].search())


def _by_values(env: Env) -> list[str]:
    return sorted(row["name"] for row in env[Lead].values(["name"]))


def _by_groups(env: Env) -> list[str]:
    return sorted(row["name"] for row in env[Lead].groups(["name"]))


def _by_get(env: Env) -> list[str]:
    found = []
    for id in env.sudo()[Lead].search().ids:
        try:
            found.append(env[Lead].get(id).name)
        except Missing:
            continue
    return sorted(found)


def _by_browse(env: Env) -> list[str]:
    found = []
    for lead in env[Lead].browse(*env.sudo()[Lead].search().ids):
        try:
            found.append(lead.name)
        except Missing:
            continue
    return sorted(found)


def _by_lists_of_partners(env: Env) -> list[str]:
    partnerless = env[Lead].search(~Lead.partner.is_set())
    hidden = env[Lead].search(Lead.partner.is_set(), ~Lead.partner.name.is_set())
    return sorted(
        lead.name for leads in [*(partner.leads for partner in env[Partner].search()), partnerless, hidden]
        for lead in leads
    )  # fmt: skip


def _by_existence(env: Env) -> list[str]:
    every = env.sudo()[Lead].search()
    return sorted(env[Lead].get(lead.id).name for lead in every if env[Lead].browse(lead.id)[0].exists())


DOORS = [_by_records, _by_values, _by_groups, _by_get, _by_browse, _by_lists_of_partners, _by_existence]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("who", "names"), [(LAN, LANS), (MINH, MINHS), (HOA, sorted(LANS + MINHS))])
def test_every_door_shows_the_same_records(
    unit: UnitOfWork, door: Callable[[Env], list[str]], who: Identity, names: list[str]
) -> None:
    env = unit.env(who)
    assert door(env) == names
    assert env[Lead].count() == len(names)


@pytest.mark.parametrize("who", [LAN, MINH, HOA])
def test_figures_are_those_of_the_records(unit: UnitOfWork, who: Identity) -> None:
    env = unit.env(who)
    leads = env[Lead].search()
    total = sum((lead.revenue for lead in leads), Decimal(0))
    assert env[Lead].sums(["revenue"])["revenue"] == total
    groups = env[Lead].groups(["seller"], ["revenue", "weighted"])
    assert sum(row["__count"] for row in groups) == len(leads)
    assert sum(row["revenue"] for row in groups) == total
    assert sum(row["weighted"] for row in groups) == sum(lead.weighted for lead in leads)


# -- deny by default ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [NOBODY, identity(5, "crm.unheard_of")])
def test_without_a_grant_nothing_is_allowed(unit: UnitOfWork, who: Identity) -> None:
    env = unit.env(who)
    lead = lead_named(unit, "Tủ sách", who)
    attempts: list[Callable[[], Any]] = [
        lambda: env[Lead].search(),
        lambda: env[Lead].count(),
        lambda: env[Lead].values(["id"]),
        lambda: env[Lead].sums(["revenue"]),
        lambda: env[Lead].groups([]),
        lambda: env[Lead].get(lead.id),
        lambda: lead.name,
        lambda: lead.row_version,
        lambda: lead.history(),
        lambda: lead.tags,
        lambda: lead.write(name="x"),
        lambda: lead.delete(),
        lambda: env[Lead].browse(lead.id).write(name="x"),
        lambda: env[Lead].browse(lead.id).delete(),
        lambda: env[Lead].create(name="x", currency=1),
    ]
    for attempt in attempts:
        with pytest.raises(AccessDenied):
            attempt()
    assert not any(env[Lead].can(action) for action in ("read", "write", "create", "delete"))
    assert not lead.exists()


def test_a_grant_covers_the_actions_it_names(unit: UnitOfWork) -> None:
    env = unit.env(CLERK)
    leads = env[Lead].search()
    assert len(leads) == 4
    assert [action for action in ("read", "write", "create", "delete") if env[Lead].can(action)] == ["read"]
    with pytest.raises(AccessDenied, match="You may not change Leads"):
        leads[0].name = "x"
    with pytest.raises(AccessDenied, match="You may not delete Leads"):
        leads[0].delete()
    with pytest.raises(AccessDenied, match="You may not create Leads"):
        env[Lead].create(name="x", currency=1)


def test_an_implied_role_counts(unit: UnitOfWork) -> None:
    env = unit.env(HOA)
    assert env.has_role("crm.salesperson")
    assert not unit.env(LAN).has_role("crm.manager")
    assert env[Currency].count() == 2, "granted to salespeople"


# -- changing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["attribute", "write", "records", "delete"])
def test_a_hidden_record_cannot_be_changed(unit: UnitOfWork, by: str) -> None:
    env = unit.env(LAN)
    lead = lead_named(unit, "Tủ sách", LAN)
    with pytest.raises(Missing):
        if by == "attribute":
            lead.name = "mine"
        elif by == "write":
            lead.write(seller=7)
        elif by == "records":
            env[Lead].browse(*env.sudo()[Lead].search().ids).write(seller=7)
        else:
            lead.delete()
    unit.flush()
    assert lead_named(unit, "Tủ sách").seller == 8


def test_a_record_that_is_seen_and_not_granted_cannot_be_changed(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "Tủ sách", identity(7, "crm.salesperson", "crm.clerk"))
    assert lead.name == "Tủ sách", "the clerk's grant shows it"
    with pytest.raises(AccessDenied, match="You may not change this Lead"), unit.savepoint():
        lead.name = "x"
    with pytest.raises(AccessDenied, match="You may not delete this Lead"), unit.savepoint():
        lead.delete()
    with pytest.raises(AccessDenied, match="You may not change this Lead"), unit.savepoint():
        lead.write(tags=[])


def test_a_record_cannot_be_given_away_past_the_rule(unit: UnitOfWork) -> None:
    with pytest.raises(AccessDenied, match="you could no longer change the Lead"), unit.savepoint():
        lead_named(unit, "Bàn họp", LAN).seller = 8
    assert lead_named(unit, "Bàn họp").seller == 7


def test_a_record_cannot_be_made_past_the_rule(unit: UnitOfWork) -> None:
    env = unit.env(LAN)
    with pytest.raises(AccessDenied, match="You may not create Leads like this"), unit.savepoint():
        env[Lead].create(name="x", currency=1, seller=8)
    with pytest.raises(AccessDenied, match="You may not create Leads like this"), unit.savepoint():
        env[Lead].create_many([{"name": "x", "currency": 1, "seller": seller} for seller in (7, 8)])


def test_a_refused_change_is_not_committed_by_whoever_swallows_the_error(own_trade: Bench) -> None:
    with pytest.raises(AccessDenied), own_trade.unit() as unit:
        lead_named(unit, "Bàn họp", LAN).seller = 8
        with pytest.raises(AccessDenied):
            unit.flush()
    with own_trade.unit() as unit:
        assert lead_named(unit, "Bàn họp").seller == 7


def test_elevated_code_does_not_carry_a_forbidden_change(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "Tủ sách", identity(7, "crm.salesperson", "crm.clerk"))
    with pytest.raises(AccessDenied), unit.savepoint():
        lead.name = "mine"
        unit.env(LAN).sudo("a reason")[Lead].get(lead.id).probability = Decimal(50)
    assert (lead.name, lead.probability) == ("Tủ sách", 10)


def test_elevated_code_does_not_lend_its_rights_to_the_same_field(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "Bàn họp", LAN)
    with pytest.raises(AccessDenied), unit.savepoint():
        lead.seller = 8
        lead.env.sudo("reassign")[Lead].get(lead.id).seller = 9
    assert lead.seller == 7


def test_elevated_code_may_give_away(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "Bàn họp", LAN)
    assert lead.name
    lead.env.sudo("reassign")[Lead].get(lead.id).seller = 8
    unit.flush()
    with pytest.raises(Missing):
        lead.env[Lead].get(lead.id)
    with pytest.raises(Missing):
        lead.name  # noqa: B018


# -- what others loaded ---------------------------------------------------------------------------------


def test_what_elevated_code_loaded_stays_hidden(unit: UnitOfWork) -> None:
    for lead in unit.system_env()[Lead].search():
        assert lead.name
        assert lead.tags is not None
        assert lead.headline
    lans = unit.env(LAN)
    hidden = lead_named(unit, "Tủ sách", LAN)
    for read in ("name", "headline", "weighted", "row_version", "display_name", "tags", "partner"):
        with pytest.raises(Missing):
            getattr(hidden, read)
    with pytest.raises(Missing):
        hidden.history()
    assert sorted(lead.name for lead in lans[Lead].search()) == LANS


def test_a_list_is_each_readers_own(unit: UnitOfWork) -> None:
    lead = lead_named(unit, "50 ghế gỗ")
    assert [tag.name for tag in lead.tags] == ["gấp", "nội bộ"]
    assert [tag.name for tag in lead_named(unit, "50 ghế gỗ", LAN).tags] == ["gấp"]
    assert [tag.name for tag in lead_named(unit, "50 ghế gỗ", HOA).tags] == ["gấp", "nội bộ"]
    urgent = unit.system_env()[Tag].search(Tag.name == "gấp")[0]
    assert [lead.name for lead in urgent.leads] == ["Tủ sách", "50 ghế gỗ"]
    assert [lead.name for lead in unit.env(LAN)[Tag].get(urgent.id).leads] == ["50 ghế gỗ"]


def test_figures_over_a_list_are_the_same_for_all(unit: UnitOfWork) -> None:
    urgent = unit.env(LAN)[Tag].search(Tag.name == "gấp")[0]
    assert urgent.revenue == Decimal("400.50"), "with the lead that Lan cannot see"
    assert unit.env(HOA)[Tag].get(urgent.id).revenue == Decimal("400.50")


def test_a_reader_of_another_company_or_role_is_another_reader(unit: UnitOfWork) -> None:
    assert unit.env(HOA)[Lead].count() == 4
    assert unit.env(HOA)[Lead].search()[0].name
    demoted = identity(HOA.user_id, "crm.salesperson")
    with pytest.raises(Missing):
        lead_named(unit, "Tủ sách", demoted).name  # noqa: B018
