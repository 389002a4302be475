"""Archiving and bringing back from the form; lists leave archived records out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core import Identity
from core.testing.forms import read_form
from core.testing.web import SignIn
from tests.web.conftest import Made


def _deed(form: Any, deed: str) -> str:
    return next(text for text, (address, _name, _value) in form.buttons.items() if address and f"/{deed}" in address)


def test_archived_record_leaves_the_list_and_comes_back(
    client: SignIn, lan: Identity, deals: Made, stored: Any
) -> None:
    browser, address = client(lan), f"/records/crm.lead/{deals['chairs']}"
    form = read_form(browser.get(address).text).fill(name="Ghế cũ")
    assert form.submit(browser, _deed(form, "archive")).status_code == 303
    assert stored(deals["chairs"], "name", "active")["name"] == "Ghế cũ", "what was typed is saved with it"
    assert "Ghế cũ" in browser.get(address).text
    assert address not in browser.get("/records/crm.lead").text
    assert address in browser.get("/records/crm.lead?facet=archived").text
    form = read_form(browser.get(address).text)
    assert form.submit(browser, _deed(form, "restore")).status_code == 303
    assert address in browser.get("/records/crm.lead").text


def test_who_may_not_change_a_record_may_not_archive_it(
    client: SignIn, make_user: Callable[..., Identity], deals: Made
) -> None:
    browser = client(make_user("tuan", "crm.salesperson"))
    assert browser.post("/records/crm.lost.reason/1/archive").status_code == 403
    assert "/archive" not in browser.get("/records/crm.lost.reason/1").text
    assert browser.post(f"/records/crm.lead/{deals['desk']}/archive").status_code == 404, "somebody else's deal"


def test_model_without_active_has_nothing_to_archive(client: SignIn, lan: Identity, deals: Made) -> None:
    assert client(lan).post("/records/crm.tag/1/archive").status_code in (403, 404)
