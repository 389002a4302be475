"""A sales office behind the API: two salespeople with deals of their own, an administrator, a colleague without CRM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core import Identity
from core.addons.system import System
from core.testing.web import SignIn

Asked = Callable[..., FlaskClient]


@dataclass(frozen=True)
class Office:
    """Who works there, and the ids of their deals."""

    lan: Identity
    minh: Identity
    head: Identity
    clerk: Identity
    lans: tuple[int, ...]
    minhs: tuple[int, ...]
    dollar: int
    dong: int


@pytest.fixture
def office(system: System, make_user: Callable[..., Identity]) -> Office:
    lan, minh = make_user("lan", "crm.salesperson"), make_user("minh", "crm.salesperson")
    head = make_user("head", "crm.administrator", "base.administrator")
    clerk = make_user("clerk", "base.user")
    with system.unit(write=True) as unit:
        env = unit.system_env("deals for a test")
        code = env["res.currency"].info.cls.name
        dollar = env["res.currency"].search(code == "USD").ids[0]
        dong = env["res.currency"].search(code == "VND").ids[0]
        hue, acme = env["res.partner"].create_many([{"name": "Sách Huế"}, {"name": "Acme"}])
        stages = {stage.name: stage for stage in env["crm.stage"].search()}
        shared = {"salesperson": lan.user_id, "currency": dollar}
        lans = env["crm.lead"].create_many(
            [
                {**shared, "name": "Bookshop", "partner": hue, "expected_revenue": 1500, "stage": stages["Won"]},
                {**shared, "name": "Printer", "partner": acme, "expected_revenue": 250, "closes_on": date(2026, 4, 1)},
                {**shared, "name": "Paper", "expected_revenue": 45_310_200, "currency": dong, "priority": "2"},
            ]
        )
        minhs = env["crm.lead"].create_many(
            [
                {
                    "name": "Secret deal",
                    "salesperson": minh.user_id,
                    "partner": hue,
                    "currency": dollar,
                    "expected_revenue": 9999,
                },
            ]
        )
        return Office(lan, minh, head, clerk, lans.ids, minhs.ids, dollar, dong)


@pytest.fixture
def lan(client: SignIn, office: Office) -> FlaskClient:
    """The browser or program of a salesperson."""
    return client(office.lan)


@pytest.fixture
def head(client: SignIn, office: Office) -> FlaskClient:
    """That of somebody who sees and does everything."""
    return client(office.head)


def answer(response: TestResponse, status: int = 200) -> Any:
    """The JSON of a response that went well."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    return response.json


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem of a response that did not: each has all members, and says the same status twice."""
    told: Any = response.get_json(force=True)
    assert (response.status_code, response.mimetype, told["code"]) == (status, "application/problem+json", code), told
    assert told["status"] == status
    assert told["type"] == "about:blank"
    assert told["title"]
    assert told["detail"]
    return dict(told)


def names(response: TestResponse) -> list[str]:
    """The names of the records of a list."""
    return [record["name"] for record in answer(response)["records"]]
