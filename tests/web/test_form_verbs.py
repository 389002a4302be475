"""What a form lets people do: the buttons of a record, and who may see, change and call what."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.statements import Statements
from core.testing.web import SignIn
from tests.web.conftest import Made

# ---- verbs ----------------------------------------------------------------------------------------


def test_button_saves_what_was_typed_and_calls_its_verb(
    client: SignIn, lan: Identity, deals: Made, stored: Any
) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    form = read_form(browser.get(address).text)
    assert form.fill(reference="HD-12").submit(browser, "Thắng").status_code == 303
    assert stored(deals["chairs"], "outcome", "reference") == {"outcome": "won", "reference": "HD-12"}
    page = browser.get(address).text
    assert "Thắng" not in read_form(page).buttons
    assert "Mở lại" in read_form(page).buttons


def test_verb_that_does_not_apply_or_has_no_button_is_refused(
    client: SignIn, lan: Identity, deals: Made, stored: Any
) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}/do"
    refused = browser.post(f"{address}/restore")
    assert refused.status_code == 409
    assert "không áp dụng cho Ghế ăn ở tình trạng hiện tại" in refused.text
    assert browser.post(f"{address}/delete").status_code == 404
    assert browser.post(f"{address}/_won_stage").status_code == 404
    assert stored(deals["chairs"], "outcome") == {"outcome": "open"}


def test_button_with_bad_input_does_neither(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser = client(lan)
    form = read_form(browser.get(f"/records/crm.lead/{deals['chairs']}").text)
    answer = form.fill(expected_revenue="viel", reference="HD-12").submit(browser, "Thắng")
    assert answer.status_code == 422
    assert read_form(answer.text).fields["reference"] == "HD-12"
    assert stored(deals["chairs"], "outcome", "reference") == {"outcome": "open", "reference": ""}


def test_step_of_the_path_moves_the_record(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    form = read_form(browser.get(address).text)
    assert form.submit(browser, "Thương lượng").status_code == 303
    assert stored(deals["chairs"], "stage.name") == {"stage.name": "Negotiation"}


# ---- who may what -----------------------------------------------------------------------------------


def test_record_of_somebody_else_is_not_there(
    client: SignIn, make_user: Callable[..., Identity], deals: Made, stored: Any
) -> None:
    browser, address = client(make_user("minh", "crm.salesperson")), f"/records/crm.lead/{deals['chairs']}"
    for answer in (
        browser.get(address),
        browser.post(address, data={"name": "Mine"}),
        browser.post(f"{address}/do/mark_won"),
        browser.get(f"{address}/delete"),
        browser.post(f"{address}/delete"),
        browser.get("/records/crm.lead/999999"),
    ):
        assert answer.status_code == 404
        assert "Ghế ăn" not in answer.text
    assert stored(deals["chairs"], "name", "outcome") == {"name": "Ghế ăn", "outcome": "open"}


def test_reader_without_the_right_to_write_gets_no_inputs(
    client: SignIn, make_user: Callable[..., Identity], system: System
) -> None:
    with system.unit() as unit:
        stage = unit.system_env()["crm.stage"].search(limit=1)[0]
        identity, name = stage.id, stage.name
    browser = client(make_user("minh", "crm.salesperson"))
    page = browser.get(f"/records/crm.stage/{identity}").text
    assert name in page
    assert set(read_form(page).fields) <= {"csrf_token", "_version", "_by", "_companies"}
    assert "Save" not in read_form(page).buttons
    refused = browser.post(f"/records/crm.stage/{identity}", data={"name": "Mine"})
    assert refused.status_code == 403
    assert browser.get("/records/crm.stage/new").status_code == 403
    assert browser.get(f"/records/crm.stage/{identity}/delete").status_code == 403


def test_field_of_another_role_is_neither_shown_nor_written(
    client: SignIn, make_user: Callable[..., Identity], system: System
) -> None:
    minh = make_user("minh", "crm.salesperson")
    page = client(minh).get(f"/records/res.users/{minh.user_id}").text
    assert "Log-in" not in page
    assert "Roles" not in page


def test_form_takes_as_many_statements_however_much_happened(
    client: SignIn, lan: Identity, deals: Made, count_statements: Callable[[], AbstractContextManager[Statements]]
) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    browser.get(address)
    with count_statements() as few:
        browser.get(address)
    for number in range(5):
        read_form(browser.get(address).text).fill(reference=f"HD-{number}").submit(browser)
    with count_statements() as many:
        browser.get(address)
    assert len(many.texts) == len(few.texts) <= 12, many.texts


@pytest.mark.parametrize(
    "path", ["99999999999999999999", "1?at=99999999999999999999", "new?set.partner=²", "0", "1/do/mark_won%20"]
)
def test_odd_address_is_no_failure_of_ours(client: SignIn, lan: Identity, deals: Made, path: str) -> None:
    browser = client(lan)
    assert browser.get(f"/records/crm.lead/{path}").status_code in (200, 404, 405, 422)
    assert browser.get("/records/crm.lead?page=99999999999999999999999&order=-nothing").status_code == 200


def test_odd_input_is_no_failure_of_ours(client: SignIn, lan: Identity, deals: Made, stored: Any) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    for name, value in (
        ("partner.id", "²"),
        ("partner.id", "9" * 30),
        ("tags", "9" * 30),
        ("_version", "٣"),
        ("_version", "-1"),
        ("_status", "x"),
        ("_seen", "[1]"),
        ("priority", "9"),
        ("name", "\x00"),
        ("expected_revenue", "9" * 40),
        ("closes_on", "0/0/0"),
    ):
        form = read_form(browser.get(address).text)
        form.fields.setlist(name, [value])
        assert form.submit(browser).status_code in (303, 409, 422), (name, value)
    assert stored(deals["chairs"], "name") == {"name": "Ghế ăn"}
