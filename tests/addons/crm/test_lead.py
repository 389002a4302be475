"""Deals: what follows from their stage, and how they are won, lost and opened again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from addons.base.models import Currency, Partner
from addons.crm.models import Lead, LostReason, Stage
from core import Env, Invalid, Refused

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


def stage(env: Env, name: str) -> Stage:
    return env[Stage].search(Stage.name == name)[0]


@pytest.fixture
def env(sales):
    """The environment of Hà, who leads the team, in a unit that is written in the end."""
    with sales.system.unit(write=True) as unit:
        yield unit.env(sales.ha)


def test_new_deal_starts_in_the_first_stage_with_its_probability(env):
    lead = env[Lead].create(name="Bàn ghế sảnh, 48 bộ", expected_revenue=Decimal(71_200_000))
    assert (lead.stage.name, lead.probability, lead.outcome) == ("Prospecting", 10, "open")
    assert lead.weighted_revenue == 7_120_000
    assert (lead.currency.name, lead.company.name, lead.salesperson.name) == ("VND", "Banyan", "Ha")


def test_new_stage_brings_its_probability(env):
    lead = env[Lead].create(name="Quầy lễ tân", expected_revenue=Decimal(35_900_000), probability=Decimal(45))
    assert lead.weighted_revenue == 16_155_000
    lead.stage = stage(env, "Negotiation")
    assert (lead.probability, lead.weighted_revenue) == (80, 28_720_000)


def test_probability_that_somebody_writes_stays_until_the_stage_changes(env):
    lead = env[Lead].create(name="Quầy lễ tân", expected_revenue=Decimal(1000))
    lead.probability = Decimal("33.5")
    env.flush()
    lead.expected_revenue = Decimal(2000)
    assert (lead.probability, lead.weighted_revenue) == (Decimal("33.5"), 670)
    with pytest.raises(Invalid, match="must be between 0 and 100"):
        lead.probability = Decimal(101)


def test_weighted_revenue_is_rounded_half_up_to_the_currency(env):
    dollar = env[Currency].search(Currency.name == "USD")[0]
    lead = env[Lead].create(name="Stools", expected_revenue=Decimal("10.05"), probability=Decimal(50), currency=dollar)
    assert lead.weighted_revenue == Decimal("5.03")
    dong = env[Lead].create(name="Ghế", expected_revenue=Decimal(1005), probability=Decimal(50))
    assert dong.weighted_revenue == 503


def test_won_deal_counts_in_full_and_has_its_day(env):
    lead = env[Lead].create(name="Ghế sảnh", expected_revenue=Decimal(97_500_000))
    lead.mark_won()
    assert (lead.outcome, lead.stage.name, lead.probability) == ("won", "Won", 100)
    assert lead.weighted_revenue == 97_500_000
    assert lead.closed_on == datetime.now(SAIGON).date()
    assert env[Lead].search(Lead.stage.is_won == True).ids == (lead.id,)


def test_lost_deal_leaves_the_forecast_and_keeps_stage_and_reason(env):
    lead = env[Lead].create(name="Ghế hội trường", expected_revenue=Decimal(325), stage=stage(env, "Proposal"))
    lead.lost_reason = env[LostReason].search(LostReason.name == "Too expensive")[0]
    lead.mark_lost()
    assert (lead.outcome, lead.stage.name, lead.probability, lead.weighted_revenue) == ("lost", "Proposal", 0, 0)
    assert lead.closed_on == datetime.now(SAIGON).date()
    assert lead.lost_reason.name == "Too expensive"


def test_restored_deal_is_open_where_it_was_lost(env):
    lead = env[Lead].create(name="Giường", expected_revenue=Decimal(1000), stage=stage(env, "Proposal"))
    lead.lost_reason = env[LostReason].search()[0]
    lead.mark_lost()
    lead.restore()
    assert (lead.outcome, lead.stage.name, lead.probability, lead.weighted_revenue) == ("open", "Proposal", 60, 600)
    assert (lead.closed_on, lead.lost_reason) == (None, None)


def test_won_deal_is_restored_into_the_stage_before(env):
    lead = env[Lead].create(name="Giường", expected_revenue=Decimal(1000))
    lead.mark_won()
    lead.restore()
    assert (lead.outcome, lead.stage.name, lead.closed_on) == ("open", "Negotiation", None)


def test_verbs_refuse_what_has_happened_already(env):
    lead = env[Lead].create(name="Giường")
    with pytest.raises(Refused, match="Giường is open already"):
        lead.restore()
    lead.mark_won()
    with pytest.raises(Refused, match="Giường is won already"):
        lead.mark_won()
    with pytest.raises(Refused, match="Restore it first"):
        lead.mark_lost()


def test_lost_deal_can_be_won_after_all(env):
    lead = env[Lead].create(name="Giường")
    lead.mark_lost()
    lead.mark_won()
    assert (lead.outcome, lead.is_lost, lead.probability) == ("won", False, 100)


def test_lost_deal_cannot_be_put_into_a_stage_that_means_won(env):
    lead = env[Lead].create(name="Giường")
    lead.mark_lost()
    won = stage(env, "Won")
    with pytest.raises(Invalid, match="restore it first"), env.savepoint():
        lead.stage = won
    assert (lead.stage.name, lead.outcome) == ("Prospecting", "lost")


def test_stage_set_by_hand_closes_with_the_day_of_the_company(env):
    lead = env[Lead].create(name="Giường")
    lead.stage = stage(env, "Won")
    env.flush()
    assert (lead.outcome, lead.closed_on) == ("won", datetime.now(SAIGON).date())
    lead.stage = stage(env, "Proposal")
    env.flush()
    assert lead.closed_on is None


def test_day_that_somebody_wrote_stays(env):
    lead = env[Lead].create(name="Old deal", stage=stage(env, "Won"), closed_on=date(2017, 3, 1))
    env.flush()
    lead.expected_revenue = Decimal(5)
    env.flush()
    assert lead.closed_on == date(2017, 3, 1)
    lost = env[Lead].create(name="Old loss", is_lost=True, closed_on=date(2017, 5, 1))
    lost.stage = stage(env, "Negotiation")
    env.flush()
    assert lost.closed_on == date(2017, 5, 1)


def test_new_probability_of_a_stage_reaches_its_open_deals(sales):
    deal = sales.deal("Giường", sales.lan)
    with sales.system.unit(write=True) as unit:
        stage(unit.env(sales.director), "Prospecting").probability = Decimal(20)
    with sales.system.unit() as unit:
        lead = unit.env(sales.lan)[Lead].get(deal)
        assert (lead.probability, lead.weighted_revenue) == (20, 200)


def test_won_stage_has_a_probability_of_a_hundred(sales):
    with pytest.raises(Invalid, match="must be 100 %"), sales.system.unit(write=True) as unit:
        stage(unit.env(sales.director), "Won").probability = Decimal(99)


def test_stage_of_the_deals_own_team_goes_first(sales):
    with sales.system.unit(write=True) as unit:
        env = unit.system_env()
        env[Stage].create(name="Signed", sequence=90, probability=Decimal(100), is_won=True, team=sales.south)
        mine = env[Lead].create(name="Ours", team=sales.south)
        theirs = env[Lead].create(name="Theirs", team=sales.north)
        mine.mark_won()
        theirs.mark_won()
        assert (mine.stage.name, theirs.stage.name) == ("Signed", "Won")


def test_amount_has_no_more_decimals_than_its_currency(env):
    with pytest.raises(Invalid, match="must be a whole amount"):
        env[Lead].create(name="Ghế", expected_revenue=Decimal("0.5"))


def test_won_deals_add_up_by_quarter(env):
    won = stage(env, "Won")
    for day, amount in ((date(2017, 3, 31), 100), (date(2017, 4, 1), 20), (date(2017, 6, 30), 3)):
        env[Lead].create(name=str(day), stage=won, closed_on=day, expected_revenue=Decimal(amount))
    quarter = (Lead.closed_on >= date(2017, 4, 1)) & (Lead.closed_on < date(2017, 7, 1))
    assert env[Lead].sums(["expected_revenue"], Lead.outcome == "won", quarter) == {"expected_revenue": 23}


def test_conversion_finds_the_customer_by_email_or_makes_one(env):
    known = env[Partner].create(name="Elena Rossi", email="elena@rossi.example")
    first = env[Lead].create(name="Showroom", kind="lead", contact_name="E. Rossi", email="elena@rossi.example")
    first.convert()
    assert (first.kind, first.partner) == ("opportunity", known)
    second = env[Lead].create(name="Homestay", kind="lead", contact_name="Phùng Gia Hân", phone="+84 985 662 909")
    second.convert()
    assert (second.partner.name, second.partner.phone) == ("Phùng Gia Hân", "+84 985 662 909")
    third = env[Lead].create(name="Somebody called", kind="lead")
    third.convert()
    assert third.partner is None
    with pytest.raises(Refused, match="is an opportunity already"):
        third.convert()


def test_customer_counts_their_deals(env):
    partner = env[Partner].create(name="Hoa Đào", is_company=True)
    env[Lead].create_many([{"name": "A", "partner": partner}, {"name": "B", "partner": partner}])
    # The number of all deals is for those who may see them all.
    assert env.sudo()[Partner].get(partner.id).leads_count == 2
    assert [lead.name for lead in partner.leads] == ["B", "A"]


def test_customer_with_deals_cannot_be_deleted(sales):
    with sales.system.unit(write=True) as unit:
        env = unit.env(sales.ha)
        partner = env[Partner].create(name="Hoa Đào")
        env[Lead].create(name="A", partner=partner)
    with pytest.raises(Refused), sales.system.unit(write=True) as unit:
        unit.env(sales.ha)[Partner].get(partner.id).delete()


def test_history_tells_who_won_the_deal_and_what_followed(env):
    lead = env[Lead].create(name="Giường", expected_revenue=Decimal(1000))
    lead.mark_won()
    latest = lead.history()[0]
    assert latest.user_id == env.user_id
    assert {"stage", "closed_on"} <= set(latest.changes)
    assert {"outcome", "probability", "weighted_revenue"} <= latest.derived
    assert latest.at.tzinfo is UTC
