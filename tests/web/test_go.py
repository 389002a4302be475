"""The box of the bar: to a menu by its name, or to the lists that hold a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.addons.system import System
from core.orm.identity import Identity
from core.testing.web import SignIn

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def browser(client: SignIn, make_user: Callable[..., Identity], system: System) -> FlaskClient:
    """Lan's browser, where Lan and Minh have a deal each of the same name."""
    lan, minh = make_user("lan", "crm.salesperson"), make_user("minh", "crm.salesperson")
    with system.unit(write=True) as unit:
        leads: Any = unit.system_env("test")["crm.lead"]
        leads.create(name="Bàn ghế sảnh", salesperson=lan.user_id)
        leads.create(name="Bàn ghế phòng họp", salesperson=minh.user_id)
    return client(lan)


@pytest.mark.parametrize("text", ["CRM: Pipeline", "pipeline", " Pipeline "])
def test_name_of_a_menu_leads_there(browser: FlaskClient, text: str) -> None:
    answer = browser.get("/go", query_string={"q": text})
    assert answer.status_code == 303
    assert answer.location == "/menu/crm.pipeline"


def test_part_of_a_name_offers_the_menus(browser: FlaskClient) -> None:
    page = browser.get("/go?q=pipe").text
    assert 'class="place" href="/menu/crm.pipeline"' in page


def test_text_is_counted_in_the_lists_of_the_reader_alone(browser: FlaskClient) -> None:
    page = browser.get("/go", query_string={"q": "ban ghe"}).text
    assert "“ban ghe” in Pipeline" in page
    assert 'class="num">1</span>' in page


def test_what_is_nowhere_is_said(browser: FlaskClient) -> None:
    assert "No menu is called that" in browser.get("/go?q=zzzz").text


def test_empty_box_shows_all_menus(browser: FlaskClient) -> None:
    page = browser.get("/go").text
    assert "Pipeline" in page
    assert "Contacts" in page


def test_menus_that_a_role_does_not_open_are_not_offered(browser: FlaskClient) -> None:
    page = browser.get("/go?q=users").text
    assert "/records/res.users" not in page
