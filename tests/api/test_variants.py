"""Texts by language and values by company through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from core import Identity
from core.addons.system import System
from core.testing.web import SignIn
from tests.api.conftest import answer, problem

STAGES = "/api/v1/crm.stage"


@pytest.fixture
def head(client: SignIn, make_user: Callable[..., Identity]) -> FlaskClient:
    return client(make_user("boss", "crm.administrator", "product.manager", language="vi"))


def test_texts_are_in_the_language_of_the_user(head: FlaskClient) -> None:
    found = answer(head.get(f"{STAGES}?fields=name&filter=" + '[["name","=","Thắng"]]'))
    assert [row["name"] for row in found["records"]] == ["Thắng"]


def test_all_languages_are_read_and_written_at_once(head: FlaskClient) -> None:
    made = answer(head.post(STAGES, json={"name": "Signed", "name@vi": "Đã ký", "name@en": "Signed"}), 201)
    address = f"{STAGES}/{made['id']}"
    asked = f"{address}?fields=name,name@en,name@vi"
    assert answer(head.get(asked)) == {"id": made["id"], "name": "Đã ký", "name@en": "Signed", "name@vi": "Đã ký"}
    answer(head.patch(address, json={"name@vi": None}))
    assert answer(head.get(asked))["name"] == "Signed"
    told = problem(head.patch(address, json={"name@vn": "x"}), 422, "invalid")
    assert list(told["fields"]) == ["name@vn"]
    told = problem(head.patch(address, json={"name@vi": 3}), 422, "invalid")
    assert list(told["fields"]) == ["name@vi"]


def test_fields_say_what_they_differ_by(head: FlaskClient) -> None:
    fields = {field["name"]: field for field in answer(head.get("/api/v1/product.product/fields"))["fields"]}
    assert (fields["name"]["varies_by"], fields["standard_price"]["varies_by"]) == ("language", "company")
    assert "varies_by" not in fields["list_price"]


def test_a_cost_is_that_of_the_company(client: SignIn, make_user: Callable[..., Identity], system: System) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        home = env["res.company"].search()[0]
        other = env["res.company"].create(name="Branch", currency=home.currency)
        both: dict[str, Any] = {"company": home, "companies": [home, other]}
        homes, others = home.id, other.id
    browser = client(make_user("kho", "product.manager", "crm.administrator", **both))
    products = "/api/v1/product.product"
    made = answer(browser.post(products, json={"name": "Ghế", "standard_price": "100"}), 201)["id"]
    at = {"X-Company": str(others)}
    answer(browser.patch(f"{products}/{made}", json={"standard_price": "120"}, headers=at))
    asked = f"{products}/{made}?fields=standard_price,standard_price@{homes}"
    assert answer(browser.get(asked))["standard_price"] == "100"
    assert answer(browser.get(f"{products}/{made}?fields=standard_price", headers=at))["standard_price"] == "120"
    told = problem(browser.get(asked, headers=at), 400, "bad_parameter")
    assert "standard_price@" in str(told)
