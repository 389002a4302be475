"""The values of a field in each company: one page shows and keeps those of the companies that somebody works in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.web import SignIn
from tests.web.conftest import equals

ROLES = ("product.manager", "crm.administrator")


@dataclass
class Goods:
    """A chair that costs 100 for all companies and 120 in Huế; Vinh has no cost of its own."""

    chair: int
    hue: int
    vinh: int
    foreign: int

    @property
    def address(self) -> str:
        return f"/records/product.product/{self.chair}/companies/cost"


@pytest.fixture
def goods(system: System) -> Goods:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        currency = env["res.company"].search()[0].currency
        hue, vinh, foreign = (env["res.company"].create(name=name, currency=currency) for name in ("Huế", "Vinh", "Lạ"))
        chair = env["product.product"].create(name="Ghế", currency=currency, cost=100)
        chair.write(**{f"cost@{hue.id}": 120, f"cost@{foreign.id}": 7})
        return Goods(chair.id, hue.id, vinh.id, foreign.id)


@pytest.fixture
def kho(goods: Goods, make_user: Callable[..., Identity]) -> Identity:
    return make_user("kho", *ROLES, company=goods.hue, companies=[goods.hue, goods.vinh], language="vi")


def costs(system: System, goods: Goods) -> list[Any]:
    names = [f"cost@{key}" for key in ("all", goods.hue, goods.vinh, goods.foreign)]
    with system.unit() as unit:
        row = unit.system_env()["product.product"].values(names, equals("product.product", "id", goods.chair))[0]
        return [row[name] for name in names]


def test_a_page_shows_and_keeps_the_value_of_each_company(
    client: SignIn, kho: Identity, system: System, goods: Goods
) -> None:
    browser = client(kho)
    assert goods.address in browser.get(f"/records/product.product/{goods.chair}").text
    page = browser.get(goods.address).text
    assert all(said in page for said in ("Giá vốn theo từng công ty", "Mọi công ty", "Huế", "Vinh"))
    assert "Lạ" not in page
    assert 'placeholder="100"' in page, "what holds where a company has no value of its own"
    form = read_form(page, "values")
    assert (form.fields[f"cost@{goods.hue}"], form.fields[f"cost@{goods.vinh}"]) == ("120", "")
    answer = form.fill(**{f"cost@{goods.hue}": "", f"cost@{goods.vinh}": "0"}).submit(browser)
    assert (answer.status_code, answer.location) == (303, f"/records/product.product/{goods.chair}")
    assert costs(system, goods) == [Decimal(100), None, Decimal(0), Decimal(7)]


def test_values_of_companies_that_somebody_does_not_work_in_stay(
    client: SignIn, kho: Identity, system: System, goods: Goods
) -> None:
    browser = client(kho)
    sent = {f"cost@{goods.foreign}": "1", "cost@all": "1", f"cost@{goods.vinh}": "90"}
    assert browser.post(goods.address, data=sent).status_code == 303
    assert costs(system, goods) == [Decimal(100), Decimal(120), Decimal(90), Decimal(7)]


def test_what_cannot_be_kept_is_told_beside_its_company(
    client: SignIn, kho: Identity, system: System, goods: Goods
) -> None:
    browser = client(kho)
    answer = read_form(browser.get(goods.address).text, "values").fill(**{f"cost@{goods.vinh}": "-5"}).submit(browser)
    assert answer.status_code == 422
    assert f'aria-describedby="about-cost@{goods.vinh}"' in answer.text
    assert read_form(answer.text, "values").fields[f"cost@{goods.vinh}"] == "-5"
    assert costs(system, goods)[2] is None


def test_somebody_who_was_slower_is_told_and_takes_nothing_back(
    client: SignIn, kho: Identity, system: System, goods: Goods
) -> None:
    browser = client(kho)
    form = read_form(browser.get(goods.address).text, "values").fill(**{f"cost@{goods.vinh}": "90"})
    with system.unit(write=True) as unit:
        unit.system_env()["product.product"].get(goods.chair).write(**{f"cost@{goods.hue}": 130})
    shown = form.submit(browser)
    assert shown.status_code == 409
    assert read_form(shown.text, "values").submit(browser).status_code == 303
    assert costs(system, goods) == [Decimal(100), Decimal(130), Decimal(90), Decimal(7)]


def test_who_may_not_see_the_field_or_change_the_record_does_not(
    client: SignIn, make_user: Callable[..., Identity], kho: Identity, goods: Goods
) -> None:
    both: dict[str, Any] = {"company": goods.hue, "companies": [goods.hue, goods.vinh]}
    assert client(make_user("minh", "crm.salesperson", **both)).get(goods.address).status_code == 404
    for unknown in ("name", "list_price", "nothing", f"cost@{goods.hue}"):
        address = f"/records/product.product/{goods.chair}/companies/{unknown}"
        assert client(kho).get(address).status_code == 404


def test_who_works_in_one_company_has_no_way_to_the_page(
    client: SignIn, make_user: Callable[..., Identity], goods: Goods
) -> None:
    page = client(make_user("an", *ROLES)).get(f"/records/product.product/{goods.chair}").text
    assert "/companies/cost" not in page


def test_what_was_typed_survives_the_end_of_the_session(client: SignIn, kho: Identity, goods: Goods) -> None:
    browser = client(kho)
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    form = read_form(browser.get(goods.address).text, "values").fill(**{f"cost@{goods.vinh}": "91"})
    with browser.session_transaction() as session:
        session.clear()
    asked = form.submit(browser)
    assert asked.status_code == 401
    assert "What you typed is not lost" in asked.text
