"""Sessions: listed, ended at once, and never another user's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addons.base.browsers import browser_in_words
from addons.base.models import Session, User
from core.testing.forms import read_form

PASSWORD = "mười hai cái ghế"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Mobile/15E Safari/604"


@pytest.fixture
def lan(make_user):
    return make_user("lan", "crm.salesperson", password=PASSWORD)


@pytest.fixture
def boss(make_user):
    return make_user("boss", "base.administrator")


@pytest.mark.parametrize(
    ("agent", "words"),
    [(FIREFOX, "Firefox · Windows"), (EDGE, "Edge · Windows"), (IPHONE, "Safari · iPhone"), ("curl/8", "curl/8")],
)
def test_browser_is_told_in_words(agent, words):
    assert browser_in_words(agent) == words


def sessions(system, user):
    with system.unit() as unit:
        return unit.system_env()[Session].values(["id", "browser", "seen_at"], Session.user.is_(user.user_id))


def test_log_in_keeps_a_session_and_log_out_ends_it(system, client, lan):
    browser = client()
    page = browser.get("/log-in")
    read_form(page.text, "log-in").fill(login="lan", password=PASSWORD).submit(browser)
    assert len(sessions(system, lan)) == 1
    kept = browser.get_cookie(client.app.config["SESSION_COOKIE_NAME"])
    token = read_form(browser.get("/mine").text, "me").fields["csrf_token"]
    assert browser.post("/log-out", data={"csrf_token": token}).location == "/log-in"
    assert sessions(system, lan) == []
    browser.set_cookie(client.app.config["SESSION_COOKIE_NAME"], kept.value)  # a copy of the cookie opens nothing
    assert browser.get("/").status_code == 303


def test_revoked_session_is_out_with_its_next_request(system, client, lan):
    here, there = client(lan), client(lan)
    assert there.get("/").status_code == 200
    other = max(row["id"] for row in sessions(system, lan))
    answer = here.post("/mine/sessions", data={"session": str(other)})
    assert (answer.status_code, answer.location) == (303, "/mine")
    assert there.get("/").status_code == 303
    assert here.get("/").status_code == 200


def test_all_others_end_and_this_one_stays(system, client, lan):
    here, *others = client(lan), client(lan), client(lan)
    here.post("/mine/sessions", data={})
    assert here.get("/").status_code == 200
    assert [other.get("/").status_code for other in others] == [303, 303]


def test_session_of_another_user_can_be_neither_seen_nor_ended(system, client, lan, make_user):
    tuan = make_user("tuan", "crm.salesperson")
    theirs, own = client(tuan), client(lan)
    number = sessions(system, tuan)[0]["id"]
    assert own.post("/mine/sessions", data={"session": str(number)}).status_code == 404
    assert own.get(f"/api/v1/res.users.session/{number}").status_code == 404
    assert own.delete(f"/api/v1/res.users.session/{number}").status_code in (403, 404)
    assert own.post(f"/users/{tuan.user_id}/sessions", data={}).status_code == 403
    assert theirs.get("/").status_code == 200


def test_key_of_one_session_does_not_open_another_user(client, lan, boss):
    browser = client(lan)
    with browser.session_transaction() as session:
        session["user"] = boss.user_id
    assert browser.get("/").status_code == 303


def test_administrator_ends_all_sessions_of_a_user(system, client, lan, boss):
    theirs, own = client(lan), client(boss)
    own.post(f"/users/{lan.user_id}/sessions", data={})
    assert theirs.get("/").status_code == 303
    assert own.get("/").status_code == 200


def test_session_that_was_not_used_for_a_week_has_ended(system, client, lan):
    browser = client(lan)
    with system.unit(write=True) as unit:
        unit.system_env()[Session].search().write(seen_at=unit.now() - timedelta(days=7, minutes=1))
    assert browser.get("/").status_code == 303


def test_use_is_noted_after_a_write_now_and_then_and_never_by_reading(system, client, lan):
    browser = client(lan)
    with system.unit(write=True) as unit:
        before = unit.now() - timedelta(minutes=6)
        unit.system_env()[Session].search().write(seen_at=before)
    browser.get("/mine")
    assert sessions(system, lan)[0]["seen_at"] == before
    browser.post("/language", data={"language": "vi"})
    noted = sessions(system, lan)[0]["seen_at"]
    assert noted > before
    browser.post("/language", data={"language": "en"})
    assert sessions(system, lan)[0]["seen_at"] == noted


def test_knowing_a_session_takes_one_statement(system, client, lan, count_statements):
    key = client.session_of(lan)["key"]
    with system.unit() as unit:
        env = unit.system_env()
        with count_statements() as counted:
            assert env.hooks.identity_of_session(env=env, session=key).identity == lan
        assert counted.total == 1


def test_database_keeps_no_secret_of_a_session(system, client, lan):
    key = client.session_of(lan)["key"]
    with system.unit() as unit:
        assert unit.system_env()[Session].values(["hash"])[0]["hash"] != key
    with system.unit() as unit:
        assert not unit.env(lan)[Session].readable("hash")


def test_user_who_is_switched_off_has_no_session(system, client, lan):
    browser = client(lan)
    with system.unit(write=True) as unit:
        unit.system_env()[User].get(lan.user_id).active = False
    assert browser.get("/").status_code == 303
