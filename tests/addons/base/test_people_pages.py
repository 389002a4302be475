"""Pages of people: inviting, roles by area, rights in words, one's own account, and who may open which."""

from __future__ import annotations

import re

import pytest

from addons.base.models import Group, Key, User
from addons.base.operations.ladders import ladders
from core import AccessDenied, Invalid
from core.testing.forms import read_form

PASSWORD = "mười hai cái ghế"


@pytest.fixture
def boss(make_user):
    return make_user("boss", "base.administrator", name="Bà Chủ")


@pytest.fixture
def lan(make_user):
    return make_user("lan", "crm.salesperson", password=PASSWORD, name="Lan Phạm")


def roles(system, user_id) -> list[str]:
    with system.unit() as unit:
        return sorted(group.key for group in unit.system_env()[User].get(user_id).groups)


def test_pages_of_users_are_for_administrators(client, lan, boss):
    salesperson = client(lan)
    for path in ("/users/invite", f"/users/{boss.user_id}/access", "/access"):
        assert salesperson.get(path).status_code == 403
        assert client(boss).get(path).status_code == 200
        assert client().get(path).status_code == 303
    for deed in ("roles", "link", "sessions"):
        assert salesperson.post(f"/users/{boss.user_id}/{deed}", data={}).status_code == 403
    assert salesperson.post("/users/invite", data={"name": "Me", "login": "me"}).status_code == 403
    assert client(boss).get("/users/999999/access").status_code == 404


def test_invited_user_gets_roles_and_a_link_that_opens(system, client, boss):
    browser = client(boss)
    form = read_form(browser.get("/users/invite").text, "invite").fill(
        name="Hà Trần", email="ha@example.com", **{"crm.salesperson": "crm.manager", "base.user": "base.user"}
    )
    page = form.submit(browser)
    assert page.status_code == 200
    link = re.search(r'value="http://[^/]+(/choose-password/[^"]+)"', page.text)[1]
    newcomer = client()
    read_form(newcomer.get(link).text, "choose").fill(password=PASSWORD, again=PASSWORD).submit(newcomer)
    with system.unit() as unit:
        user = unit.system_env()[User].search(User.login == "ha@example.com")[0]
        assert user.has_password
    assert roles(system, user.id) == ["base.user", "crm.manager"]
    assert newcomer.get("/records/crm.lead").status_code == 200


def test_invitation_that_is_refused_keeps_what_was_typed(client, boss, lan):
    browser = client(boss)
    form = read_form(browser.get("/users/invite").text, "invite").fill(name="Lan II", login="lan")
    page = form.submit(browser)
    assert page.status_code == 422
    assert "A user with this log-in exists already" in page.text
    assert 'value="Lan II"' in page.text


def test_ladder_of_an_area_goes_from_the_lowest_role_up(system):
    with system.unit() as unit:
        found = [[role.key for role in one.steps] for one in ladders(unit.system_env())]
    assert ["crm.salesperson", "crm.manager", "crm.administrator"] in found
    assert ["base.user", "base.contacts", "base.administrator"] in found
    assert ["base.favourites"] in found, "what is no step of another ladder has its own"


def test_roles_are_chosen_by_area_and_the_rest_stays(system, client, boss, lan):
    with system.unit(write=True) as unit:
        env = unit.system_env()
        gone = env[Group].create(key="shop.clerk", name="Of an addon that is not enabled")
        env[User].get(lan.user_id).groups = [*env[User].get(lan.user_id).groups, gone]
    browser = client(boss)
    form = read_form(browser.get(f"/users/{lan.user_id}/access").text, "roles")
    form.fill(**{"crm.salesperson": "crm.administrator"}).submit(browser)
    assert roles(system, lan.user_id) == ["crm.administrator", "shop.clerk"]
    answer = browser.post(f"/users/{lan.user_id}/roles", data={"crm.salesperson": "base.administrator"})
    assert answer.status_code == 422
    assert roles(system, lan.user_id) == ["crm.administrator", "shop.clerk"]


def test_rights_of_a_user_are_told_with_their_rule_and_role(client, boss, lan):
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client(boss).get(f"/users/{lan.user_id}/access").text))
    assert "Opportunities see, change, make where: Salesperson is Lan Phạm" in page
    assert "Contacts comes along with other roles" in page


def test_matrix_tells_an_area_for_nobody_in_particular(client, boss, lan):
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client(boss).get("/access?area=crm").text))
    assert "see, change, make where: Salesperson is oneself" in page
    assert "Brings along: Contacts" in page
    assert "Lan Phạm" in page


def test_form_of_a_user_leads_to_their_access(client, boss, lan):
    assert f'href="/users/{lan.user_id}/access"' in client(boss).get(f"/records/res.users/{lan.user_id}").text


# -- guards ---------------------------------------------------------------------------------------------


def test_nobody_takes_the_last_administrator_away(system, client, boss):
    page = client(boss).post(f"/users/{boss.user_id}/roles", data={"base.user": ""})
    assert page.status_code == 422
    assert "Nobody would be left who may decide about users" in page.text
    for change in ({"groups": []}, {"active": False}):
        with pytest.raises(Invalid, match="Nobody would be left"), system.unit(write=True) as unit:
            unit.system_env("test")[User].get(boss.user_id).write(**change)
    with pytest.raises(Exception, match="Nobody would be left"), system.unit(write=True) as unit:
        unit.system_env("test")[User].get(boss.user_id).delete()
    assert roles(system, boss.user_id) == ["base.administrator"]


def test_one_of_two_administrators_may_go(system, boss, make_user):
    other = make_user("other", "base.administrator")
    with system.unit(write=True) as unit:
        unit.system_env("test")[User].get(boss.user_id).groups = []
    with pytest.raises(Invalid, match="Nobody would be left"), system.unit(write=True) as unit:
        unit.system_env("test")[User].get(other.user_id).active = False


def test_nobody_gives_themselves_roles_by_any_way(system, client, lan, boss):
    own = client(lan)
    own.post("/mine", data={"name": "Lan", "groups": "1", "groups_id": "1", "active": "0", "email": "x@example.com"})
    with system.unit() as unit:
        admin = unit.system_env()[Group].search(Group.key == "base.administrator")[0].id
        user = unit.system_env()[User].get(lan.user_id)
        assert (user.name, user.email) == ("Lan", "")
    answer = own.patch(f"/api/v1/res.users/{lan.user_id}", json={"groups_id": [admin]})
    assert answer.status_code in (403, 404, 422)
    answer = own.post(f"/records/res.users/{lan.user_id}", data={"groups": str(admin), "name": "Lan"})
    assert answer.status_code == 403
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[User].get(lan.user_id).groups = unit.system_env()[Group].search()
    assert roles(system, lan.user_id) == ["crm.salesperson"]


# -- one's own account ------------------------------------------------------------------------------------


def test_everybody_sets_what_they_are_called_and_their_language(system, client, lan):
    browser = client(lan)
    assert 'href="/mine"' in browser.get("/").text
    form = read_form(browser.get("/mine").text, "me").fill(name="Lan P.", language="vi", time_zone="Asia/Tokyo")
    assert form.submit(browser).status_code == 303
    with system.unit() as unit:
        user = unit.system_env()[User].get(lan.user_id)
        assert (user.name, user.language, user.time_zone) == ("Lan P.", "vi", "Asia/Tokyo")
    refused = read_form(browser.get("/mine").text, "me").fill(time_zone="Mars").submit(browser)
    assert refused.status_code == 422
    assert "Mars" in refused.text


def test_password_is_changed_with_the_present_one_and_ends_other_sessions(client, lan):
    here, there = client(lan), client(lan)
    wrong = here.post("/mine/password", data={"old": "guess", "new": "mười ba cái bàn"})
    assert wrong.status_code == 422
    assert "is not your present password" in wrong.text
    assert there.get("/").status_code == 200
    assert here.post("/mine/password", data={"old": PASSWORD, "new": "mười ba cái bàn"}).status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303


def test_key_is_shown_once_works_and_is_revoked(system, client, lan):
    browser = client(lan)
    page = read_form(browser.get("/mine").text, "new-key-form").fill(name="Report").submit(browser)
    key = re.search(r'value="(banyan_[^"]+)"', page.text)[1]
    assert key not in browser.get("/mine").text
    program = client()
    assert program.get("/api/v1/crm.lead", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    with system.unit() as unit:
        number = unit.system_env()[Key].search()[0].id
    assert browser.post("/mine/keys", data={"revoke": str(number)}).status_code == 303
    assert program.get("/api/v1/crm.lead", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_key_of_another_cannot_be_revoked(system, client, lan, boss):
    client(lan).post("/mine/keys", data={"name": "Report"})
    with system.unit() as unit:
        number = unit.system_env()[Key].search()[0].id
    assert client(boss).post("/mine/keys", data={"revoke": str(number)}).status_code == 404
