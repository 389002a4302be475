"""Boards of states and of cards in an order, and a kind of view that an addon makes itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from core.addons.lifecycle import enable
from core.addons.system import System
from core.testing.databases import Databases
from core.testing.forms import read_form
from core.testing.systems import UserMaker, prepare_system, settings_for
from core.testing.web import SignIn
from tests.ordering import FIXTURES, ORDER, Office, office

__all__ = ["office"]

ORDERS = f"/records/{ORDER}?view=board"
MOVE = f"/records/{ORDER}/board/move?view=board"
PLANTS = "/records/garden.plant"


def cards(page: str, lane: str) -> list[str]:
    found = re.search(rf'<section class="col[^"]*"[^>]*data-lane="{lane}".*?</section>', page, re.S)
    assert found, f"no column {lane}"
    return re.findall(r'class="open"[^>]*>([^<]*)<', found[0])


# -- states ---------------------------------------------------------------------------------------------


def test_a_model_with_states_has_a_board_whose_cards_take_its_moves(office: Office) -> None:
    order, browser = office.order("SO1"), office.client(office.lan)
    assert cards(browser.get(ORDERS).text, "draft") == ["SO1"]
    assert browser.post(MOVE, data={"id": order, "to": "confirmed"}).status_code == 303
    assert cards(browser.get(ORDERS).text, "confirmed") == ["SO1"]
    with office.at() as env:
        assert env[ORDER].get(order).confirmations == 1, "the verb of the move was called"


def test_where_no_move_leads_is_said(office: Office) -> None:
    order, browser = office.order("SO1"), office.client(office.lan)
    answer = browser.post(MOVE, data={"id": order, "to": "done"})
    assert answer.status_code == 409
    assert "Nothing leads from “Draft” to “Done”. From here it goes to: “Confirmed”, “Cancelled”." in answer.text
    assert browser.post(MOVE, data={"id": order, "to": "cancelled"}).status_code == 403
    assert office.state(order) == "draft"


def test_a_move_that_asks_first_asks_on_the_board_too(office: Office) -> None:
    order, browser = office.order("SO1"), office.client(office.hoa)
    asked = browser.post(MOVE, data={"id": order, "to": "cancelled"})
    assert "Cancel the order?" in asked.text
    assert office.state(order) == "draft"
    assert read_form(asked.text, "confirm").submit(browser).status_code == 303
    assert office.state(order) == "cancelled"


def test_a_move_that_needs_approval_is_asked_for(office: Office) -> None:
    order, browser = office.order("SO1", discount=20), office.client(office.lan)
    answer = browser.post(MOVE, data={"id": order, "to": "confirmed"}, follow_redirects=True)
    assert "Asked for approval: Confirm." in answer.text
    assert office.state(order) == "draft"


# -- an addon of its own -----------------------------------------------------------------------------------


@pytest.fixture
def garden(
    engine: str, databases_of: Callable[[str], Databases], kept_registries: list[object], tmp_path: Path
) -> Iterator[FlaskClient]:
    """The browser of somebody with four plants."""
    databases = databases_of(engine)

    def prepare(address: str) -> None:
        prepare_system(address, ("base",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("garden",))

    address = databases.copy(("garden",), prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    kept_registries.append(opened.registry)
    lan = UserMaker(opened).make("lan", "base.user", language="en")
    with opened.unit(write=True) as unit:
        for name, bed in (("Rose", "sun"), ("Lily", "sun"), ("Iris", "sun"), ("Fern", "shade")):
            unit.env(lan)["garden.plant"].create(name=name, bed=bed)
    yield SignIn(opened)(lan)
    opened.close()
    databases.drop(address)


def _drop(browser: FlaskClient, card: str, lane: str, before: str = "") -> list[str]:
    """Put a card before another one of a column; the column then."""
    page = browser.get(f"{PLANTS}?view=board").text
    ids = {
        name: identity for identity, name in re.findall(r'data-card="(\d+)".*?class="open"[^>]*>([^<]*)<', page, re.S)
    }
    data = {"id": ids[card], "to": lane, "before": ids.get(before, "")}
    assert browser.post(f"{PLANTS}/board/move?view=board", data=data).status_code == 303
    return cards(browser.get(f"{PLANTS}?view=board").text, lane)


def test_cards_keep_the_order_in_which_they_are_put(garden: FlaskClient) -> None:
    assert cards(garden.get(f"{PLANTS}?view=board").text, "sun") == ["Rose", "Lily", "Iris"]
    assert _drop(garden, "Iris", "sun", before="Rose") == ["Iris", "Rose", "Lily"]
    assert _drop(garden, "Iris", "sun", before="Lily") == ["Rose", "Iris", "Lily"]
    assert _drop(garden, "Rose", "sun") == ["Iris", "Lily", "Rose"]
    assert _drop(garden, "Fern", "sun", before="Lily") == ["Iris", "Fern", "Lily", "Rose"]


def test_a_kind_of_an_addon_has_its_screen_below_the_same_head(garden: FlaskClient) -> None:
    page = garden.get(f"{PLANTS}?view=bouquet&q=r").text
    assert '<p id="bouquet">Rose &amp; Iris &amp; Fern</p>' in page
    assert 'aria-label="Bouquet" aria-current="page"' in page
    assert 'value="r"' in page
