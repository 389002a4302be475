"""The board: columns with their figures, cards that are moved, made and folded, for each reader what they may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.statements import Statements
from core.testing.web import SignIn

BOARD = "/records/crm.lead?menu=crm.pipeline&view=board"
Made = dict[str, int]


@pytest.fixture
def stages(system: System) -> dict[str, int]:
    """Name of a stage → its id."""
    with system.unit() as unit:
        return {row["name"]: row["id"] for row in unit.system_env()["crm.stage"].values(["id", "name"])}


@pytest.fixture
def tom(make_user: Callable[..., Identity]) -> Identity:
    return make_user("tom", "crm.administrator", name="Tom Reed", language="en")


def column(page: str, key: object) -> str:
    """The HTML of a column."""
    found = re.search(rf'<section class="col[^"]*"[^>]*data-lane="{key}".*?</section>', page, re.S)
    assert found, f"no column {key}"
    return found[0]


def cards(page: str, key: object) -> list[str]:
    """Titles of the cards of a column, in order."""
    return re.findall(r'class="open"[^>]*>([^<]*)<', column(page, key))


def move(client: Any, deal: int, to: object, version: object = "") -> Any:
    return client.post(
        "/records/crm.lead/board/move?menu=crm.pipeline&view=board",
        data={"id": str(deal), "to": str(to), "version": str(version)},
    )


def test_every_stage_is_a_column_with_what_its_cards_come_to(
    client: SignIn, tom: Identity, deals: Made, stages: dict[str, int]
) -> None:
    page = client(tom).get(BOARD).text
    assert re.findall(r'data-lane="(\d+)"', page) == [str(identity) for identity in stages.values()]
    first = column(page, stages["Prospecting"])
    assert re.search(r"data-count>2<", first)
    assert "71,201,000\u00a0₫" in first
    assert cards(page, stages["Prospecting"]) == ["Quầy lễ tân", "Ghế ăn"]
    assert "Khách sạn Hoa Đào" in first


def test_a_reader_sees_and_counts_their_own_cards(
    client: SignIn, make_user: Callable[..., Identity], deals: Made, stages: dict[str, int]
) -> None:
    page = client(make_user("minh", "crm.salesperson")).get(BOARD).text
    assert cards(page, stages["Prospecting"]) == []
    assert re.search(r"data-count>0<", column(page, stages["Prospecting"]))


def test_a_moved_card_is_in_its_new_column_with_what_that_means(
    client: SignIn, tom: Identity, deals: Made, stages: dict[str, int], stored: Callable[..., dict[str, Any]]
) -> None:
    browser = client(tom)
    answer = move(browser, deals["chairs"], stages["Proposal"])
    assert (answer.status_code, answer.location) == (303, BOARD)
    page = browser.get(answer.location).text
    assert cards(page, stages["Proposal"]) == ["Ghế ăn"]
    assert stored(deals["chairs"], "stage.name", "probability")["probability"] == 60


def test_a_card_that_means_won_is_won(
    client: SignIn, tom: Identity, deals: Made, stages: dict[str, int], stored: Callable[..., dict[str, Any]]
) -> None:
    move(client(tom), deals["chairs"], stages["Won"])
    found = stored(deals["chairs"], "outcome", "closed_on")
    assert found["outcome"] == "won"
    assert found["closed_on"] is not None


def test_what_the_model_refuses_stays_and_says_why(
    client: SignIn, tom: Identity, deals: Made, stages: dict[str, int], stored: Callable[..., dict[str, Any]]
) -> None:
    browser = client(tom)
    browser.post(f"/records/crm.lead/{deals['chairs']}/do/mark_lost")
    answer = move(browser, deals["chairs"], stages["Won"])
    assert answer.status_code == 422
    assert "It was not moved. Stage: means won, and the deal is lost; restore it first." in answer.text
    assert cards(answer.text, stages["Prospecting"]) == ["Quầy lễ tân", "Ghế ăn"]
    assert stored(deals["chairs"], "stage.name")["stage.name"] == "Prospecting"


def test_a_card_that_somebody_changed_meanwhile_is_not_moved(
    client: SignIn, tom: Identity, system: System, deals: Made, stages: dict[str, int],
    stored: Callable[..., dict[str, Any]],
) -> None:  # fmt: skip
    browser = client(tom)
    version = re.search(rf'data-card="{deals["chairs"]}" data-version="(\d+)"', browser.get(BOARD).text)
    assert version
    with system.unit(write=True) as unit:
        unit.system_env()["crm.lead"].get(deals["chairs"]).write(name="Ghế ăn, 60")
    answer = move(browser, deals["chairs"], stages["Proposal"], version[1])
    assert answer.status_code == 409
    assert "Somebody changed this card while you had the board open" in answer.text
    assert "Ghế ăn, 60" in cards(answer.text, stages["Prospecting"])
    assert stored(deals["chairs"], "stage.name")["stage.name"] == "Prospecting"


def test_nobody_moves_the_card_of_somebody_else(
    client: SignIn, make_user: Callable[..., Identity], deals: Made, stages: dict[str, int]
) -> None:
    browser = client(make_user("minh", "crm.salesperson"))
    assert move(browser, deals["chairs"], stages["Proposal"]).status_code == 404
    assert move(browser, deals["chairs"], "999").status_code == 404


def test_without_scripts_a_page_asks_where_a_card_goes(
    client: SignIn, tom: Identity, deals: Made, stages: dict[str, int]
) -> None:
    browser = client(tom)
    link = re.search(r'class="move" href="([^"]+)"', column(browser.get(BOARD).text, stages["Prospecting"]))
    assert link
    asked = browser.get(link[1].replace("&amp;", "&")).text
    assert asked.count('name="to"') == len(stages)
    form = re.search(r'action="([^"]*board/move[^"]*)"', asked)
    assert form
    assert "view=board" in form[1]


def test_a_card_is_made_in_its_column_and_the_form_stays(
    client: SignIn, tom: Identity, system: System, deals: Made, stages: dict[str, int]
) -> None:
    browser, lane = client(tom), stages["Engaging"]
    form = read_form(browser.get(f"{BOARD}&view.add={lane}").text, "quick")
    answer = form.fill(name="Bàn họp", expected_revenue="5,000,000", partner="khach san").submit(browser)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert cards(page, lane) == ["Bàn họp"]
    assert "board/new" in column(page, lane)


def test_what_is_missing_is_said_at_the_form_and_what_was_typed_stays(
    client: SignIn, tom: Identity, deals: Made, stages: dict[str, int]
) -> None:
    browser, lane = client(tom), stages["Engaging"]
    form = read_form(browser.get(f"{BOARD}&view.add={lane}").text, "quick")
    answer = form.fill(name="", expected_revenue="12").submit(browser)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in column(answer.text, lane)
    assert 'value="12"' in column(answer.text, lane)


def test_a_column_is_folded_for_one_user_and_stays_so(
    client: SignIn, tom: Identity, make_user: Callable[..., Identity], deals: Made, stages: dict[str, int]
) -> None:
    browser, lane = client(tom), stages["Prospecting"]
    assert 'class="col fold"' in column(browser.get(BOARD).text, stages["Won"]), "the stage says so"
    fold = "/records/crm.lead/board/fold?menu=crm.pipeline&view=board"
    for key, folded in ((lane, "1"), (stages["Won"], "0")):
        assert browser.post(fold, data={"lane": str(key), "folded": folded}).status_code == 303
    page = client(tom).get(BOARD).text
    assert 'class="col fold"' in column(page, lane)
    assert 'class="col fold"' not in column(page, stages["Won"])
    other = client(make_user("ha", "crm.administrator")).get(BOARD).text
    assert 'class="col fold"' not in column(other, lane)


def test_the_address_keeps_facets_and_search_when_the_view_changes(client: SignIn, tom: Identity, deals: Made) -> None:
    page = client(tom).get(f"{BOARD}&facet=open&q=gh%E1%BA%BF&view.add=1").text
    for name in ("pivot", "chart"):
        assert f'href="/records/crm.lead?menu=crm.pipeline&amp;q=gh%E1%BA%BF&amp;facet=open&amp;view={name}"' in page
    assert 'href="/records/crm.lead?menu=crm.pipeline&amp;q=gh%E1%BA%BF&amp;facet=open"' in page, "the list"
    record = re.search(r'class="open" href="([^"]+)"', page)
    assert record
    assert "view=board" in record[1]


def test_an_unknown_view_is_told_and_the_list_is_shown(client: SignIn, tom: Identity, deals: Made) -> None:
    answer = client(tom).get("/records/crm.lead?view=kanban")
    assert answer.status_code == 200
    assert "There is no view “kanban” here, so this is the list." in answer.text
    assert "<tbody>" in answer.text


def test_more_cards_are_asked_for_by_the_address(
    client: SignIn, tom: Identity, system: System, stages: dict[str, int]
) -> None:
    with system.unit(write=True) as unit:
        unit.env(tom)["crm.lead"].create_many([{"name": f"Deal {number}"} for number in range(45)])
    browser, lane = client(tom), stages["Prospecting"]
    page = browser.get(BOARD).text
    assert len(cards(page, lane)) == 20
    more = re.search(r'data-more href="([^"]+)"', column(page, lane))
    assert more
    page = browser.get(more[1].replace("&amp;", "&")).text
    assert len(cards(page, lane)) == 40
    assert re.search(r"data-count>45<", column(page, lane))


def test_the_statements_do_not_grow_with_columns_or_cards(
    client: SignIn, tom: Identity, system: System, deals: Made, stages: dict[str, int],
    count_statements: Callable[[], AbstractContextManager[Statements]],
) -> None:  # fmt: skip
    browser = client(tom)
    browser.get(BOARD)
    with count_statements() as few:
        browser.get(BOARD)
    with system.unit(write=True) as unit:
        env = unit.system_env()
        for number in range(6):
            stage = env["crm.stage"].create(name=f"Step {number}", sequence=31 + number)
            unit.env(tom)["crm.lead"].create_many([{"name": f"Deal {one}", "stage": stage} for one in range(9)])
    with count_statements() as many:
        page = browser.get(BOARD).text
    assert page.count('<section class="col') == len(stages) + 6
    assert many.total == few.total


def test_the_forecast_stands_by_month_and_a_card_takes_the_month_that_it_is_put_in(
    client: SignIn, tom: Identity, system: System, deals: Made, stored: Callable[..., dict[str, Any]]
) -> None:
    forecast = "/records/crm.lead?menu=crm.forecast&view=forecast"
    browser = client(tom)
    page = browser.get(forecast).text
    months = re.findall(r'data-lane="(\d{4}-\d\d-01)"', page)
    assert len(months) == 6
    assert cards(page, "none") == ["Quầy lễ tân", "Ghế ăn"]
    answer = browser.post(
        "/records/crm.lead/board/move?menu=crm.forecast&view=forecast",
        data={"id": str(deals["chairs"]), "to": months[2]},
    )
    assert answer.status_code == 303
    assert str(stored(deals["chairs"], "closes_on")["closes_on"])[:7] == months[2][:7]
    assert "7,120,000\u00a0₫" in column(browser.get(forecast).text, months[2]), "weighted by the probability"
