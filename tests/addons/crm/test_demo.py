"""The demo company: what somebody finds who looks around."""

from __future__ import annotations

import pytest

from addons.base.models import Company, User
from addons.crm.models import Lead

pytestmark = [pytest.mark.addons("crm", demo=True), pytest.mark.engine("sqlite")]


def test_demo_has_a_pipeline_around_today_in_two_currencies(system):
    with system.unit() as unit:
        env = unit.system_env()
        assert [company.name for company in env[Company].search()] == ["Nội thất Banyan"]
        outcomes = {row["outcome"]: row["__count"] for row in env[Lead].groups(["outcome"])}
        assert outcomes == {"open": 47, "won": 12, "lost": 6}
        currencies = {row["currency.name"] for row in env[Lead].values(["currency.name"])}
        assert currencies == {"VND", "USD"}
        assert env[Lead].count(Lead.closes_on > env.today()) > 30
        assert 0 < env[Lead].count(Lead.outcome == "open", Lead.closes_on < env.today()) < 10
        assert env[Lead].count(Lead.outcome == "won", Lead.closed_on >= env.today()) == 0


def test_demo_user_leads_a_team_and_sees_its_deals_only(system):
    with system.unit() as unit:
        env = unit.system_env()
        demo = env[User].search(User.login == "demo")[0]
        identity = env.hooks.identity_of(env=env, user_id=demo.id)
        assert demo.name == "Hà Nguyễn"
        deals = unit.env(identity)[Lead].search()
        assert 30 < len(deals) < 65
        assert {lead.team.leader.id for lead in deals} == {demo.id}


def test_demo_people_have_no_password_until_one_is_set(system):
    with system.unit() as unit:
        assert {row["password_hash"] for row in unit.system_env()[User].values(["password_hash"])} == {""}
