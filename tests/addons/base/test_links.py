"""Links to a password: good once, for a while, for one user; and what they end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from addons.base.models import Link, Session, User
from addons.base.models.link import INVITATION, RESET
from addons.base.operations.links import make_link, user_of
from core import Missing
from core.testing.forms import read_form

OLD, NEW = "mười hai cái ghế", "mười ba cái bàn"


@pytest.fixture
def lan(make_user):
    return make_user("lan", "crm.salesperson", password=OLD, name="Lan Phạm")


@pytest.fixture
def link(system, lan):
    def make(kind=RESET):
        with system.unit(write=True) as unit:
            return make_link(unit.system_env("test")[User].get(lan.user_id), kind)

    return make


def age(system, hours: float) -> None:
    """Let the links be older."""
    with system.unit(write=True) as unit:
        for one in unit.system_env("test")[Link].search():
            one.expires_at -= timedelta(hours=hours)


def test_password_is_chosen_once_and_its_user_is_logged_in(client, link, lan):
    path, browser, elsewhere = link(), client(), client(lan)
    assert elsewhere.get("/").status_code == 200
    page = browser.get(path)
    assert "Welcome, Lan Phạm" in page.text
    assert 'value="lan"' in page.text
    answer = read_form(page.text, "choose").fill(password=NEW, again=NEW).submit(browser)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303  # other sessions have ended
    again = client().post(path, data={"password": "one more of my own"})
    assert again.status_code == 404
    assert "has been used or has expired" in again.text
    browser = client()
    answer = read_form(browser.get("/log-in").text, "log-in").fill(login="lan", password=NEW).submit(browser)
    assert answer.status_code == 303


def test_opening_the_page_does_not_use_the_link(client, link):
    path = link()
    for _time in range(3):
        assert client().get(path).status_code == 200


@pytest.mark.parametrize(("kind", "hours"), [(INVITATION, 72), (RESET, 2)])
def test_link_expires(system, client, link, kind, hours):
    path = link(kind)
    age(system, hours - 0.1)
    assert client().get(path).status_code == 200
    age(system, 0.2)
    assert client().get(path).status_code == 404
    assert client().post(path, data={"password": NEW}).status_code == 404


def test_guessed_link_is_refused_without_asking_the_database(system, count_statements):
    for token in ("", "x", "a" * 43 + "." + "b" * 16, "../log-in", "ü" * 50 + "." + "b" * 16):
        with system.unit() as unit, count_statements() as counted:
            env = unit.system_env()
            with pytest.raises(Missing):
                user_of(env, token)
            assert counted.total == 0


def test_secret_with_a_right_signature_of_another_purpose_is_refused(system, link):
    secret = link().rpartition("/")[2].partition(".")[0]
    with system.unit() as unit:
        env = unit.system_env()
        with pytest.raises(Missing):
            user_of(env, f"{secret}.{env.sign('mail opt-out', secret)}")


def test_new_link_makes_the_ones_before_worthless(client, link):
    first, second = link(), link()
    assert client().get(first).status_code == 404
    assert client().get(second).status_code == 200


def test_link_of_a_user_who_is_switched_off_is_worthless(system, client, link, lan):
    path = link()
    with system.unit(write=True) as unit:
        unit.system_env("test")[User].get(lan.user_id).active = False
    assert client().get(path).status_code == 404


def test_changed_password_makes_open_links_worthless(system, client, link, lan):
    path = link()
    with system.unit(write=True) as unit:
        unit.system_env("test")[User].get(lan.user_id).set_password(NEW)
    assert client().get(path).status_code == 404


def test_password_too_short_says_so_and_the_link_stays_good(client, link):
    path, browser = link(), client()
    answer = read_form(browser.get(path).text, "choose").fill(password="short", again="short").submit(browser)
    assert answer.status_code == 422
    assert "must have 8 to 1000 characters" in answer.text
    assert browser.get(path).status_code == 200


def test_two_passwords_that_differ_are_refused_where_scripts_are_off(client, link):
    path, browser = link(), client()
    answer = browser.post(path, data={"password": NEW, "again": OLD})
    assert answer.status_code == 422
    assert "is not the same both times" in answer.text


def test_database_keeps_nothing_that_opens(system, link):
    path = link()
    secret = re.search(r"/([^/.]+)\.", path)[1]
    with system.unit() as unit:
        row: dict[str, Any] = unit.system_env()[Link].values(["hash", "display_name"])[0]
    assert secret not in str(row)


def test_forged_choice_needs_the_token_of_a_page(client, link):
    from core.testing.web import TOKEN_HEADER

    browser = client()
    del browser.environ_base[TOKEN_HEADER]
    assert browser.post(link(), data={"password": NEW}).status_code == 400


def test_session_that_somebody_prepared_is_not_taken_over(system, client, link, lan):
    """Fixation: what a browser kept before choosing a password is worth nothing after it."""
    browser = client()
    with browser.session_transaction() as session:
        session["user"], session["key"] = lan.user_id, "prepared"
    path = link()
    read_form(browser.get(path).text, "choose").fill(password=NEW, again=NEW).submit(browser)
    with browser.session_transaction() as session:
        assert session["key"] != "prepared"
    with system.unit() as unit:
        assert unit.system_env()[Session].count() == 1


# -- forgotten passwords ---------------------------------------------------------------------------------


def test_without_mail_the_page_says_whom_to_ask(client):
    assert 'href="/forgot-password"' in client().get("/log-in").text
    page = client().get("/forgot-password").text
    assert "Ask whoever looks after it" in page
    assert "<form" not in page


def ask(client, login: str):
    return client().post("/forgot-password", data={"login": login})


def test_asking_too_often_has_to_wait_whoever_it_is(client, lan):
    for login in ("lan", "nobody"):
        for _time in range(5):
            assert ask(client, login).status_code == 200
        answer = ask(client, login)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
    browser = client()  # and asking keeps nobody from logging in
    answer = read_form(browser.get("/log-in").text, "log-in").fill(login="lan", password=OLD).submit(browser)
    assert answer.status_code == 303
