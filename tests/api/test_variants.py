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
    made = answer(head.post(STAGES, json={"name@vi": "Đã ký", "name@en": "Signed"}), 201)
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


def test_a_required_text_is_given_up_in_another_language_and_not_in_the_main_one(
    client: SignIn, make_user: Callable[..., Identity], head: FlaskClient
) -> None:
    made = answer(head.post(STAGES, json={"name@vi": "Đã ký", "name@en": "Signed"}), 201)["id"]
    address = f"{STAGES}/{made}?fields=name,name@vi"
    for empty in ("", None, " "):
        answer(head.patch(address, json={"name": "Đã ký"}))
        assert answer(head.patch(address, json={"name": empty})) == {"id": made, "name": "Signed", "name@vi": None}
    english = client(make_user("tom", "crm.administrator"))
    for variant in ("name", "name@en"):
        told = problem(english.patch(address, json={variant: ""}), 422, "invalid")
        assert list(told["fields"].values()) == [["is required"]]
    told = problem(head.post(STAGES, json={"name": ""}), 422, "invalid")
    assert list(told["fields"]) == ["name"]


def test_a_required_text_of_a_record_behind_is_given_up_too(head: FlaskClient) -> None:
    products = "/api/v1/product.product"
    made = answer(head.post(products, json={"name@en": "Chair", "name@vi": "Ghế"}), 201)["id"]
    address = f"{products}/{made}?fields=name,name@vi"
    assert answer(head.patch(address, json={"name": ""})) == {"id": made, "name": "Chair", "name@vi": None}
    told = problem(head.patch(address, json={"name": "Ghế", "name@vi": "Bàn"}), 422, "invalid")
    assert list(told["fields"]) == ["name@vi"]


def test_one_value_under_two_names_is_refused_where_the_names_say_different_things(
    client: SignIn, make_user: Callable[..., Identity]
) -> None:
    english = client(make_user("tom", "crm.administrator"))
    for send in (english.post, english.patch):
        address = STAGES
        if send == english.patch:
            address += f"/{answer(english.post(STAGES, json={'name': 'Signed'}), 201)['id']}"
        told = problem(send(address, json={"name": "Signed", "name@en": "Done"}), 422, "invalid")
        assert told["fields"] == {
            "name@en": ["is another value than “Stage” is given, which means the same here: give one of the two"]
        }
        assert send(address, json={"name": "Agreed", "name@en": "Agreed", "name@vi": "Xong"}).status_code < 300


def test_the_value_for_all_companies_says_who_changes_it(client: SignIn, make_user: Callable[..., Identity]) -> None:
    browser = client(make_user("kho", "product.manager", "base.administrator"))
    products = "/api/v1/product.product"
    made = answer(browser.post(products, json={"name": "Ghế", "standard_price": "100"}), 201)["id"]
    told = problem(browser.patch(f"{products}/{made}", json={"standard_price@all": "90"}), 403, "access_denied")
    assert told["detail"] == (
        "You work in a company, so you may not change Cost for all companies. Without “@all” it is changed for your "
        "company; for all, by somebody who works in none."
    )
    assert answer(browser.get(f"{products}/{made}?fields=standard_price@all"))["standard_price@all"] is not None
