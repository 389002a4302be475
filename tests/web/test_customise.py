"""Customising on the pages: a field is added by a form, and is on the next page that anybody opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.web import SignIn
from tests.web.conftest import Made

FIELDS = "/records/ir.model.fields"


@pytest.fixture
def minh(client: SignIn, make_user: Callable[..., Identity]) -> FlaskClient:
    """The browser of an administrator who reads Vietnamese."""
    return client(make_user("minh", "base.administrator", "crm.administrator", language="vi"))


def typed(browser: FlaskClient, **values: Any) -> Any:
    """The answer to a new field that is typed in."""
    form = read_form(browser.get(f"{FIELDS}/new").text)
    return form.fill(on="Opportunity", **values).submit(browser)


def test_field_is_added_by_a_form_and_on_the_next_page_of_everybody(
    client: SignIn, lan: Identity, deals: Made, minh: FlaskClient
) -> None:
    browser = client(lan)
    assert "Đối thủ" not in browser.get(f"/records/crm.lead/{deals['chairs']}").text
    answer = typed(minh, label="Competitor", label_vi="Đối thủ", default="An Cường", on_list=True, searched=True)
    assert answer.status_code == 303, answer.text
    page = browser.get(f"/records/crm.lead/{deals['chairs']}").text
    assert "Đối thủ" in page
    assert read_form(page).fields["x_competitor"] == "An Cường"
    assert "Đối thủ" in browser.get("/records/crm.lead").text
    assert "Ghế ăn" in browser.get("/records/crm.lead?q=an+cuong").text


def test_what_is_wrong_stands_beside_its_field(minh: FlaskClient, system: System) -> None:
    answer = typed(minh, label="Heat", kind="selection")
    assert answer.status_code == 422
    assert "còn trống: viết mỗi lựa chọn một dòng" in answer.text
    assert read_form(answer.text).fields["label"] == "Heat"
    assert system.registry.overlay.number == 0


def test_deleting_says_what_is_lost_and_waits_for_archiving(minh: FlaskClient, deals: Made, system: System) -> None:
    address = typed(minh, label="Competitor", default="An Cường").location
    assert "2 bản ghi có giá trị ở Competitor" in minh.get(f"{address}/delete").text
    answer = minh.post(f"{address}/delete")
    assert answer.status_code == 409
    assert "Hãy lưu trữ trước" in answer.text
    assert minh.post(f"{address}/archive").status_code == 303
    assert "x_competitor" not in system.registry.models["crm.lead"].fields
    assert minh.post(f"{address}/delete").status_code == 303
    assert not system.registry.overlay


def test_others_do_not_come_there(client: SignIn, lan: Identity) -> None:
    browser = client(lan)
    assert browser.get(FIELDS).status_code == 403
    assert "/records/ir.model.fields" not in browser.get("/").text
