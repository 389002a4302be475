"""Favourites: kept, chosen, opened first, shared, and who may change them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from core import Identity
from core.addons.system import System
from core.testing.web import SignIn
from tests.web.test_list import address, names

LIST = "/records/crm.lead"


@pytest.fixture
def minh(system: System, make_user: Callable[..., Identity]) -> Identity:
    """A salesperson with two deals."""
    minh = make_user("minh", "crm.salesperson")
    with system.unit(write=True) as unit:
        for name in ("Chairs", "Oak table"):
            unit.env(minh)["crm.lead"].create(name=name)
    return minh


@pytest.fixture
def director(make_user: Callable[..., Identity]) -> Identity:
    return make_user("director", "crm.administrator")


def test_search_is_kept_and_chosen_again(client: SignIn, minh: Identity) -> None:
    browser = client(minh)
    answer = browser.post(f"{LIST}/favourites?menu=crm.pipeline&q=oak", data={"name": "Oak"}, follow_redirects=True)
    assert "“Oak” is kept among the favourites." in answer.text
    page = browser.get(f"{LIST}?menu=crm.pipeline").text
    assert names(browser.get(address(page, "q=oak")).text) == ["Oak table"]
    assert "Oak" not in browser.get(f"{LIST}?menu=crm.leads").text.partition("<table")[0]


def test_menu_opens_with_what_opens_first(client: SignIn, minh: Identity) -> None:
    browser = client(minh)
    assert browser.get("/menu/crm.pipeline").location == f"{LIST}?menu=crm.pipeline&facet=open&view=board"
    browser.post(f"{LIST}/favourites?menu=crm.pipeline&q=oak", data={"name": "Oak", "default": "1"})
    browser.post(f"{LIST}/favourites?menu=crm.pipeline&group=stage", data={"name": "Stages", "default": "1"})
    assert browser.get("/menu/crm.pipeline").location == f"{LIST}?menu=crm.pipeline&group=stage"
    page = browser.get(f"{LIST}?menu=crm.pipeline").text
    star = re.findall(r'action="([^"]*/favourites/2/default[^"]*)"', page)[0]
    browser.post(unescape(star))
    assert browser.get("/menu/crm.pipeline").location == f"{LIST}?menu=crm.pipeline&facet=open&view=board"


def test_own_favourites_are_nobody_elses(client: SignIn, minh: Identity, director: Identity) -> None:
    client(minh).post(f"{LIST}/favourites?menu=crm.pipeline&q=oak", data={"name": "Only mine"})
    assert "Only mine" not in client(director).get(f"{LIST}?menu=crm.pipeline").text
    assert client(director).get("/records/ir.filters/1").status_code == 404


def test_shared_favourite_is_everybodys_and_changed_by_those_who_share(
    client: SignIn, minh: Identity, director: Identity
) -> None:
    mine = {"name": "Minh's", "shared": "1"}
    assert client(minh).post(f"{LIST}/favourites?menu=crm.pipeline&q=oak", data=mine).status_code == 403
    shared = {"name": "Everybody's oak", "shared": "1", "default": "1"}
    client(director).post(f"{LIST}/favourites?menu=crm.pipeline&q=oak", data=shared)
    browser = client(minh)
    assert browser.get("/menu/crm.pipeline").location == f"{LIST}?menu=crm.pipeline&q=oak"
    assert "Everybody&#39;s oak" in browser.get(f"{LIST}?menu=crm.pipeline").text
    assert browser.post(f"{LIST}/favourites/1/default?menu=crm.pipeline").status_code == 403
    assert browser.post("/records/ir.filters/1/delete").status_code == 403
    browser.post(f"{LIST}/favourites?menu=crm.pipeline&q=chairs", data={"name": "Mine", "default": "1"})
    assert browser.get("/menu/crm.pipeline").location == f"{LIST}?menu=crm.pipeline&q=chairs"


def test_favourite_is_renamed_and_deleted_on_its_form(client: SignIn, minh: Identity) -> None:
    browser = client(minh)
    browser.post(f"{LIST}/favourites?menu=crm.pipeline&q=oak", data={"name": "Oak"})
    browser.post("/records/ir.filters/1", data={"name": "Oak deals", "_version": "1"})
    assert "Oak deals" in browser.get(f"{LIST}?menu=crm.pipeline").text
    browser.post("/records/ir.filters/1/delete", follow_redirects=True)
    assert "Oak deals" not in browser.get(f"{LIST}?menu=crm.pipeline").text


def test_menu_that_is_not_offered_is_missing(client: SignIn, minh: Identity) -> None:
    assert client(minh).get("/menu/crm.stages").status_code == 404
