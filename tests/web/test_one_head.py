"""All kinds of view have one head: what narrows the records goes from view to view, what is the list's own waits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from core import Identity
from core.testing.browser import Visit
from core.testing.web import SignIn

LIST = "/records/crm.lead"
PASSWORD = "mười ghế gỗ sồi"
KINDS = ("list", "board", "pivot", "chart")
GROUPED = f"{LIST}?menu=crm.pipeline&facet=open&q=a&cols=name,stage&group=stage&open=%5B1%5D"


@pytest.fixture
def tom(make_user: Callable[..., Identity], deals: dict[str, int]) -> Identity:
    return make_user("tom", "crm.administrator", name="Tom Reed", language="en", password=PASSWORD)


def asked(address: str) -> dict[str, list[str]]:
    """Names and values of an address."""
    return parse_qs(urlsplit(unescape(address)).query)


def switch(page: str, caption: str) -> str:
    """Where the switch of views leads."""
    views = re.search(r'<nav class="switch views".*?</nav>', page, re.S)
    assert views, "no switch of views"
    found = re.search(rf'<a href="([^"]+)" title="{caption}"', views[0])
    assert found, f"no view {caption}"
    return unescape(found[1])


def chips(page: str) -> list[str]:
    return re.findall(r'aria-label="Take off the filter ([^"]+)"', page)


def test_grouped_list_waits_while_another_view_is_shown(client: SignIn, tom: Identity) -> None:
    browser = client(tom)
    page = browser.get(GROUPED).text
    for caption in ("Board", "Pivot", "Chart"):
        there = switch(page, caption)
        other = browser.get(there)
        assert other.status_code == 200
        assert asked(switch(other.text, "List")) == asked(GROUPED)


def test_groups_and_columns_are_offered_by_the_list_alone(client: SignIn, tom: Identity) -> None:
    browser = client(tom)
    pages = {kind: browser.get(f"{GROUPED}&view={kind}").text for kind in KINDS}
    assert {kind: chips(page) for kind, page in pages.items()} == {
        "list": ["Open", "Stage"], "board": ["Open"], "pivot": ["Open"], "chart": ["Open"],
    }  # fmt: skip
    assert [kind for kind in KINDS if "Group by</h2>" in pages[kind]] == ["list"]
    assert [kind for kind in KINDS if f'action="{LIST}/columns' in pages[kind]] == ["list"]


def test_figures_of_a_pivot_lead_to_records_that_are_not_grouped(client: SignIn, tom: Identity) -> None:
    browser = client(tom)
    page = browser.get(f"{LIST}?menu=crm.pipeline&group=stage&view=pivot").text
    cell = re.search(r'<td class="num">\s*<a href="([^"]+)"', page)
    assert cell
    records = browser.get(unescape(cell[1])).text
    assert "<table" in records
    assert '<tr class="group' not in records


@pytest.mark.parametrize("kind", KINDS)
def test_filter_that_is_put_together_stays_in_the_view(client: SignIn, tom: Identity, kind: str) -> None:
    answer = client(tom).get(
        f"{LIST}/narrow",
        query_string={
            "menu": "crm.pipeline",
            "view": kind,
            "view.own": "kept",
            "by": "name",
            "how": "ilike",
            "to": "a",
        },
    )
    to = asked(answer.location)
    assert to.get("view", ["list"]) == [kind]
    assert to["view.own"] == ["kept"]
    assert json.loads(to["filter"][0])


def test_favourite_keeps_its_view_and_what_the_view_keeps(client: SignIn, tom: Identity) -> None:
    browser = client(tom)
    now = "menu=crm.pipeline&facet=open&view=pivot&view.rows=team"
    browser.post(f"{LIST}/favourites?{now}", data={"name": "By team", "default": "1"})
    opened = browser.get("/menu/crm.pipeline").location
    assert asked(opened) == asked(f"?{now}")
    page = browser.get(opened).text
    assert re.search(r'<a class="item" href="[^"]*" aria-current="true">By team', page)
    assert 'class="pivot"' in page


def test_dates_narrow_boards_as_they_narrow_lists(client: SignIn, tom: Identity) -> None:
    page = client(tom).get(f"{LIST}?menu=crm.pipeline&view=board&when=closes_on:1990-01-01..1990-01-02").text
    assert "Expected closing" in " ".join(chips(page))
    assert not re.findall(r'class="open"', page)


@pytest.mark.engine("sqlite")
def test_list_is_a_table_and_cards_of_a_board_stand_close(tom: Identity, visit: Visit) -> None:
    visit.log_in("tom", PASSWORD)
    page = visit.page
    page.goto(f"{visit.address}{LIST}?menu=crm.pipeline&group=stage")
    heads = page.locator("table.cards thead th")
    cells = page.locator("table.cards tfoot td")
    for place in (0, 1):
        head, cell = heads.nth(place).bounding_box(), cells.nth(place).bounding_box()
        assert head
        assert cell
        assert head["x"] == cell["x"], "style sheets of other pages leave lists alone"
    page.goto(f"{visit.address}{LIST}?menu=crm.pipeline&view=board")
    first, second = (page.locator(".cards-of .card").nth(place).bounding_box() for place in (0, 1))
    assert first
    assert second
    assert second["y"] - first["y"] - first["height"] == 8
    assert visit.problems == []
