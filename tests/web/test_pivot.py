"""Pivots and charts: figures by any fields, exact, for each reader what they may see, all of it in the address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from python_calamine import CalamineWorkbook

from core import Identity
from core.addons.system import System
from core.testing.statements import Statements
from core.testing.web import SignIn
from tests.web.conftest import equals

PIVOT = "/records/crm.lead?menu=crm.pipeline&view=pivot"
CHART = "/records/crm.lead?menu=crm.pipeline&view=chart"


@pytest.fixture
def people(system: System, make_user: Callable[..., Identity]) -> dict[str, Identity]:
    """Two salespeople with deals in two currencies and two stages, and an administrator."""
    found = {
        "tom": make_user("tom", "crm.administrator", name="Tom Reed", language="en"),
        "lan": make_user("lan", "crm.salesperson", name="Lan Phạm", language="en"),
        "minh": make_user("minh", "crm.salesperson", name="Minh Trần", language="en"),
    }
    with system.unit(write=True) as unit:
        sudo = unit.system_env()
        money = {name: sudo["res.currency"].search(equals("res.currency", "name", name))[0] for name in ("VND", "USD")}
        stage = {name: sudo["crm.stage"].search(equals("crm.stage", "name", name))[0] for name in ("Proposal", "Won")}
        rows = (
            ("lan", "Ghế ăn", "Proposal", "VND", "71200000", date(2026, 11, 3)),
            ("lan", "Bàn họp", "Proposal", "VND", "1000001", date(2026, 12, 31)),
            ("lan", "Sofa", "Won", "USD", "99.90", date(2026, 12, 1)),
            ("minh", "Tủ áo", "Won", "VND", "500", None),
        )
        for who, name, step, currency, amount, day in rows:
            unit.env(found[who])["crm.lead"].create(
                name=name, stage=stage[step], currency=money[currency], expected_revenue=Decimal(amount), closes_on=day
            )
    return found


def table(page: str) -> list[list[str]]:
    """The texts of the rows of the pivot, heads and foot included."""
    found = re.search(r'<table class="pivot">.*?</table>', page, re.S)
    assert found, "no pivot"
    rows = re.findall(r"<tr.*?</tr>", found[0], re.S)
    return [[_text(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


def test_rows_columns_and_totals_are_exact_by_currency(client: SignIn, people: dict[str, Identity]) -> None:
    assert table(client(people["tom"]).get(PIVOT).text) == [
        ["Salesperson", "Proposal", "Won", "Total"],
        ["Lan Phạm", "72,200,001 ₫", "$99.90", "72,200,001 ₫ $99.90"],
        ["Minh Trần", "", "500 ₫", "500 ₫"],
        ["Total", "72,200,001 ₫", "500 ₫ $99.90", "72,200,501 ₫ $99.90"],
    ]


def test_a_reader_adds_up_what_they_may_see(client: SignIn, people: dict[str, Identity]) -> None:
    assert table(client(people["minh"]).get(PIVOT).text) == [
        ["Salesperson", "Won", "Total"],
        ["Minh Trần", "500 ₫", "500 ₫"],
        ["Total", "500 ₫", "500 ₫"],
    ]


def test_any_fields_and_figures_are_asked_for_by_the_address(client: SignIn, people: dict[str, Identity]) -> None:
    address = (
        f"{PIVOT}&view.rows=closes_on:quarter&view.rows=stage&view.across=-"
        "&view.measure=__count&view.measure=expected_revenue:avg&view.measure=probability:avg"
    )
    rows = table(client(people["tom"]).get(address).text)
    assert rows == [
        ["Expected closing / Stage", "How many", "Expected revenue (average)", "Probability (average)"],
        ["Q4 2026", "3", "36,100,001 ₫ $99.90", "73.33 %"],
        ["Proposal", "2", "36,100,001 ₫", "60.00 %"],
        ["Won", "1", "$99.90", "100.00 %"],
        ["None", "1", "500 ₫", "100.00 %"],
        ["Won", "1", "500 ₫", "100.00 %"],
        ["Total", "4", "24,066,834 ₫ $99.90", "80.00 %"],
    ]


def test_rows_are_shut_and_sorted_by_the_address(client: SignIn, people: dict[str, Identity]) -> None:
    browser = client(people["tom"])
    address = f"{PIVOT}&view.rows=stage&view.rows=salesperson&view.across=-&view.measure=__count"
    page = browser.get(address).text
    assert [row[0] for row in table(page)[1:-1]] == ["Proposal", "Lan Phạm", "Won", "Lan Phạm", "Minh Trần"]
    toggle = re.search(r'class="toggle" href="([^"]+)" aria-expanded="true"', page)
    assert toggle
    page = browser.get(unescape(toggle[1])).text
    assert [row[0] for row in table(page)[1:-1]] == ["Proposal", "Won", "Lan Phạm", "Minh Trần"]
    assert 'aria-expanded="false"' in page
    page = browser.get(f"{PIVOT}&view.across=-&view.measure=__count&view.sort=__count").text
    assert [row[0] for row in table(page)[1:-1]] == ["Minh Trần", "Lan Phạm"]
    assert 'aria-sort="ascending"' in page


def test_a_cell_leads_to_its_records(client: SignIn, people: dict[str, Identity]) -> None:
    browser = client(people["tom"])
    address = f"{PIVOT}&facet=won&q=so&view.rows=closes_on:month&view.across=stage"
    page = browser.get(address).text
    link = re.search(r'<td class="num"><a href="([^"]+)"><span>\$99\.90', page)
    assert link
    asked = parse_qs(urlsplit(unescape(link[1])).query)
    assert (asked["facet"], asked["q"], asked["menu"]) == (["won"], ["so"], ["crm.pipeline"])
    assert ["date_deadline", ">=", "2026-12-01"] in json.loads(asked["filter"][0])
    listed = browser.get(unescape(link[1])).text
    assert re.findall(r'class="row"[^>]*>([^<]+)<', listed) == ["Sofa"]


def test_unknown_fields_of_an_address_are_left_out(client: SignIn, people: dict[str, Identity]) -> None:
    address = f"{PIVOT}&view.rows=nothing&view.rows=stage:month&view.across=password&view.measure=no&view.sort=no"
    assert table(client(people["tom"]).get(address).text)[-1] == ["Total", "4"]


def test_the_spreadsheet_has_the_same_figures(client: SignIn, people: dict[str, Identity]) -> None:
    answer = client(people["tom"]).get(PIVOT.replace("crm.lead?", "crm.lead/pivot/spreadsheet?"))
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0] == [
        "Salesperson", "Proposal · Expected revenue · ₫", "Won · Expected revenue · ₫", "Won · Expected revenue · $",
        "Total · Expected revenue · ₫", "Total · Expected revenue · $",
    ]  # fmt: skip
    assert rows[1:] == [
        ["Lan Phạm", 72_200_001, "", 99.9, 72_200_001, 99.9],
        ["Minh Trần", "", 500, "", 500, ""],
        ["Total", 72_200_001, 500, 99.9, 72_200_501, 99.9],
    ]


def test_a_chart_draws_each_group_with_its_figure_and_its_records(client: SignIn, people: dict[str, Identity]) -> None:
    browser = client(people["tom"])
    page = browser.get(CHART).text
    marks = dict(re.findall(r'<a class="mark c\d" href="([^"]+)" aria-label="([^"]+)"', page))
    assert sorted(text.replace("\u00a0", " ") for text in marks.values()) == [
        "Proposal, Lan Phạm: 72,200,001 ₫",
        "Won, Minh Trần: 500 ₫",
    ]
    listed = browser.get(unescape(next(iter(marks)))).text
    assert sorted(re.findall(r'class="row"[^>]*>([^<]+)<', listed)) == ["Bàn họp", "Ghế ăn"]
    assert table(page)[1:] == [["Proposal", "72,200,001 ₫", ""], ["Won", "$99.90", "500 ₫"]]


@pytest.mark.parametrize("shape", ["bar", "line", "pie"])
def test_every_shape_is_drawn_and_told(client: SignIn, people: dict[str, Identity], shape: str) -> None:
    address = f"{CHART}&view.shape={shape}&view.measure=__count&view.by=salesperson&view.by=closes_on:month"
    page = client(people["tom"]).get(address).text
    count = {"bar": 3, "line": 6, "pie": 2}[shape]
    assert page.count('<a class="mark c') == count
    assert "How many by Salesperson" in page
    assert table(page)[1][0] == "Lan Phạm"


def test_a_chart_by_date_leaves_no_period_out(client: SignIn, people: dict[str, Identity], system: System) -> None:
    with system.unit(write=True) as unit:
        unit.env(people["lan"])["crm.lead"].create(name="Kệ sách", closes_on=date(2027, 3, 1))
    page = client(people["tom"]).get(f"{CHART}&view.shape=line&view.by=closes_on:month&view.measure=__count").text
    assert [row[:2] for row in table(page)[1:]] == [
        ["November 2026", "1"], ["December 2026", "2"], ["January 2027", ""], ["February 2027", ""],
        ["March 2027", "1"], ["None", "1"],
    ]  # fmt: skip


def test_a_chart_of_nothing_says_so(client: SignIn, people: dict[str, Identity]) -> None:
    page = client(people["tom"]).get(f"{CHART}&q=zzz").text
    assert "Nothing found" in page
    assert '<svg class="drawn' not in page


@pytest.mark.parametrize("address", [PIVOT, CHART])
def test_the_statements_do_not_grow_with_groups(
    client: SignIn, people: dict[str, Identity], system: System, address: str,
    make_user: Callable[..., Identity], count_statements: Callable[[], AbstractContextManager[Statements]],
) -> None:  # fmt: skip
    browser: Any = client(people["tom"])
    browser.get(address)
    with count_statements() as few:
        browser.get(address)
    for number in range(5):
        somebody = make_user(f"seller{number}", "crm.salesperson")
        with system.unit(write=True) as unit:
            unit.env(somebody)["crm.lead"].create(name="One more", expected_revenue=Decimal(number))
    with count_statements() as many:
        browser.get(address)
    assert many.total == few.total
