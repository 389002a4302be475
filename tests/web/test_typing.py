"""Relations found by typing, and a form worked with the keyboard alone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core import Identity
from core.addons.system import System
from core.testing.browser import Visit

pytestmark = pytest.mark.engine("sqlite")
PASSWORD = "mười ghế gỗ sồi"


@pytest.fixture
def deal(system: System, make_user: Callable[..., Identity]) -> int:
    """A deal of Lan's, with customers and tags to choose from."""
    lan = make_user("lan", "crm.administrator", password=PASSWORD)
    with system.unit(write=True) as unit:
        sudo = unit.system_env()
        for name in ("Khách sạn Hoa Đào", "Hoa Đào Spa", "Nhà nghỉ Sao Mai"):
            sudo["res.partner"].create(name=name, city="Huế")
        for number in range(14):
            sudo["crm.tag"].create(name=f"Nhãn {number}")
        made: int = unit.env(lan)["crm.lead"].create(name="Fifty chairs for Huế").id
        return made


def _open(visit: Visit, deal: int) -> None:
    visit.log_in("lan", PASSWORD)
    visit.page.goto(f"{visit.address}/records/crm.lead/{deal}")


def test_customer_is_found_by_typing_and_kept(system: System, deal: int, visit: Visit) -> None:
    _open(visit, deal)
    customer = visit.page.get_by_role("combobox", name="Customer")
    customer.click()
    customer.press_sequentially("hoa dao")
    offers = visit.page.locator(".offers [role=option]")
    expect(offers).to_have_count(2)
    expect(customer).to_have_attribute("aria-expanded", "true")
    customer.press("ArrowDown")
    customer.press("Enter")
    expect(customer).to_have_value("Khách sạn Hoa Đào")
    visit.page.keyboard.press("Control+s")
    visit.page.wait_for_load_state()
    expect(visit.page.get_by_role("combobox", name="Customer")).to_have_value("Khách sạn Hoa Đào")
    with system.unit() as unit:
        assert unit.system_env()["crm.lead"].get(deal).partner.name == "Khách sạn Hoa Đào"
    assert visit.problems == []


def test_escape_closes_the_offers_and_keeps_the_text(deal: int, visit: Visit) -> None:
    _open(visit, deal)
    customer = visit.page.get_by_role("combobox", name="Customer")
    customer.press_sequentially("sao")
    expect(visit.page.locator(".offers [role=option]")).to_have_count(1)
    customer.press("Escape")
    expect(visit.page.locator(".offers [role=option]")).to_have_count(0)
    expect(customer).to_have_value("sao")


def test_tag_is_added_as_a_chip(system: System, deal: int, visit: Visit) -> None:
    _open(visit, deal)
    adds = visit.page.get_by_placeholder("add …")
    adds.press_sequentially("nhan 7")
    expect(visit.page.locator(".offers [role=option]")).to_have_count(1)
    adds.press("Enter")
    expect(visit.page.get_by_role("checkbox", name="Nhãn 7")).to_be_checked()
    visit.page.get_by_role("button", name="Save").first.click()
    visit.page.wait_for_load_state()
    with system.unit() as unit:
        assert [tag.name for tag in unit.system_env()["crm.lead"].get(deal).tags] == ["Nhãn 7"]
    assert visit.problems == []


@pytest.mark.visit(scripts=False)
def test_tabs_open_without_scripts(deal: int, visit: Visit) -> None:
    _open(visit, deal)
    notes = visit.page.locator("[name=description]")
    expect(notes).to_be_visible()
    visit.page.get_by_text("Outcome", exact=True).first.click()
    expect(notes).to_be_hidden()
    expect(visit.page.locator("[name=lost_reason]")).to_be_visible()
    assert visit.problems == []
