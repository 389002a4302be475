"""What a person meets in a real browser: from the log-in to a changed deal, with a keyboard, with scripts or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import Identity
from core.addons.system import System
from core.testing.browser import Visit

pytestmark = pytest.mark.engine("sqlite")
PASSWORD = "mười ghế gỗ sồi"


@pytest.fixture
def lan(system: System, make_user: Callable[..., Identity]) -> Identity:
    """A salesperson with one deal."""
    lan = make_user("lan", "crm.salesperson", password=PASSWORD)
    with system.unit(write=True) as unit:
        unit.env(lan)["crm.lead"].create(name="Fifty chairs for Huế")
    return lan


def _names(system: System) -> set[str]:
    with system.unit() as unit:
        return {lead.name for lead in unit.system_env()["crm.lead"].search()}


def _rename_the_deal(visit: Visit) -> None:
    visit.log_in("lan", PASSWORD)
    visit.page.goto(f"{visit.address}/records/crm.lead")
    visit.page.get_by_role("link", name="Fifty chairs for Huế").first.click()
    name = visit.page.locator("[name=name]").first
    name.fill("Sixty chairs for Huế")
    name.press("Enter")
    visit.page.wait_for_load_state()


def test_deal_is_found_opened_and_renamed(system: System, lan: Identity, visit: Visit) -> None:
    _rename_the_deal(visit)
    assert _names(system) == {"Sixty chairs for Huế"}
    assert visit.problems == []


@pytest.mark.visit(scripts=False)
def test_the_same_works_without_scripts(system: System, lan: Identity, visit: Visit) -> None:
    _rename_the_deal(visit)
    assert _names(system) == {"Sixty chairs for Huế"}
    assert visit.problems == []


@pytest.mark.visit(width=390)
def test_narrow_page_does_not_scroll_sideways(lan: Identity, visit: Visit) -> None:
    visit.log_in("lan", PASSWORD)
    for path in ("/", "/records/crm.lead", "/records/crm.lead/new"):
        visit.page.goto(visit.address + path)
        wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} pixels wider than the screen"
    assert visit.problems == []
