"""Every way into the data shows a salesperson their own deals, and no other's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from addons.base.operations.keys import create_key
from core.addons.system import System
from core.testing.web import SignIn
from tests.api.conftest import Office, answer, names, problem

LEADS = "/api/v1/crm.lead"


def test_list_count_and_sums_are_of_own_deals(lan: FlaskClient) -> None:
    found = answer(lan.get(LEADS, query_string={"sums": "expected_revenue", "limit": 1}))
    assert found["count"] == 3
    assert found["sums"]["expected_revenue"] == {"USD": "1750", "VND": "45310200"}
    assert "Secret deal" not in names(lan.get(LEADS))


@pytest.mark.parametrize(
    "term",
    [
        ["name", "=", "Secret deal"],
        ["name", "ilike", "secret"],
        ["expected_revenue", "=", 9999],
        ["user_id.name", "=", "Minh"],
    ],
)
def test_filter_does_not_reach_deals_of_others(lan: FlaskClient, term: list[Any]) -> None:
    assert answer(lan.get(LEADS, query_string={"filter": json.dumps([term])})) == {
        "records": [],
        "count": 0,
        "count_is_exact": True,
    }


def test_filter_through_a_relation_is_no_oracle(lan: FlaskClient, head: FlaskClient) -> None:
    """Both see the customer; only one of them the deal that the condition asks for."""
    asked = {"filter": json.dumps([["opportunity_ids.name", "=", "Secret deal"]])}
    assert names(head.get("/api/v1/res.partner", query_string=asked)) == ["Sách Huế"]
    assert names(lan.get("/api/v1/res.partner", query_string=asked)) == []


def test_list_of_a_record_holds_own_deals(lan: FlaskClient, office: Office) -> None:
    asked = {"filter": json.dumps([["name", "=", "Sách Huế"]]), "fields": "opportunity_ids"}
    [partner] = answer(lan.get("/api/v1/res.partner", query_string=asked))["records"]
    assert partner["opportunity_ids"] == [office.lans[0]]


def test_deal_of_another_is_not_found_by_its_address(lan: FlaskClient, office: Office) -> None:
    """The same words as for a deal that does not exist, for reading, changing and deleting."""
    for method, sent in (("GET", None), ("PATCH", {"name": "taken"})):
        hidden = lan.open(f"{LEADS}/{office.minhs[0]}", method=method, json=sent)
        absent = lan.open(f"{LEADS}/99999", method=method, json=sent)
        assert problem(hidden, 404, "not_found") == problem(absent, 404, "not_found")


def test_salesperson_may_not_delete(lan: FlaskClient, office: Office) -> None:
    told = problem(lan.delete(f"{LEADS}/{office.lans[0]}"), 403, "access_denied")
    assert told["detail"] == "You may not delete Opportunities."


def test_deal_cannot_be_given_to_another(lan: FlaskClient, office: Office) -> None:
    problem(lan.patch(f"{LEADS}/{office.lans[0]}", json={"user_id": office.minh.user_id}), 403, "access_denied")
    problem(lan.post(LEADS, json={"name": "theirs", "user_id": office.minh.user_id}), 403, "access_denied")


def test_model_without_a_grant_is_refused(client: SignIn, office: Office) -> None:
    clerk = client(office.clerk)
    assert problem(clerk.get(LEADS), 403, "access_denied")["detail"] == "You may not see Opportunities."
    problem(clerk.get(f"{LEADS}/{office.lans[0]}"), 403, "access_denied")
    problem(clerk.post(LEADS, json={"name": "x"}), 403, "access_denied")
    problem(clerk.patch(f"{LEADS}/{office.lans[0]}", json={"name": "x"}), 403, "access_denied")
    problem(clerk.delete(f"{LEADS}/{office.lans[0]}"), 403, "access_denied")


def test_refusal_comes_before_the_body_is_looked_at(client: SignIn, office: Office) -> None:
    problem(client(office.clerk).post(LEADS, json={"nonsense": 1}), 403, "access_denied")


def test_field_that_nobody_sees_is_unknown(head: FlaskClient) -> None:
    found = answer(head.get("/api/v1/res.users?limit=1"))["records"][0]
    assert "password_hash" not in found
    users = "/api/v1/res.users"
    problem(head.get(f"{users}?fields=password_hash"), 400, "bad_parameter")
    problem(head.get(f"{users}?order=password_hash"), 400, "bad_parameter")
    problem(head.get(users, query_string={"filter": '[["password_hash", "ilike", "a"]]'}), 400, "bad_parameter")
    problem(head.get(LEADS, query_string={"fields": "user_id.password_hash"}), 400, "bad_parameter")
    told = problem(head.patch(f"{users}/{found['id']}", json={"password_hash": "x"}), 422, "invalid")
    assert "is not on res.users" in told["fields"]["password_hash"][0]


def test_key_opens_what_its_user_sees_and_needs_no_token(system: System, client: SignIn, office: Office) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env("a key for a test")
        key = create_key(env["res.users"].get(office.lan.user_id), "script")
    program = client().application.test_client()
    headers = {"Authorization": f"Bearer {key}"}
    assert answer(program.get(LEADS, headers=headers))["count"] == 3
    made = answer(program.post(LEADS, json={"name": "By script"}, headers=headers), 201)
    assert made["user_id"]["id"] == office.lan.user_id
    problem(program.get(f"{LEADS}/{office.minhs[0]}", headers=headers), 404, "not_found")
    problem(program.get(LEADS, headers={"Authorization": f"Bearer {key}x"}), 401, "login_needed")


def test_key_goes_before_the_session(
    system: System, client: SignIn, office: Office, count_statements: Callable[[], Any]
) -> None:
    with system.unit(write=True) as unit:
        key = create_key(unit.system_env("a key for a test")["res.users"].get(office.minh.user_id), "script")
    headers = {"Authorization": f"Bearer {key}"}
    browser = client(office.head)
    assert names(browser.get(LEADS, headers=headers)) == ["Secret deal"]
    with count_statements() as statements:
        browser.get(LEADS, query_string={"limit": 1, "filter": '[["partner_id.name", "!=", "x"]]'}, headers=headers)
    assert statements.total <= 3, statements.texts
