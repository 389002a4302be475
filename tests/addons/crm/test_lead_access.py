"""Who sees and changes which deals: salespeople theirs, managers their teams', the director all."""

from __future__ import annotations

import pytest

from addons.crm.models import Lead, LostReason, Partner, Stage, Tag
from core import AccessDenied, Missing


@pytest.fixture
def deals(sales):
    return {
        "lan": sales.deal("Lan's", sales.lan, sales.south),
        "minh": sales.deal("Minh's", sales.minh, sales.south),
        "duc": sales.deal("Đức's", sales.duc, sales.north),
        "nobody": sales.deal("Nobody's", None, sales.south),
        "ha": sales.deal("Hà's, in no team", sales.ha),
    }


def test_each_sees_theirs_and_what_their_role_adds(sales, deals):
    assert sales.seen_by(sales.lan) == ["Lan's"]
    assert sales.seen_by(sales.ha) == ["Hà's, in no team", "Lan's", "Minh's", "Nobody's"]
    assert sales.seen_by(sales.duc) == ["Đức's"]
    assert len(sales.seen_by(sales.director)) == 5


def test_counts_groups_and_sums_tell_nothing_of_hidden_deals(sales, deals):
    with sales.system.unit() as unit:
        leads = unit.env(sales.lan)[Lead]
        assert leads.count() == 1
        assert leads.groups(["team"]) == [{"team": sales.south, "__count": 1}]
        assert leads.sums(["expected_revenue"]) == {"expected_revenue": 1000}


def test_number_of_a_customers_deals_is_for_those_who_see_them_all(sales, deals):
    with sales.system.unit() as unit:
        assert not unit.env(sales.lan)[Partner].readable("leads_count")
        assert unit.env(sales.director)[Partner].readable("leads_count")


def test_hidden_deal_is_not_found(sales, deals):
    with sales.system.unit() as unit, pytest.raises(Missing):
        unit.env(sales.lan)[Lead].get(deals["minh"])


def test_deal_follows_the_leader_of_its_team(sales, deals):
    with sales.system.unit(write=True) as unit:
        unit.env(sales.director)[Lead].get(deals["lan"]).team = sales.north
    assert "Lan's" not in sales.seen_by(sales.ha)
    assert "Lan's" in sales.seen_by(sales.duc)
    assert sales.seen_by(sales.lan) == ["Lan's"]


def test_user_without_a_role_in_sales_sees_no_deals_at_all(sales, deals, make_user):
    clerk = make_user("clerk", "base.user")
    with sales.system.unit() as unit:
        assert not unit.env(clerk)[Lead].can("read")
        with pytest.raises(AccessDenied):
            unit.env(clerk)[Lead].search()


def test_administrator_of_the_database_sees_deals_by_a_role_of_crm_only(sales, deals, make_user):
    boss = make_user("boss", "base.administrator")
    with sales.system.unit() as unit, pytest.raises(AccessDenied):
        unit.env(boss)[Lead].count()


def test_salesperson_makes_deals_of_their_own_and_no_others(sales):
    with sales.system.unit(write=True) as unit:
        lead = unit.env(sales.lan)[Lead].create(name="Bàn ghế sảnh")
        assert lead.salesperson.name == "Lan"
    with pytest.raises(AccessDenied), sales.system.unit(write=True) as unit:
        unit.env(sales.lan)[Lead].create(name="For Minh", salesperson=sales.minh.user_id)


def test_salesperson_neither_takes_nor_gives_deals_away(sales, deals):
    with pytest.raises(AccessDenied), sales.system.unit(write=True) as unit:
        unit.env(sales.lan)[Lead].get(deals["lan"]).salesperson = sales.minh.user_id
    with pytest.raises(Missing), sales.system.unit(write=True) as unit:
        unit.env(sales.lan)[Lead].get(deals["nobody"]).salesperson = sales.lan.user_id
    assert sales.seen_by(sales.lan) == ["Lan's"]


def test_manager_gives_a_deal_of_the_team_to_somebody_else(sales, deals):
    with sales.system.unit(write=True) as unit:
        unit.env(sales.ha)[Lead].get(deals["nobody"]).salesperson = sales.minh.user_id
    assert sales.seen_by(sales.minh) == ["Minh's", "Nobody's"]


def test_manager_cannot_move_a_deal_out_of_their_sight(sales, deals):
    with pytest.raises(AccessDenied), sales.system.unit(write=True) as unit:
        unit.env(sales.ha)[Lead].get(deals["minh"]).team = sales.north


def test_salesperson_loses_deals_and_does_not_delete_them(sales, deals):
    with pytest.raises(AccessDenied), sales.system.unit(write=True) as unit:
        unit.env(sales.lan)[Lead].get(deals["lan"]).delete()
    with sales.system.unit(write=True) as unit:
        unit.env(sales.ha)[Lead].get(deals["lan"]).delete()
    assert sales.seen_by(sales.lan) == []


def test_stages_and_reasons_are_read_by_all_who_sell_and_set_by_the_director(sales):
    with sales.system.unit() as unit:
        for who in (sales.lan, sales.ha):
            env = unit.env(who)
            assert env[Stage].count() == 5
            assert env[LostReason].can("read")
            assert not env[Stage].can("write")
        assert unit.env(sales.director)[Stage].can("write")
        assert unit.env(sales.ha)[Tag].can("create")
        assert not unit.env(sales.lan)[Tag].can("create")


def test_verb_on_somebody_elses_deal_is_refused(sales, deals):
    with pytest.raises(Missing), sales.system.unit(write=True) as unit:
        unit.env(sales.lan)[Lead].get(deals["minh"]).mark_won()
