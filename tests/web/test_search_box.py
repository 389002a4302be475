"""The search box: dates told from now, what is looked for in one field, filters that people put together, groups."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core import Identity
from core.addons.system import System
from core.orm.filter import Condition
from core.testing.browser import Visit
from core.testing.statements import Statements
from core.testing.web import SignIn
from tests.web.test_list import address, names

PASSWORD = "mười ghế gỗ sồi"
LIST = "/records/crm.lead"


@pytest.fixture
def anna(make_user: Callable[..., Identity]) -> Identity:
    return make_user("anna", "crm.administrator", name="Anna", password=PASSWORD)


@pytest.fixture
def deals(system: System, anna: Identity) -> dict[str, Any]:
    """Four deals of two customers, two currencies and two months."""
    today = day_there()
    with system.unit(write=True) as unit:
        env, sudo = unit.env(anna), unit.system_env()
        money = {
            code: sudo["res.currency"].search(Condition("res.currency", ("name",), "=", code))[0]
            for code in ("VND", "USD")
        }
        hotel, spa = (sudo["res.partner"].create(name=name) for name in ("Khách sạn Hoa Đào", "Spa Sen"))
        rows = [
            ("Chairs", hotel, "VND", 1000, today),
            ("Desk", hotel, "USD", 20, today),
            ("Oak table", spa, "VND", 500, today + timedelta(days=400)),
            ("Lamp", None, "VND", 7, None),
        ]
        for name, partner, code, amount, day in rows:
            env["crm.lead"].create(
                name=name, partner=partner, currency=money[code], expected_revenue=amount, closes_on=day
            )
        return {"hotel": hotel.id, "spa": spa.id}


def day_there() -> date:
    """Today where the people of these tests are, which may be tomorrow where they run."""
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def groups(page: str) -> list[tuple[str, str]]:
    """(label, count) of each group, in order."""
    found = re.findall(r'data-keep="[^"]*"[^>]*>(.*?)<span class="count">(.*?)</span>', page, re.DOTALL)
    return [(unescape(re.sub(r"<[^>]*>", "", label)).strip(), count) for label, count in found]


def test_dates_told_from_now_limit_the_list(client: SignIn, anna: Identity, deals: dict[str, Any]) -> None:
    browser = client(anna)
    page = browser.get(f"{LIST}?when=closes_on:this year&order=name").text
    assert names(page) == ["Chairs", "Desk"]
    assert "Take off the filter Expected closing: this year" in unescape(page)
    assert names(browser.get(f"{LIST}?when=closes_on:next 7 days&order=name").text) == ["Chairs", "Desk"]
    days = f"{day_there() + timedelta(days=399)}..{day_there() + timedelta(days=401)}"
    assert names(browser.get(f"{LIST}?when=closes_on:{days}").text) == ["Oak table"]


def test_spans_of_one_date_are_alternatives(client: SignIn, anna: Identity, deals: dict[str, Any]) -> None:
    later = f"{day_there() + timedelta(days=300)}.."
    page = client(anna).get(f"{LIST}?when=closes_on:today&when=closes_on:{later}&order=name").text
    assert names(page) == ["Chairs", "Desk", "Oak table"]


@pytest.mark.parametrize("span", ["this fortnight", "2026-02-31..", ".."])
def test_span_that_is_none_is_refused(client: SignIn, anna: Identity, span: str) -> None:
    assert client(anna).get(LIST, query_string={"when": f"closes_on:{span}"}).status_code == 422
    assert client(anna).get(LIST, query_string={"when": "name:today"}).status_code == 422


def test_text_is_looked_for_in_one_field(client: SignIn, anna: Identity, deals: dict[str, Any]) -> None:
    page = client(anna).get(f"{LIST}?has=partner.name:hoa dao&order=name").text
    assert names(page) == ["Chairs", "Desk"]
    assert "Customer: hoa dao" in page
    assert client(anna).get(f"{LIST}?has=nonsense:x").status_code == 422


@pytest.mark.parametrize(
    ("by", "how", "to", "found"),
    [
        ("expected_revenue", ">=", "500", ["Chairs", "Oak table"]),
        ("partner", "=", "spa sen", ["Oak table"]),
        ("partner", "unset", "", ["Lamp"]),
        ("name", "not ilike", "a", ["Desk"]),
        ("closes_on", ">=", "today", ["Chairs", "Desk", "Oak table"]),
        ("kind", "=", "Opportunity", ["Chairs", "Desk", "Lamp", "Oak table"]),
    ],
)
def test_filter_that_is_put_together_joins_the_address(
    client: SignIn, anna: Identity, deals: dict[str, Any], by: str, how: str, to: str, found: list[str]
) -> None:
    answer = client(anna).get(
        f"{LIST}/narrow", query_string={"by": by, "how": how, "to": to, "order": "name"}, follow_redirects=True
    )
    assert names(answer.text) == found


def test_further_condition_keeps_the_first(client: SignIn, anna: Identity, deals: dict[str, Any]) -> None:
    first = json.dumps([["expected_revenue", ">=", 500]])
    query = {"filter": first, "by": "name", "how": "ilike", "to": "oak"}
    answer = client(anna).get(f"{LIST}/narrow", query_string=query, follow_redirects=True)
    assert names(answer.text) == ["Oak table"]


@pytest.mark.parametrize(
    ("by", "how", "to"), [("expected_revenue", ">=", "many"), ("kind", "=", "boat"), ("x", "=", "")]
)
def test_what_cannot_be_read_is_told_and_the_list_stays(
    client: SignIn, anna: Identity, deals: dict[str, Any], by: str, how: str, to: str
) -> None:
    answer = client(anna).get(f"{LIST}/narrow", query_string={"by": by, "how": how, "to": to}, follow_redirects=True)
    assert answer.status_code == 200
    assert 'class="message warn"' in answer.text
    assert len(names(answer.text)) == 4


def test_groups_have_their_count_and_exact_totals_by_currency(
    client: SignIn, anna: Identity, deals: dict[str, Any]
) -> None:
    page = client(anna).get(f"{LIST}?group=partner").text
    assert groups(page) == [("Khách sạn Hoa Đào", "2"), ("Spa Sen", "1"), ("Customer: none", "1")]
    assert re.search(r"1,000\s₫ · \$20\.00|\$20\.00 · 1,000\s₫", unescape(page))
    assert names(page) == groups_links(page)


def groups_links(page: str) -> list[str]:
    """What `names` finds of a page of folded groups: nothing but whitespace-led links of groups."""
    return [name for name in names(page) if name not in ("Chairs", "Desk", "Oak table", "Lamp")]


def test_group_is_unfolded_and_folded_by_its_address(client: SignIn, anna: Identity, deals: dict[str, Any]) -> None:
    browser = client(anna)
    page = browser.get(f"{LIST}?group=partner&order=name").text
    page = browser.get(address(page, f'data-keep="[{deals["hotel"]}]"')).text
    assert "Chairs" in page
    assert "Oak table" not in page
    page = browser.get(address(page, f'data-keep="[{deals["hotel"]}]"')).text
    assert "Chairs" not in page


def test_groups_inside_groups(client: SignIn, anna: Identity, deals: dict[str, Any]) -> None:
    browser = client(anna)
    hotel = deals["hotel"]
    first = day_there().replace(day=1)
    month = f'[{hotel},"{first}"]'
    query = {"group": "partner,closes_on:month", "open": [f"[{hotel}]", month]}
    page = browser.get(LIST, query_string=query).text
    assert (f"{first:%B %Y}", "2") in groups(page)
    assert "Chairs" in page
    assert "Desk" in page


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year"])
def test_every_group_of_a_period_holds_what_it_counts(
    client: SignIn, anna: Identity, deals: dict[str, Any], period: str
) -> None:
    browser = client(anna)
    page = browser.get(f"{LIST}?group=closes_on:{period}").text
    assert [count for _label, count in groups(page)] == ["2", "1", "1"]
    for key in re.findall(r'data-keep="([^"]*)"', page)[:2]:
        inside = browser.get(LIST, query_string={"group": f"closes_on:{period}", "open": unescape(key)}).text
        assert ("Chairs" in inside) != ("Oak table" in inside)


def test_what_cannot_be_grouped_by_is_told(client: SignIn, anna: Identity, deals: dict[str, Any]) -> None:
    page = client(anna).get(f"{LIST}?group=nonsense").text
    assert "This list cannot be grouped by “nonsense”." in page
    assert len(names(page)) == 4


def test_groups_show_only_what_the_reader_may_see(
    client: SignIn, make_user: Callable[..., Identity], deals: dict[str, Any]
) -> None:
    page = client(make_user("minh", "crm.salesperson")).get(f"{LIST}?group=partner").text
    assert groups(page) == []


def test_statements_do_not_grow_with_the_groups(
    client: SignIn,
    anna: Identity,
    deals: dict[str, Any],
    system: System,
    count_statements: Callable[[], AbstractContextManager[Statements]],
) -> None:
    browser = client(anna)
    browser.get(f"{LIST}?group=partner")
    with count_statements() as few:
        browser.get(f"{LIST}?group=partner")
    with system.unit(write=True) as unit:
        env = unit.env(anna)
        for number in range(30):
            partner = unit.system_env()["res.partner"].create(name=f"Customer {number}")
            env["crm.lead"].create(name=f"Deal {number}", partner=partner, expected_revenue=number)
    with count_statements() as many:
        page = browser.get(f"{LIST}?group=partner").text
    assert len(groups(page)) == 33
    assert many.total == few.total


@pytest.mark.engine("sqlite")
def test_typed_text_becomes_a_facet_of_a_field(anna: Identity, deals: dict[str, Any], visit: Visit) -> None:
    visit.log_in("anna", PASSWORD)
    page = visit.page
    page.goto(visit.address + LIST)
    page.keyboard.press("/")
    page.keyboard.type("hoa dao")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**has=partner.name*")
    assert sorted(page.locator("a.row").all_inner_texts()) == ["Chairs", "Desk"]
    assert visit.problems == []


@pytest.mark.engine("sqlite")
def test_group_is_unfolded_in_place_by_keyboard(anna: Identity, deals: dict[str, Any], visit: Visit) -> None:
    visit.log_in("anna", PASSWORD)
    page = visit.page
    page.goto(f"{visit.address}{LIST}?group=partner")
    first = page.locator("tr.group a.row").first
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Chairs")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert "open=" in page.url
    assert visit.problems == []


@pytest.mark.engine("sqlite")
@pytest.mark.visit(scripts=False, width=390)
def test_panel_works_without_scripts_on_a_phone(anna: Identity, deals: dict[str, Any], visit: Visit) -> None:
    visit.log_in("anna", PASSWORD)
    page = visit.page
    page.goto(visit.address + LIST)
    page.click("details.facets > summary")
    page.select_option("select[name=by]", "name")
    page.select_option("select[name=how]", "ilike")
    page.fill("input[name=to]", "lamp")
    page.click(".custom button")
    assert page.locator("a.row").all_inner_texts() == ["Lamp"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert visit.problems == []
