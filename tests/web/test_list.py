"""The list: what it shows, how its address changes it, its totals, and how many statements it takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.orm.filter import Condition, Filter
from core.testing.statements import Statements
from core.testing.web import SignIn

Made = dict[str, Any]


def names(page: str) -> list[str]:
    """The names of the rows, in order."""
    return [unescape(name) for name in re.findall(r'class="row"[^>]*>\s*([^<]*?)\s*</a>', page)]


def address(page: str, mark: str) -> str:
    """The address of the first link that has `mark` in its tag or its text."""
    for tag, inside in re.findall(r"<a ([^>]*)>(.*?)</a>", page, re.DOTALL):
        if mark in tag or mark in inside:
            return unescape(re.findall(r'href="([^"]*)"', tag)[0])
    raise LookupError(mark)


def equals(model: str, field: str, value: object) -> Filter:
    return Condition(model, (field,), "=", value)


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    return make_user("lan", "crm.administrator", language="vi")


@pytest.fixture
def deals(system: System, lan: Identity) -> Made:
    """Three deals of Lan in two currencies, one of them won."""
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        sudo = unit.system_env()
        currencies = {
            code: sudo["res.currency"].search(equals("res.currency", "name", code))[0] for code in ("VND", "USD")
        }
        stage = env["crm.stage"].search(equals("crm.stage", "is_won", True))[0]
        hoa_dao = sudo["res.partner"].create(name="Khách sạn Hoa Đào", is_company=True)
        leads = env["crm.lead"]
        chairs = leads.create(
            name="Ghế ăn gỗ sồi", expected_revenue=71_200_000, currency=currencies["VND"], partner=hoa_dao
        )
        desk = leads.create(name="Quầy lễ tân", expected_revenue=35_900_000, currency=currencies["VND"], probability=50)
        pilot = leads.create(
            name="GTK 500 pilot line", expected_revenue=26_768, currency=currencies["USD"], stage=stage
        )
        return {"chairs": chairs.id, "desk": desk.id, "pilot": pilot.id, "hoa_dao": hoa_dao.id}


def test_list_shows_each_deal_with_its_amount_and_the_totals(client: SignIn, lan: Identity, deals: Made) -> None:
    page = client(lan).get("/records/crm.lead?order=name").text
    assert names(page) == ["Ghế ăn gỗ sồi", "GTK 500 pilot line", "Quầy lễ tân"]
    assert "71.200.000\u00a0₫" in page
    assert "107.100.000\u00a0₫" in page
    assert "26.768" in page
    assert re.search(r"107\.100\.000\s₫ · \$26\.768,00|\$26\.768,00 · 107\.100\.000\s₫", page)
    assert "3 cơ hội" in page
    assert f'href="/records/crm.lead/{deals["chairs"]}?order=name&amp;at=1"' in page


def test_head_sorts_one_way_and_then_the_other(client: SignIn, lan: Identity, deals: Made) -> None:
    browser = client(lan)
    page = browser.get("/records/crm.lead").text
    page = browser.get(address(page, "Dự kiến")).text
    assert names(page) == ["Ghế ăn gỗ sồi", "Quầy lễ tân", "GTK 500 pilot line"]
    assert 'aria-sort="descending"' in page
    page = browser.get(address(page, "Dự kiến")).text
    assert names(page) == ["GTK 500 pilot line", "Quầy lễ tân", "Ghế ăn gỗ sồi"]


@pytest.mark.parametrize("text", ["ghe an", "GHẾ", "hoa dao", "gỗ ghế"])
def test_search_finds_words_whatever_case_and_accents(client: SignIn, lan: Identity, deals: Made, text: str) -> None:
    assert names(client(lan).get("/records/crm.lead", query_string={"q": text}).text) == ["Ghế ăn gỗ sồi"]


def test_facet_is_put_on_and_taken_off_again(client: SignIn, lan: Identity, deals: Made) -> None:
    browser = client(lan)
    page = browser.get("/records/crm.lead?facet=won").text
    assert names(page) == ["GTK 500 pilot line"]
    page = browser.get(address(page, 'aria-label="Bỏ bộ lọc Thắng"')).text
    assert len(names(page)) == 3


def test_filter_of_the_address_is_told_in_words_and_decides_the_totals(
    client: SignIn, lan: Identity, deals: Made
) -> None:
    text = json.dumps([["stage_id.is_won", "=", True], ["expected_revenue", ">=", 1000]])
    page = client(lan).get("/records/crm.lead", query_string={"filter": text}).text
    assert names(page) == ["GTK 500 pilot line"]
    assert "Giai đoạn: Là giai đoạn thắng là có" in page
    assert "Doanh thu dự kiến ít nhất là 1.000" in page
    assert len(names(client(lan).get(address(page, "Bỏ bộ lọc Giai đoạn")).text)) == 3
    assert "1 cơ hội" in page
    assert "71.200.000" not in page


def test_wrong_filter_says_which_name_is_wrong(client: SignIn, lan: Identity) -> None:
    answer = client(lan).get("/records/crm.lead", query_string={"filter": '[["stage_idd","=",1]]'})
    assert answer.status_code == 422
    assert "gần nhất: &#39;stage_id&#39;" in answer.text
    assert client(lan).get("/records/crm.lead?filter={").status_code == 422
    assert client(lan).get("/records/crm.lead?facet=mein").status_code == 422


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("order=-nonsense", "This list cannot be sorted by “nonsense”, so it is in its own order."),
        ("order=tags", "This list cannot be sorted by “tags”"),
        ("page=two", "There is no page “two”, so this is the first one."),
        ("page=-3", "There is no page “-3”"),
        ("page=" + "9" * 6000, "There is no page “999"),
    ],
)
def test_what_an_address_asks_for_in_vain_is_told_and_the_list_is_shown(
    client: SignIn, make_user: Callable[..., Identity], asked: str, told: str
) -> None:
    answer = client(make_user("anna", "crm.administrator")).get(f"/records/crm.lead?{asked}")
    assert answer.status_code == 200
    assert told in unescape(answer.text)


@pytest.mark.parametrize("asked", ["", "order=-expected_revenue&page=1", "page=01", "order=&page="])
def test_nothing_is_told_of_an_address_that_is_right(client: SignIn, lan: Identity, asked: str) -> None:
    page = client(lan).get(f"/records/crm.lead?{asked}").text
    assert "“" not in page


def test_agent_sees_their_own_deals_and_their_own_totals(
    client: SignIn, make_user: Callable[..., Identity], system: System, deals: Made
) -> None:
    minh = make_user("minh", "crm.salesperson")
    with system.unit(write=True) as unit:
        unit.env(minh)["crm.lead"].create(name="Bàn họp", expected_revenue=1_000)
    page = client(minh).get("/records/crm.lead").text
    assert names(page) == ["Bàn họp"]
    assert "1 opportunity" in page
    assert client(minh).get("/records/crm.lead?q=ghe").text.count('class="row"') == 0


def test_pages_of_eighty_follow_one_another(client: SignIn, lan: Identity, system: System) -> None:
    with system.unit(write=True) as unit:
        unit.env(lan)["crm.lead"].create_many([{"name": f"Deal {number:03}"} for number in range(100)])
    browser = client(lan)
    page = browser.get("/records/crm.lead?order=name").text
    assert len(names(page)) == 80
    assert "1–80 trên 100" in page
    page = browser.get(address(page, 'rel="next"')).text
    assert names(page)[0] == "Deal 080"
    assert len(names(page)) == 20
    assert "Không có trang 9" in browser.get("/records/crm.lead?page=9").text


def test_empty_list_offers_the_first_step(client: SignIn, lan: Identity) -> None:
    page = client(lan).get("/records/crm.lead").text
    assert "Chưa có cơ hội nào" in page
    assert 'href="/records/crm.lead/new"' in page
    narrowed = client(lan).get("/records/crm.lead?q=nothing&facet=open").text
    assert "Không tìm thấy gì" in narrowed
    assert "Hiện tất cả" in narrowed


def test_what_a_role_does_not_read_is_refused(client: SignIn, make_user: Callable[..., Identity]) -> None:
    nobody = make_user("guest")
    answer = client(nobody).get("/records/crm.lead")
    assert answer.status_code == 403
    assert "Your roles do not let you see" in answer.text
    assert client(nobody).get("/records/crm.leed").status_code == 404


def test_list_takes_as_many_statements_however_long(
    client: SignIn,
    lan: Identity,
    system: System,
    deals: Made,
    count_statements: Callable[[], AbstractContextManager[Statements]],
) -> None:
    browser = client(lan)
    browser.get("/records/crm.lead?menu=crm.pipeline")
    with count_statements() as few:
        browser.get("/records/crm.lead?menu=crm.pipeline&q=g")
    with system.unit(write=True) as unit:
        unit.env(lan)["crm.lead"].create_many([{"name": f"Ghế {number}"} for number in range(60)])
    with count_statements() as many:
        browser.get("/records/crm.lead?menu=crm.pipeline&q=g")
    assert len(many.texts) == len(few.texts) <= 5, many.texts


def test_restricted_relation_is_named_so(client: SignIn, system: System, make_user: Callable[..., Identity]) -> None:
    """Minh's deal is about a customer of a company of ours that he does not belong to."""
    minh = make_user("minh", "crm.salesperson")
    with system.unit(write=True) as unit:
        sudo = unit.system_env()
        currency = sudo["res.currency"].search(equals("res.currency", "name", "VND"))[0]
        other = sudo["res.company"].create(name="Another branch", currency=currency)
        hidden = sudo["res.partner"].create(name="Hidden customer", company=other)
        sudo["crm.lead"].create(name="Tủ áo", salesperson=minh.user_id, partner=hidden)
    page = client(minh).get("/records/crm.lead").text
    assert "(restricted)" in page
    assert "Hidden customer" not in page


def test_late_and_near_deadlines_are_marked_on_open_deals(client: SignIn, lan: Identity, system: System) -> None:
    with system.unit(write=True) as unit:
        env = unit.env(lan)
        won = env["crm.stage"].search(equals("crm.stage", "is_won", True))[0]
        today = env.today()
        for days, name in ((-2, "Past"), (0, "Now"), (3, "Near"), (30, "Far")):
            env["crm.lead"].create(name=name, closes_on=today + timedelta(days=days))
        env["crm.lead"].create(name="Won", stage=won, closes_on=today - timedelta(days=2))
    page = client(lan).get("/records/crm.lead?order=closes_on").text
    rows = dict(zip(names(page), re.findall(r"<tr>\s*<td.*?</tr>", page, re.DOTALL), strict=False))
    assert '<span class="tag bad">trễ hạn</span>' in rows["Past"]
    assert '<span class="tag warn">hôm nay</span>' in rows["Now"]
    assert '<span class="tag warn">còn 3 ngày</span>' in rows["Near"]
    assert "tag bad" not in rows["Won"] + rows["Far"]
    assert '<span class="tag good">Thắng</span>' in rows["Won"]


def test_form_steps_through_the_list_it_came_from(client: SignIn, lan: Identity, deals: Made) -> None:
    browser = client(lan)
    page = browser.get("/records/crm.lead?order=name&q=g").text
    page = browser.get(address(page, "GTK 500 pilot line")).text
    assert "GTK 500 pilot line" in page
    assert f"/records/crm.lead/{deals['chairs']}?" in address(page, 'rel="prev"')
    with pytest.raises(LookupError):
        address(page, 'rel="next"')
    assert '<a href="/records/crm.lead?q=g&amp;order=name">Phễu bán hàng</a>' in page


def test_home_offers_the_areas_of_the_reader(client: SignIn, make_user: Callable[..., Identity]) -> None:
    page = client(make_user("minh", "crm.salesperson")).get("/").text
    assert 'href="/menu/crm.pipeline"' in page
    assert "Lost reasons" not in page
    assert "Users" not in page


def test_home_says_how_to_begin_while_one_is_alone(client: SignIn, make_user: Callable[..., Identity]) -> None:
    chi = make_user("chi", "base.administrator")
    assert "How to begin" in client(chi).get("/").text
    make_user("minh", "crm.salesperson")
    assert "How to begin" not in client(chi).get("/").text
