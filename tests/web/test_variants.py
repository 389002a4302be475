"""Texts in several languages on the pages: each reader sees their own, and one page shows and keeps them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.web import TOKEN_HEADER, SignIn
from tests.web.conftest import Made, equals


@pytest.fixture
def won(system: System) -> int:
    with system.unit() as unit:
        found: int = unit.system_env()["crm.stage"].search(equals("crm.stage", "is_won", True)).ids[0]
        return found


def texts(system: System, stage: int) -> dict[str, Any]:
    with system.unit() as unit:
        condition = equals("crm.stage", "id", stage)
        found: dict[str, Any] = unit.system_env()["crm.stage"].values(["name@en", "name@vi"], condition)[0]
        return found


def test_the_pipeline_is_in_the_language_of_its_reader(
    client: SignIn, lan: Identity, make_user: Callable[..., Identity], deals: Made
) -> None:
    vietnamese = client(lan).get(f"/records/crm.lead/{deals['chairs']}").text
    assert all(stage in vietnamese for stage in ("Tìm kiếm", "Tiếp cận", "Báo giá", "Thương lượng", "Thắng"))
    english = client(make_user("tom", "crm.administrator")).get(f"/records/crm.lead/{deals['chairs']}").text
    assert "Negotiation" in english
    assert "Thương lượng" not in english
    assert "Hàng hóa" in client(lan).get("/records/product.category").text


def test_a_page_shows_and_keeps_the_text_of_each_language(
    client: SignIn, lan: Identity, system: System, won: int
) -> None:
    browser, address = client(lan), f"/records/crm.stage/{won}/languages/name"
    assert address in browser.get(f"/records/crm.stage/{won}").text
    page = browser.get(address).text
    assert all(said in page for said in ("English", "Tiếng Việt", "ngôn ngữ chính"))
    form = read_form(page, "texts")
    assert (form.fields["en"], form.fields["vi"]) == ("Won", "Thắng")
    answer = form.fill(vi="Đã ký").submit(browser)
    assert (answer.status_code, answer.location) == (303, f"/records/crm.stage/{won}")
    assert texts(system, won) == {"name@en": "Won", "name@vi": "Đã ký"}
    assert "Tiếng Việt" in browser.get(f"/records/crm.stage/{won}").text.split("record-head")[1]
    read_form(browser.get(address).text, "texts").fill(vi="").submit(browser)
    assert texts(system, won) == {"name@en": "Won", "name@vi": None}


def test_what_cannot_be_kept_is_told_beside_its_language(
    client: SignIn, lan: Identity, system: System, won: int
) -> None:
    browser, address = client(lan), f"/records/crm.stage/{won}/languages/name"
    answer = read_form(browser.get(address).text, "texts").fill(en="", vi="x" * 300).submit(browser)
    assert answer.status_code == 422
    assert 'aria-describedby="about-vi"' in answer.text
    answer = read_form(browser.get(address).text, "texts").fill(en="").submit(browser)
    assert answer.status_code == 422
    assert 'aria-describedby="about-en"' in answer.text
    assert texts(system, won) == {"name@en": "Won", "name@vi": "Thắng"}


def test_somebody_who_was_slower_is_told(client: SignIn, lan: Identity, system: System, won: int) -> None:
    browser, address = client(lan), f"/records/crm.stage/{won}/languages/name"
    form = read_form(browser.get(address).text, "texts")
    with system.unit(write=True) as unit:
        unit.system_env()["crm.stage"].get(won).write(**{"name@vi": "Xong"})
    assert form.fill(vi="Đã ký").submit(browser).status_code == 409
    assert texts(system, won)["name@vi"] == "Xong"


def test_only_those_who_may_change_the_record_change_its_texts(
    client: SignIn, make_user: Callable[..., Identity], system: System, won: int
) -> None:
    browser, address = client(make_user("minh", "crm.salesperson")), f"/records/crm.stage/{won}/languages/name"
    page = browser.get(address)
    assert page.status_code == 200
    assert "readonly" in page.text
    assert browser.post(address, data={"vi": "Đã ký"}).status_code == 403
    assert texts(system, won)["name@vi"] == "Thắng"
    for unknown in ("probability", "nothing", "name@vi"):
        assert browser.get(f"/records/crm.stage/{won}/languages/{unknown}").status_code == 404


def test_texts_survive_the_end_of_the_session(
    client: SignIn, make_user: Callable[..., Identity], system: System, won: int
) -> None:
    mai = make_user("mai", "crm.administrator", password="rừng-đước-2026", language="vi")
    browser, address = client(mai), f"/records/crm.stage/{won}/languages/name"
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    form = read_form(browser.get(address).text, "texts").fill(vi="Đã ký")
    with browser.session_transaction() as session:
        session.clear()
    asked = form.submit(browser)
    assert asked.status_code == 401
    assert "Đã ký" not in asked.text
    del browser.environ_base[TOKEN_HEADER]
    entered = read_form(asked.text, "log-in").fill(login="mai", password="rừng-đước-2026").submit(browser)
    shown = read_form(entered.text, "again").submit(browser)
    assert shown.status_code == 400
    assert texts(system, won)["name@vi"] == "Thắng"
    assert read_form(shown.text, "texts").fields["vi"] == "Đã ký"
    assert "đã kết thúc" in shown.text
    assert read_form(shown.text, "texts").submit(browser).status_code == 303
    assert texts(system, won)["name@vi"] == "Đã ký"


def test_texts_stay_where_the_right_to_change_them_is_gone(
    client: SignIn, make_user: Callable[..., Identity], won: int
) -> None:
    browser, address = client(make_user("minh", "crm.salesperson")), f"/records/crm.stage/{won}/languages/name"
    refused = browser.post(address, data={"vi": "Đã ký"})
    assert refused.status_code == 403
    assert read_form(refused.text, "texts").fields["vi"] == "Đã ký"


def test_a_text_that_somebody_else_changed_meanwhile_is_not_written_over(
    client: SignIn, lan: Identity, system: System, won: int
) -> None:
    browser, address = client(lan), f"/records/crm.stage/{won}/languages/name"
    form = read_form(browser.get(address).text, "texts").fill(vi="Đã ký")
    with system.unit(write=True) as unit:
        unit.system_env()["crm.stage"].get(won).write(**{"name@en": "Signed"})
    shown = read_form(form.submit(browser).text, "texts")
    assert (shown.fields["en"], shown.fields["vi"]) == ("Signed", "Đã ký")
    assert shown.submit(browser).status_code == 303
    assert texts(system, won) == {"name@en": "Signed", "name@vi": "Đã ký"}


def test_a_required_text_that_is_cleared_on_a_form_is_that_of_the_main_language_again(
    client: SignIn, lan: Identity, system: System, won: int
) -> None:
    browser, address = client(lan), f"/records/crm.stage/{won}"
    assert read_form(browser.get(address).text).fill(name="").submit(browser).status_code == 303
    assert texts(system, won) == {"name@en": "Won", "name@vi": None}
    assert read_form(browser.get("/records/crm.stage/new").text).fill(name="").submit(browser).status_code == 422
