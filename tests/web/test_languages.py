"""Pages in the language of their reader, with nothing of the other one left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from core import Identity
from core.addons.system import System
from core.i18n import Worded, _, catalog, has_words
from core.testing.web import SignIn

if TYPE_CHECKING:
    from tests.web.conftest import Made

SPOKEN = ("aria-label", "placeholder", "title", "data-label", "alt")


class _Said(HTMLParser):
    """What a page says: its texts, and the attributes that people see or hear."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self._silent += tag == "button" and "lang" in dict(attrs)  # a language names itself
        self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in ("script", "style", "button")))

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(" ".join(data.split()))


def _english(page: str, data: set[str]) -> list[str]:
    """Texts of the page that the catalog has in Vietnamese. data: names of records, which are nobody's texts."""
    known = catalog("vi")
    return [text for text in _Said(page).texts if known.get(text, text) != text and text not in data]


@pytest.fixture
def names(system: System) -> set[str]:
    """Names of records that stand on the pages as they are."""
    with system.unit() as unit:
        env = unit.system_env()
        return {
            row["display_name"]
            for model in ("crm.stage", "crm.lost.reason", "res.groups", "utm.source")
            for row in env[model].values(["display_name"])
        }


def _pages(deals: Made) -> Iterator[str]:
    chairs = f"/records/crm.lead/{deals['chairs']}"
    yield from ("/", "/go", "/go?q=khong", "/records/crm.lead", "/records/crm.lead?q=khong", "/records/crm.lead?page=9")
    yield from ("/records/crm.lead/new", chairs, f"{chairs}/delete", "/records/res.partner", "/records/product.product")
    yield from ("/records/crm.team", "/records/crm.lost.reason", "/records/product.product/new", "/nowhere")
    yield from ("/records/res.partner/new", "/records/crm.stage", "/records/nothing", "/records/crm.lead/999999")
    yield "/records/crm.lead?facet=mine&facet=open&facet=late"


def test_no_english_is_left_on_any_page(client: SignIn, lan: Identity, deals: Made, names: set[str]) -> None:
    browser, left = client(lan), {}
    for address in _pages(deals):
        page = browser.get(address, headers={"Accept-Language": "vi"}).text
        assert '<html lang="vi"' in page, address
        if english := _english(page, names):
            left[address] = english
    assert not left


def test_settings_have_no_english_left(client: SignIn, make_user: Callable[..., Identity], names: set[str]) -> None:
    browser, left = client(make_user("an", "base.administrator", language="vi")), {}
    for model in ("res.users", "res.company", "res.country", "res.currency", "ir.sequence"):
        for address in (f"/records/{model}", f"/records/{model}/new"):
            page = browser.get(address).text
            if english := _english(page, names):
                left[address] = english
    assert not left


def test_english_reader_sees_no_vietnamese(client: SignIn, make_user: Callable[..., Identity]) -> None:
    browser = client(make_user("tom", "crm.administrator"))
    vietnamese = set(catalog("vi").values()) - set(catalog("vi"))
    for address in ("/", "/records/crm.lead", "/records/crm.lead/new"):
        page = browser.get(address).text
        assert '<html lang="en"' in page
        assert not [text for text in _Said(page).texts if text in vietnamese]


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi", "Đăng nhập Banyan"),
        ("en-GB,en;q=0.9,vi;q=0.5", "en", "Log in to Banyan"),
        ("fr", "en", "Log in to Banyan"),
    ],
)
def test_log_in_page_is_in_the_language_of_the_browser(client: SignIn, asked: str, language: str, said: str) -> None:
    page = client().get("/log-in", headers={"Accept-Language": asked}).text
    assert f'<html lang="{language}"' in page
    assert said in page
    if language == "vi":
        assert _english(page, set()) == []


def test_wrong_password_is_said_in_the_language_of_the_browser(client: SignIn) -> None:
    sent = {"login": "nobody", "password": "wrong"}
    page = client().post("/log-in", data=sent, headers={"Accept-Language": "vi"})
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page.text


def test_figures_are_written_as_the_reader_writes_them(
    client: SignIn, lan: Identity, deals: Made, make_user: Callable[..., Identity]
) -> None:
    address = f"/records/crm.lead/{deals['chairs']}"
    assert "71.200.000" in client(lan).get(address).text
    assert "71,200,000" in client(make_user("tom", "crm.administrator")).get(address).text


def test_reasons_of_a_form_are_translated(client: SignIn, lan: Identity) -> None:
    sent = {"name": "", "expected_revenue": "nhiều", "closes_on": "31/02/2027", "partner": "Không Ai"}
    page = client(lan).post("/records/crm.lead/new", data=sent).text
    assert "Chưa lưu. Vui lòng kiểm tra lại:" in page
    assert "“nhiều” không phải là số." in page
    assert "Không có ngày 31/02/2027." in page
    assert "Không có “Không Ai” trong Liên hệ." in page


def test_what_a_rule_of_the_business_says_is_translated(client: SignIn, lan: Identity, deals: Made) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    browser.post(f"{address}/do/mark_won")
    assert "“Thắng” không áp dụng cho Ghế ăn ở tình trạng hiện tại." in browser.post(f"{address}/do/mark_won").text


def test_history_and_flashed_messages_are_translated(client: SignIn, lan: Identity, deals: Made) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['desk']}"
    assert "đã tạo" in browser.get(address).text
    browser.post(f"{address}/delete")
    assert "Đã xóa Quầy lễ tân." in browser.get("/records/crm.lead").text


def test_filter_of_the_address_is_a_vietnamese_sentence(client: SignIn, lan: Identity) -> None:
    filter = '[["stage_id.is_won","=",true],["date_closed",">=","2017-01-01"]]'
    page = client(lan).get("/records/crm.lead", query_string={"filter": filter}).text
    for part in ("Giai đoạn: Là giai đoạn thắng là có", "Ngày đóng từ 01/01/2017"):
        assert f"<span>{part}</span>" in page


def test_api_answers_in_the_language_of_the_user(client: SignIn, lan: Identity) -> None:
    told = client(lan).post("/api/v1/crm.lead", json={"expected_revenue": "much"}).json
    assert told is not None
    assert told["fields"]["expected_revenue"] == ["phải là số với dấu chấm trước phần thập phân, như 1234.5"]


def test_everybody_chooses_their_language(client: SignIn, make_user: Callable[..., Identity]) -> None:
    browser = client(make_user("tom", "crm.salesperson"))
    there = "/records/crm.lead"
    assert browser.post("/language", data={"language": "vi", "next": there}).location == there
    assert '<html lang="vi"' in browser.get(there).text
    browser.post("/language", data={"language": "xx"})
    assert '<html lang="vi"' in browser.get(there).text
    browser.post("/language", data={"language": "en"})
    assert '<html lang="en"' in browser.get(there).text


def test_a_word_that_no_catalog_knows_does_not_enter_a_sentence() -> None:
    assert has_words(_("Opportunities"), "vi")
    assert not has_words(_("projects"), "vi")
    assert not has_words("projects", "vi")
    assert has_words("projects", "en")
    assert has_words(Worded("projects", vi="dự án"), "vi")
