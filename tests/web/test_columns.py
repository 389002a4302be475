"""The columns of a list that people choose: kept for them, in the address, and forgotten again."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest

from core import Identity
from core.addons.system import System
from core.testing.browser import Visit
from core.testing.web import SignIn
from tests.web.test_list import names

PASSWORD = "mười ghế gỗ sồi"
LIST = "/records/crm.lead?menu=crm.pipeline"
CHOOSE = "/records/crm.lead/columns?menu=crm.pipeline&facet=open"


def heads(page: str) -> list[str]:
    """The labels of the columns."""
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    return [unescape(re.sub(r"<[^>]*>", "", label)).strip() for label in re.findall(r"<th .*?</th>", head, re.DOTALL)]


@pytest.fixture
def anna(system: System, make_user: Callable[..., Identity]) -> Identity:
    anna = make_user("anna", "crm.administrator", password=PASSWORD)
    with system.unit(write=True) as unit:
        partner = unit.system_env()["res.partner"].create(name="Gỗ Việt", city="Huế")
        unit.env(anna)["crm.lead"].create(name="Chairs", partner=partner, expected_revenue=1000)
    return anna


def test_columns_are_chosen_and_kept_for_their_reader(
    client: SignIn, anna: Identity, make_user: Callable[..., Identity], system: System
) -> None:
    browser = client(anna)
    first = heads(browser.get(LIST).text)
    answer = browser.post(CHOOSE, data={"col": ["name", "partner"], "add": "partner.city"})
    assert answer.location == "/records/crm.lead?menu=crm.pipeline&facet=open&cols=name%2Cpartner%2Cpartner.city"
    page = browser.get(LIST).text
    assert heads(page) == ["Opportunity", "Customer", "City"]
    assert "Huế" in page
    assert "Weighted" in page
    assert heads(browser.get("/records/crm.lead?menu=crm.leads").text) != heads(page)
    other = make_user("other", "crm.administrator")
    with system.unit(write=True) as unit:
        unit.env(other)["crm.lead"].create(name="Desk")
    assert heads(client(other).get(LIST).text) == first
    browser.post(CHOOSE, data={"reset": "1"})
    assert heads(browser.get(LIST).text) == first


def test_columns_of_the_address_go_before_those_that_are_kept(client: SignIn, anna: Identity) -> None:
    browser = client(anna)
    browser.post(CHOOSE, data={"col": ["name", "partner"]})
    page = browser.get(f"{LIST}&cols=name,expected_revenue&order=-expected_revenue").text
    assert heads(page) == ["Opportunity", "Expected"]
    assert names(page) == ["Chairs"]


def test_total_of_an_amount_that_is_added_stands_in_the_foot(client: SignIn, anna: Identity) -> None:
    page = client(anna).get(f"{LIST}&cols=name,weighted_revenue").text
    assert heads(page) == ["Opportunity", "Weighted"]
    assert 'class="num total"' in page


def test_what_cannot_be_shown_is_left_out(client: SignIn, anna: Identity) -> None:
    first = heads(client(anna).get(LIST).text)
    assert heads(client(anna).get(f"{LIST}&cols=nonsense,partner.user_ids.login,company.currency.name").text) == first
    browser = client(anna)
    answer = browser.post(CHOOSE, data={"col": "nonsense"}, follow_redirects=True)
    assert "A list has one column at least" in answer.text


def test_secret_field_is_neither_offered_nor_shown(client: SignIn, anna: Identity) -> None:
    page = client(anna).get(f"{LIST}&cols=name,salesperson.password").text
    assert heads(page) == ["Opportunity"]
    assert 'value="salesperson.password"' not in page


def test_spreadsheet_has_the_columns_that_were_chosen(client: SignIn, anna: Identity) -> None:
    answer = client(anna).get("/records/crm.lead/spreadsheet?menu=crm.pipeline&cols=name,partner.city")
    with ZipFile(BytesIO(answer.data)) as parts:
        assert any("Huế".encode() in parts.read(name) for name in parts.namelist())


@pytest.mark.engine("sqlite")
@pytest.mark.visit(scripts=False)
def test_columns_are_chosen_without_scripts(anna: Identity, visit: Visit) -> None:
    visit.log_in("anna", PASSWORD)
    page = visit.page
    page.goto(visit.address + LIST)
    page.click("details.columns > summary")
    page.uncheck(".columns input[value=stage]")
    page.select_option(".columns select", "partner.city")
    page.click(".columns button.go1")
    assert "City" in page.locator("thead").inner_text()
    assert "Stage" not in page.locator("thead").inner_text()
    assert visit.problems == []
