"""Every page that the menus of base, product and crm lead to, as the people see it who are offered it."""

from __future__ import annotations

import pytest

from addons.base.models import User
from core import Identity
from core.addons.system import System

pytestmark = [pytest.mark.addons("crm", demo=True), pytest.mark.engine("sqlite")]


def demo_user(system: System) -> Identity:
    with system.unit() as unit:
        env = unit.system_env()
        user_id = env[User].search(User.login == "demo").ids[0]
        identity: Identity = env.hooks.identity_of(env=env, user_id=user_id)
        return identity


def test_every_entry_of_every_area_opens_its_list_and_its_new_form(system, client, make_user):
    boss = make_user("boss", "base.administrator", "crm.administrator", "product.manager")
    browser = client(boss)
    for area in system.registry.views.menus:
        for entry in area.entries:
            page = browser.get(entry.page or f"/menu/{entry.key}", follow_redirects=True)
            assert page.status_code == 200, f"{entry.key}: {page.status}"
            if entry.page:
                continue
            with system.unit() as unit:
                records = unit.env(boss)[entry.model]
                may_create, first = records.can("create"), records.search(limit=1)
            if may_create:
                assert browser.get(f"/records/{entry.model}/new?menu={entry.key}").status_code == 200, entry.key
            if first:
                assert browser.get(f"/records/{entry.model}/{first[0].id}?menu={entry.key}").status_code == 200, (
                    entry.key
                )


def test_team_leader_of_the_demo_finds_their_pipeline_and_no_settings(system, client):
    browser = client(demo_user(system))
    page = browser.get("/records/crm.lead?menu=crm.pipeline").get_data(as_text=True)
    assert "Bàn ghế sảnh, 48 bộ" in page
    assert "Ghế chờ khoa khám bệnh" not in page
    assert "settings.users" not in page
    assert browser.get("/records/res.groups").status_code == 403


def test_every_facet_of_every_search_can_be_switched_on(system, client, make_user):
    browser = client(make_user("boss", "base.administrator", "crm.administrator", "product.manager"))
    for model in system.registry.models:
        for facet in system.registry.views.search(model).facets:
            page = browser.get(f"/records/{model}?facet={facet.key}")
            assert page.status_code == 200, f"{model} {facet.key}: {page.status}"
