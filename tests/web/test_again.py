"""What somebody typed is not lost when their session ends, the form's token is too old, or a button is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core import Identity
from core.addons.system import System
from core.testing.forms import PageForm, read_form
from core.testing.web import TOKEN_HEADER, SignIn
from core.web.request import SESSION_STAMP, SESSION_USER
from tests.web.conftest import Made

PASSWORD = "rừng-đước-2026"
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def browser(client: SignIn, lan: Identity, system: System) -> FlaskClient:
    """Lan's browser, which says where its requests come from and brings tokens only in its forms."""
    with system.unit(write=True) as unit:
        unit.system_env("test")["res.users"].get(lan.user_id).set_password(PASSWORD)
    with system.unit() as unit:
        stamp = unit.system_env("test")["res.users"].get(lan.user_id).session_stamp
    browser = client(lan)
    with browser.session_transaction() as session:
        session[SESSION_STAMP] = stamp
    del browser.environ_base[TOKEN_HEADER]
    browser.environ_base.update(OURS)
    return browser


def log_in(browser: FlaskClient, page: TestResponse, login: str) -> TestResponse:
    return read_form(page.text, "log-in").fill(login=login, password=PASSWORD).submit(browser)


def typed_at(browser: FlaskClient, deals: Made) -> PageForm:
    return read_form(browser.get(f"/records/crm.lead/{deals['chairs']}?q=x").text).fill(
        name="Ghế mới", closes_on="24/12/2026"
    )


def end_session(browser: FlaskClient) -> None:
    with browser.session_transaction() as session:
        session[SESSION_STAMP] = "of a password before"


def test_session_that_ended_gives_the_form_back_after_logging_in(
    browser: FlaskClient, lan: Identity, deals: Made, stored: Any
) -> None:
    form = typed_at(browser, deals)
    end_session(browser)
    asked = form.submit(browser)
    assert asked.status_code == 401
    assert "What you typed is not lost" in asked.text or "không mất" in asked.text
    assert "Ghế" not in asked.text, "the page of the log-in tells nobody what was typed"
    wrong = read_form(asked.text, "log-in").fill(login="lan", password="guess").submit(browser)
    assert wrong.status_code == 422
    entered = log_in(browser, wrong, "lan")
    assert entered.status_code == 200
    shown = read_form(entered.text, "again").submit(browser)
    assert shown.status_code == 400, "nothing is written yet"
    assert stored(deals["chairs"], "name")["name"] == "Ghế ăn"
    assert "đã kết thúc nên chưa có gì được lưu" in shown.text
    again = read_form(shown.text)
    assert (again.fields["name"], again.fields["closes_on"]) == ("Ghế mới", "24/12/2026")
    assert again.submit(browser).status_code == 303
    assert stored(deals["chairs"], "name")["name"] == "Ghế mới"


def test_new_record_is_given_back_too(browser: FlaskClient, lan: Identity, deals: Made) -> None:
    form = read_form(browser.get("/records/crm.lead/new").text).fill(name="Bàn làm việc")
    with browser.session_transaction() as session:
        del session[SESSION_USER]  # the cookie has expired
    asked = form.submit(browser)
    assert "Bàn làm việc" not in asked.text
    entered = log_in(browser, asked, "lan")
    shown = read_form(entered.text, "again").submit(browser)
    assert read_form(shown.text).fields["name"] == "Bàn làm việc"
    assert read_form(shown.text).submit(browser).status_code == 303


@pytest.mark.parametrize("cookie_is_gone", [True, False])
def test_somebody_else_who_logs_in_is_not_shown_what_was_typed(
    browser: FlaskClient, lan: Identity, make_user: Callable[..., Identity], deals: Made, cookie_is_gone: bool
) -> None:
    make_user("tuan", "crm.salesperson", password=PASSWORD, language="vi")
    form = typed_at(browser, deals)
    if cookie_is_gone:
        with browser.session_transaction() as session:
            del session[SESSION_USER]
    else:
        end_session(browser)
    asked = form.submit(browser)
    assert asked.status_code == 401
    entered = log_in(browser, asked, "tuan")
    assert (entered.status_code, entered.location) == (303, "/")
    home = browser.get("/").text
    assert "do người khác nhập" in home
    assert "Ghế mới" not in asked.text + entered.text + home


@pytest.mark.parametrize("signed", ["", "2.nonsense"])
def test_form_that_does_not_say_whose_it_is_is_not_kept(
    browser: FlaskClient, deals: Made, signed: str, system: System
) -> None:
    form = typed_at(browser, deals).fill(_by=signed)
    with browser.session_transaction() as session:
        del session[SESSION_USER]
    asked = form.submit(browser)
    assert asked.status_code == 303
    assert asked.location.startswith("/log-in")


def test_what_was_typed_is_not_shown_to_who_has_logged_in_meanwhile(
    browser: FlaskClient, make_user: Callable[..., Identity], deals: Made, stored: Any
) -> None:
    form = typed_at(browser, deals)
    tuan = make_user("tuan", "crm.administrator", language="vi")
    with browser.session_transaction() as session:
        session.clear()
        session[SESSION_USER], session[SESSION_STAMP] = tuan.user_id, tuan.session_stamp
    refused = form.submit(browser)
    assert refused.status_code == 400
    assert "opened by somebody else" in refused.text
    assert "Ghế mới" not in refused.text
    assert stored(deals["chairs"], "name")["name"] == "Ghế ăn"


def test_what_was_sealed_for_one_database_is_of_no_use_for_another(
    browser: FlaskClient, lan: Identity, deals: Made
) -> None:
    form = typed_at(browser, deals)
    end_session(browser)
    asked = read_form(form.submit(browser).text, "log-in")
    other = Fernet(Fernet.generate_key()).encrypt(b"[]").decode()
    entered = asked.fill(login="lan", password=PASSWORD, kept=other).submit(browser)
    assert (entered.status_code, entered.location) == (303, "/")


@pytest.mark.parametrize("button", ["Thắng", "Lưu trữ", "Báo giá"])
@pytest.mark.parametrize("logged_in_elsewhere", [True, False])
def test_button_that_was_pressed_is_named_and_not_carried_out(
    browser: FlaskClient, deals: Made, stored: Any, button: str, logged_in_elsewhere: bool
) -> None:
    before = stored(deals["chairs"], "stage", "active")
    form = typed_at(browser, deals)
    if logged_in_elsewhere:
        with browser.session_transaction() as session:
            session.pop("csrf_token")
        shown = form.submit(browser, button)
    else:
        end_session(browser)
        shown = read_form(log_in(browser, form.submit(browser, button), "lan").text, "again").submit(browser)
    assert shown.status_code == 400
    assert f"“{button}” chưa được thực hiện" in shown.text
    assert f"bấm lại “{button}”" in shown.text
    assert read_form(shown.text).fields["name"] == "Ghế mới"
    assert stored(deals["chairs"], "stage", "active") == before
    assert read_form(shown.text).submit(browser, button).status_code == 303
    assert stored(deals["chairs"], "name")["name"] == "Ghế mới"


def test_token_of_a_session_before_shows_the_form_again(browser: FlaskClient, deals: Made, stored: Any) -> None:
    form = typed_at(browser, deals)
    with browser.session_transaction() as session:
        session.pop("csrf_token")  # they logged out and in again, in another tab
    shown = form.submit(browser)
    assert shown.status_code == 400
    assert read_form(shown.text).fields["name"] == "Ghế mới"
    assert stored(deals["chairs"], "name")["name"] == "Ghế ăn"
    assert read_form(shown.text).submit(browser).status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_form_of_another_site_is_refused_and_not_shown(browser: FlaskClient, deals: Made, site: str | None) -> None:
    browser.environ_base.pop("HTTP_SEC_FETCH_SITE")
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    for session_ends in (False, True):
        if session_ends:
            end_session(browser)
        answer = browser.post(f"/records/crm.lead/{deals['chairs']}", data={"name": "Bẫy"}, headers=headers)
        assert answer.status_code == 400
        assert "Bẫy" not in answer.text


def test_button_that_no_longer_applies_keeps_what_was_typed(
    browser: FlaskClient, deals: Made, system: System, stored: Any
) -> None:
    form = typed_at(browser, deals)
    button = next(text for text, (address, _n, _v) in form.buttons.items() if address and "do/mark_won" in address)
    with system.unit(write=True) as unit:
        unit.system_env("test")["crm.lead"].get(deals["chairs"]).mark_won()
    answer = form.submit(browser, button)
    assert answer.status_code == 409
    assert read_form(answer.text).fields["name"] == "Ghế mới"


def test_form_that_is_shown_again_still_finds_a_conflict(browser: FlaskClient, deals: Made, system: System) -> None:
    form = typed_at(browser, deals).fill(closes_on="31/02/2027")
    with system.unit(write=True) as unit:
        unit.system_env("test")["crm.lead"].get(deals["chairs"]).name = "Ghế của Minh"
    refused = form.submit(browser)
    assert refused.status_code == 422
    conflict = read_form(refused.text).fill(closes_on="24/12/2026").submit(browser)
    assert conflict.status_code == 409
    assert "Ghế của Minh" in conflict.text
    assert read_form(conflict.text).submit(browser).status_code == 303
