"""Logging in and out, as a browser does it: pages, forms, cookies and tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.addons.system import System
from core.orm.identity import Identity
from core.testing.web import SignIn
from core.web.auth import own_path

WRONG = "Log-in or password is not right."
PASSWORD = "rừng-đước-2026"
PATH = "/records/crm.lead?filter=[[%22name%22]]&q=a//b"


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    """A salesperson with a password."""
    return make_user("lan", "crm.salesperson", password=PASSWORD)


@pytest.fixture
def browser(client: SignIn) -> FlaskClient:
    """A browser that has been nowhere yet and brings no token of its own."""
    return client.app.test_client()


def token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def log_in(browser: FlaskClient, login: str, password: str, **more: Any) -> TestResponse:
    form = {"csrf_token": token(browser.get("/log-in")), "login": login, "password": password, **more}
    return browser.post("/log-in", data=form)


def test_page_without_a_session_leads_to_the_log_in_and_back(browser: FlaskClient, lan: Identity) -> None:
    answer = browser.get("/records/crm.lead?order=-name")
    assert answer.status_code == 303
    assert answer.location == "/log-in?next=/records/crm.lead?order%3D-name"
    page = browser.get(answer.location)
    assert 'name="next" value="/records/crm.lead?order=-name"' in page.text
    answer = log_in(browser, "lan", PASSWORD, next="/records/crm.lead?order=-name")
    assert (answer.status_code, answer.location) == (303, "/records/crm.lead?order=-name")
    assert browser.get(answer.location).status_code == 200


def test_wrong_password_and_unknown_login_are_answered_alike(browser: FlaskClient, lan: Identity) -> None:
    wrong, unknown = log_in(browser, "lan", "guess"), log_in(browser, "nobody", "guess")
    assert wrong.status_code == unknown.status_code == 422
    assert WRONG in wrong.text
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", wrong.text) == strip.sub("", unknown.text)
    assert browser.get("/").status_code == 303


def test_refused_page_keeps_the_login_and_never_the_password(browser: FlaskClient, lan: Identity) -> None:
    page = log_in(browser, "lan", "my wrong guess").text
    assert 'value="lan"' in page
    assert "my wrong guess" not in page


def test_sixth_attempt_has_to_wait_even_with_the_right_password(browser: FlaskClient, lan: Identity) -> None:
    for _attempt in range(5):
        assert log_in(browser, "lan", "guess").status_code == 422
    answer = log_in(browser, "lan", PASSWORD)
    assert answer.status_code == 429
    assert "Too many failed log-ins. Try again in 15 minutes." in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_log_in_makes_a_new_session(browser: FlaskClient, lan: Identity) -> None:
    before = token(browser.get("/log-in"))
    log_in(browser, "lan", PASSWORD)
    answer = browser.post("/log-out", data={"csrf_token": before})
    assert answer.status_code == 400  # a token known before the log-in is worth nothing after it


def test_log_out_ends_the_session(browser: FlaskClient, lan: Identity) -> None:
    log_in(browser, "lan", PASSWORD)
    page = browser.get("/")
    assert page.status_code == 200
    answer = browser.post("/log-out", data={"csrf_token": token(page)})
    assert (answer.status_code, answer.location) == (303, "/log-in")
    assert browser.get("/").status_code == 303


def test_changed_password_ends_the_sessions_that_were_open(browser: FlaskClient, lan: Identity, system: System) -> None:
    log_in(browser, "lan", PASSWORD)
    assert browser.get("/").status_code == 200
    with system.unit(write=True) as unit:
        user: Any = unit.system_env("test")["res.users"].get(lan.user_id)
        user.set_password("another one, long enough")
    answer = browser.get("/")
    assert answer.status_code == 303
    assert "Your session has ended. Log in again." in browser.get(answer.location).text


def test_user_who_is_switched_off_is_out_at_once(browser: FlaskClient, lan: Identity, system: System) -> None:
    log_in(browser, "lan", PASSWORD)
    with system.unit(write=True) as unit:
        unit.system_env("test")["res.users"].get(lan.user_id).write(active=False)
    assert browser.get("/").status_code == 303
    assert WRONG in log_in(browser, "lan", PASSWORD).text


def test_who_is_logged_in_does_not_see_the_log_in_page(browser: FlaskClient, lan: Identity) -> None:
    log_in(browser, "lan", PASSWORD)
    answer = browser.get("/log-in?next=/records/crm.lead")
    assert (answer.status_code, answer.location) == (303, "/records/crm.lead")


def test_log_in_page_speaks_the_language_of_the_browser(browser: FlaskClient) -> None:
    assert '<html lang="vi"' in browser.get("/log-in", headers={"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}).text
    assert '<html lang="en"' in browser.get("/log-in", headers={"Accept-Language": "fr"}).text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "///evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
)
def test_next_leads_nowhere_else(target: str) -> None:
    assert own_path(target) == "/"


def test_next_of_another_site_is_not_followed_after_the_log_in(browser: FlaskClient, lan: Identity) -> None:
    assert log_in(browser, "lan", PASSWORD, next="https://evil.example/").location == "/"


def test_next_keeps_a_path_of_ours_with_its_query() -> None:
    assert own_path(PATH) == PATH
    assert own_path("/log-out") == own_path("/log-in?next=/") == "/"


def test_theme_is_kept_in_a_cookie_and_marks_the_page(browser: FlaskClient) -> None:
    page = browser.get("/log-in")
    assert "data-theme" not in page.text.split("<head>")[0]
    answer = browser.post("/theme", data={"csrf_token": token(page), "theme": "dark", "next": "/records/crm.lead"})
    assert (answer.status_code, answer.location) == (303, "/records/crm.lead")
    assert '<html lang="en" data-theme="dark">' in browser.get("/log-in").text
    browser.set_cookie("theme", '"><script>')
    assert "<script>" not in browser.get("/log-in").text.split("<head>")[0]
