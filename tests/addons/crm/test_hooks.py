"""What CRM tells others, and what it does when it is enabled."""

from __future__ import annotations

import pytest

from addons.base.models import User
from addons.base.operations.roles import give_roles
from addons.crm.models import Lead
from core import Refused, hookimpl


class Listener:
    """Hears of deals; refuses those whose name asks for it."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    @hookimpl
    def lead_won(self, env, lead):
        if lead.name == "Veto":
            raise Refused("The customer owes us money.")
        self.heard.append(f"won {lead.name} by {env.user_name}, {lead.probability} %")

    @hookimpl
    def lead_lost(self, lead):
        self.heard.append(f"lost {lead.name}")


@pytest.fixture
def listener(system):
    hearing = Listener()
    system.registry.hooks.register(hearing)
    yield hearing
    system.registry.hooks.unregister(hearing)


def test_listeners_hear_of_deals_won_and_lost_after_they_are_written(sales, listener):
    won, lost = sales.deal("Giường", sales.lan), sales.deal("Ghế", sales.lan)
    with sales.system.unit(write=True) as unit:
        leads = unit.env(sales.lan)[Lead]
        leads.get(won).mark_won()
        leads.get(lost).mark_lost()
    assert listener.heard == ["won Giường by Lan, 100.00 %", "lost Ghế"]


def test_listener_that_raises_keeps_the_deal_open(sales, listener):
    deal = sales.deal("Veto", sales.lan)
    with pytest.raises(Refused, match="owes us money"), sales.system.unit(write=True) as unit:
        unit.env(sales.lan)[Lead].get(deal).mark_won()
    with sales.system.unit() as unit:
        assert unit.env(sales.lan)[Lead].get(deal).outcome == "open"


def test_administrators_can_set_crm_up_until_somebody_is_given_that_role(system, make_user):
    boss, other = make_user("boss", "base.administrator"), make_user("other", "base.administrator")

    def enabled_again(env):
        env.hooks.addon_enabled(env=env, addon="crm")

    with system.unit(write=True) as unit:
        env = unit.system_env()
        enabled_again(env)
        users = [env[User].get(who.user_id) for who in (boss, other)]
        assert all("crm.administrator" in user.role_keys for user in users)
        users[0].groups = []
        enabled_again(env)
        assert "crm.administrator" not in users[0].role_keys
        give_roles(users[0], ["crm.salesperson"])
