"""The board in a browser: cards are dragged, moved by keys and made in place; without scripts by links and forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import Identity
from core.addons.system import System
from core.testing.browser import Visit
from tests.web.conftest import equals

pytestmark = pytest.mark.engine("sqlite")
PASSWORD = "mười ghế gỗ sồi"
BOARD = "/records/crm.lead?menu=crm.pipeline&view=board"


@pytest.fixture
def lan(system: System, make_user: Callable[..., Identity]) -> Identity:
    lan = make_user("lan", "crm.salesperson", name="Lan Phạm", language="en", password=PASSWORD)
    with system.unit(write=True) as unit:
        unit.env(lan)["crm.lead"].create_many([{"name": "Sofa"}, {"name": "Tables"}])
    return lan


def _stage(system: System, name: str) -> str:
    with system.unit() as unit:
        found = unit.system_env()["crm.lead"].values(["stage.name"], equals("crm.lead", "name", name))
        return str(found[0]["stage.name"])


def _open(visit: Visit, address: str = BOARD) -> None:
    visit.log_in("lan", PASSWORD)
    visit.page.goto(visit.address + address)


def _in(visit: Visit, column: str, card: str) -> None:
    visit.page.locator(f'section[aria-label="{column}"] .card', has_text=card).wait_for()
    visit.page.locator(".card.sent").wait_for(state="detached")


def test_a_card_is_dragged_to_another_column(system: System, lan: Identity, visit: Visit) -> None:
    _open(visit)
    visit.page.locator(".card", has_text="Sofa").drag_to(visit.page.locator('section[aria-label="Proposal"]'))
    _in(visit, "Proposal", "Sofa")
    visit.page.locator("#said", has_text="Sofa is now in Proposal.").wait_for(state="attached")
    assert _stage(system, "Sofa") == "Proposal"
    assert visit.page.evaluate("document.activeElement.textContent") == "Sofa"
    assert visit.problems == []


def test_the_same_by_keys_alone(system: System, lan: Identity, visit: Visit) -> None:
    _open(visit)
    page = visit.page
    page.locator(".card .open").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Sofa"
    page.keyboard.press("Control+ArrowRight")
    _in(visit, "Engaging", "Sofa")
    page.locator(".open:focus", has_text="Sofa").wait_for()
    page.keyboard.press("m")
    page.locator("#picker").get_by_role("button", name="Negotiation").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    _in(visit, "Negotiation", "Sofa")
    page.locator("#said", has_text="Sofa is now in Negotiation.").wait_for(state="attached")
    assert _stage(system, "Sofa") == "Negotiation"
    assert visit.problems == []


def test_what_is_refused_puts_the_card_back_and_says_why(system: System, lan: Identity, visit: Visit) -> None:
    _open(visit)
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].search(equals("crm.lead", "name", "Sofa"))[0].write(reference="A1")
    visit.page.locator(".card", has_text="Sofa").drag_to(visit.page.locator('section[aria-label="Proposal"]'))
    visit.page.get_by_text("Somebody changed this card while you had the board open").first.wait_for()
    _in(visit, "Prospecting", "Sofa")
    assert _stage(system, "Sofa") == "Prospecting"


def test_cards_are_made_one_after_the_other(system: System, lan: Identity, visit: Visit) -> None:
    _open(visit)
    page = visit.page
    page.locator('section[aria-label="Engaging"] [data-add]').click()
    for name in ("Wardrobes", "Shelves"):
        page.locator("#quick [name=name]:focus").wait_for()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        _in(visit, "Engaging", name)
    page.locator("#quick [name=name]:focus").wait_for()
    page.keyboard.press("Escape")
    page.locator("#quick").wait_for(state="detached")
    assert (_stage(system, "Wardrobes"), _stage(system, "Shelves")) == ("Engaging", "Engaging")
    assert visit.problems == []


@pytest.mark.visit(scripts=False)
def test_without_scripts_links_and_forms_do_it(system: System, lan: Identity, visit: Visit) -> None:
    _open(visit)
    page = visit.page
    page.locator(".card", has_text="Sofa").hover()
    page.get_by_role("link", name="Move Sofa").click()
    page.get_by_role("button", name="Proposal").click()
    _in(visit, "Proposal", "Sofa")
    page.get_by_role("button", name="Proposal").click()
    page.locator('section.fold[aria-label="Proposal"]').wait_for()
    assert _stage(system, "Sofa") == "Proposal"


@pytest.mark.visit(width=390)
def test_narrow_boards_pivots_and_charts_do_not_scroll_the_page_sideways(lan: Identity, visit: Visit) -> None:
    visit.log_in("lan", PASSWORD)
    for view in ("board", "forecast", "pivot", "chart"):
        visit.page.goto(f"{visit.address}/records/crm.lead?menu=crm.pipeline&view={view}&facet=open")
        wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{view} is {wide} pixels wider than the screen"
    assert visit.problems == []
