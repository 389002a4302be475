"""Bad input: each is a 4xx with a code that stays and a reason that can be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.addons.system import System
from core.testing.web import TOKEN_HEADER, SignIn
from tests.api.conftest import Office, answer, problem

LEADS = "/api/v1/crm.lead"


@pytest.mark.parametrize(
    ("asked", "parameter", "reason"),
    [
        ({"fields": "name,expected_revenu"}, "fields",
         "field 'expected_revenu' is not on crm.lead; nearest: 'expected_revenue'"),
        ({"fields": "partner_id.nme"}, "fields", "field 'nme' is not on res.partner; nearest: 'name'"),
        ({"fields": "name.x"}, "fields", "'name' has no fields of its own, so no 'x'"),
        ({"fields": "tag_ids.name"}, "fields",
         "'tag_ids.name' leads into a list of another record; ask for that record's own address"),
        ({"fields": "name,"}, "fields", "field '' is not on crm.lead"),
        ({"order": "nme"}, "order", "field 'nme' is not on crm.lead; nearest: 'name'"),
        ({"order": "tag_ids"}, "order", "records cannot be put in order by 'tag_ids'"),
        ({"sums": "name"}, "sums", "'name' cannot be added up"),
        ({"sums": "expected"}, "sums", "field 'expected' is not on crm.lead; nearest: 'expected_revenue'"),
        ({"limit": "1001"}, "limit", "'limit' must be a whole number from 0 to 1000"),
        ({"limit": "-1"}, "limit", "'limit' must be a whole number from 0 to 1000"),
        ({"limit": "many"}, "limit", "'limit' must be a whole number from 0 to 1000"),
        ({"offset": "9" * 30}, "offset", "'offset' must be a whole number from 0 to 9223372036854775807"),
        ({"fliter": "[]"}, "fliter", "'fliter' is no parameter of this address; nearest: 'filter'"),
        ({"filter": "[["}, "filter", "'filter' is not JSON: a value is missing in line 1, column 3"),
        ({"filter": '[["probability", ">", NaN]]'}, "filter",
         "'filter' is not JSON: it holds a number that is too long or no number"),
        ({"filter": '[["name", "=", "\\ud800"]]'}, "filter",
         "'filter' is not JSON: it holds half of a character (a lone surrogate)"),
        ({"filter": "[" * 100_000}, "filter", "'filter' is not JSON: it is nested too deeply"),
        ({"filter": '{"name": "x"}'}, "filter", 'a filter is a list of terms, as in [["name", "=", "Acme"]]'),
        ({"filter": '[["nme", "=", "x"]]'}, "filter", "field 'nme' is not on crm.lead; nearest: 'name'"),
        ({"filter": '[["probability", ">", "high"]]'}, "filter",
         "the value for 'probability' must be a number with a point before its decimals, as in 1234.5"),
    ],
)  # fmt: skip
@pytest.mark.engine("sqlite")
def test_bad_parameter(lan: FlaskClient, asked: dict[str, str], parameter: str, reason: str) -> None:
    told = problem(lan.get(LEADS, query_string=asked), 400, "bad_parameter")
    assert (told["parameter"], told["detail"]) == (parameter, reason)


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, {"name": ["is required"]}),
        ({"name": None}, {"name": ["is required"]}),
        ({"name": "  "}, {"name": ["is required"]}),
        ({"name": "x" * 201}, {"name": ["is too long: 201 characters where 200 fit"]}),
        ({"name": 5}, {"name": ["must be a text"]}),
        ({"name": "x", "expected_revenue": "a lot"},
         {"expected_revenue": ["must be a number with a point before its decimals, as in 1234.5"]}),
        ({"name": "x", "expected_revenue": "1e30"},
         {"expected_revenue": ["must be written out in digits, without an exponent, as in 1234.5"]}),
        ({"name": "x", "expected_revenue": 10**14},
         {"expected_revenue": ["is too large: at most 14 digits before the point"]}),
        ({"name": "x", "expected_revenue": "-1"}, {"expected_revenue": ["must be 0 or more"]}),
        ({"name": "x", "expected_revenue": "0.5"},
         {"expected_revenue": ["must be a whole amount: the currency has no decimals"]}),
        ({"name": "x", "date_deadline": "1/4/2026"}, {"date_deadline": ["must be a date, as in 2026-03-31"]}),
        ({"name": "x", "type": "deal"}, {"type": ["cannot be 'deal'; nearest: 'lead'"]}),
        ({"name": "x", "active": "yes"}, {"active": ["must be yes or no"]}),
        ({"name": "x", "stage_id": "Won"}, {"stage_id": ["must be the id of a record, or null"]}),
        ({"name": "x", "prorated_revenue": 1}, {"prorated_revenue": ["cannot be written: it is computed"]}),
        ({"name": "x", "id": 1}, {"id": ["cannot be written: the database gives it"]}),
        ({"name": "x", "expected_revenu": 1},
         {"expected_revenu": ["field 'expected_revenu' is not on crm.lead; nearest: 'expected_revenue'"]}),
        ({"nam": "x", "active": 1},
         {"name": ["is required"], "active": ["must be yes or no"],
          "nam": ["field 'nam' is not on crm.lead; nearest: 'name'"]}),
    ],
)  # fmt: skip
@pytest.mark.engine("sqlite")
def test_invalid_record(lan: FlaskClient, sent: dict[str, Any], fields: dict[str, list[str]]) -> None:
    told = problem(lan.post(LEADS, json=sent), 422, "invalid")
    assert told["fields"] == fields
    for name, reasons in fields.items():
        assert f"{name}: {reasons[0]}" in told["detail"]


@pytest.mark.engine("sqlite")
def test_reference_to_no_record_is_invalid(lan: FlaskClient, office: Office) -> None:
    for sent, label in (
        ({"stage_id": 99999}, "Stage"),
        ({"tag_ids": [99999]}, "Tag"),
        ({"partner_id": 2**62}, "Contact"),
    ):
        told = problem(lan.post(LEADS, json={"name": "x", **sent}), 422, "invalid")
        assert told["fields"] == {next(iter(sent)): [f"points at no {label} that you may see"]}
        told = problem(lan.patch(f"{LEADS}/{office.lans[0]}", json=sent), 422, "invalid")
        assert told["fields"] == {next(iter(sent)): [f"points at no {label} that you may see"]}


@pytest.mark.engine("sqlite")
def test_invalid_change_changes_nothing(lan: FlaskClient, office: Office) -> None:
    printer = f"{LEADS}/{office.lans[1]}"
    before = answer(lan.get(printer))
    problem(lan.patch(printer, json={"name": "Changed", "expected_revenue": "x"}), 422, "invalid")
    problem(lan.patch(printer, json={"name": "Changed", "stage_id": 99999}), 422, "invalid")
    told = problem(lan.patch(printer, json={"name": "Changed", "row_version": "1"}), 422, "invalid")
    assert told["fields"] == {"row_version": ["must be a whole number"]}
    assert answer(lan.get(printer)) == before


@pytest.mark.engine("sqlite")
def test_rule_of_the_business_names_the_field_on_the_wire(lan: FlaskClient, office: Office) -> None:
    """The constraint speaks of `stage`, a client knows `stage_id`."""
    told = problem(lan.patch(f"{LEADS}/{office.lans[0]}", json={"is_lost": True}), 422, "invalid")
    assert list(told["fields"]) == ["stage_id"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code", "reason"),
    [
        ("{", "application/json", 400, "bad_body",
         "The body is not JSON: a name in double quotes is missing in line 1, column 2."),
        ("", "application/json", 400, "bad_body", "The body is not JSON: a value is missing in line 1, column 1."),
        (b'{"name": "\xff"}', "application/json", 400, "bad_body", "The body is not UTF-8."),
        ('{"name": "\\ud83d"}', "application/json", 400, "bad_body",
         "The body is not JSON: it holds half of a character (a lone surrogate)."),
        ('{"expected_revenue": Infinity}', "application/json", 400, "bad_body",
         "The body is not JSON: it holds a number that is too long or no number."),
        ('{"expected_revenue": ' + "9" * 5000 + "}", "application/json", 400, "bad_body",
         "The body is not JSON: it holds a number that is too long or no number."),
        ("[" * 100_000, "application/json", 400, "bad_body", "The body is not JSON: it is nested too deeply."),
        ('"name"', "application/json", 400, "bad_body", "The body must be an object of fields and values."),
        ("[]", "application/json", 400, "bad_body", "A list must hold 1 to 10000 records."),
        ("name=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type",
         "Send JSON, with the header 'Content-Type: application/json'."),
        ('{"name": "x"}', "text/plain", 415, "unsupported_media_type",
         "Send JSON, with the header 'Content-Type: application/json'."),
    ],
)  # fmt: skip
@pytest.mark.engine("sqlite")
def test_bad_body(lan: FlaskClient, body: str | bytes, kind: str, status: int, code: str, reason: str) -> None:
    assert problem(lan.post(LEADS, data=body, content_type=kind), status, code)["detail"] == reason


@pytest.mark.engine("sqlite")
def test_number_of_a_million_digits_is_an_answer_too(lan: FlaskClient) -> None:
    sent = '{"name": "x", "expected_revenue": 1e9999999}'
    told = problem(lan.post(LEADS, data=sent, content_type="application/json"), 422, "invalid")
    assert told["fields"] == {"expected_revenue": ["is too large: at most 14 digits before the point"]}
    sent = '{"name": "x", "expected_revenue": 1e99999999999999999999}'
    problem(lan.post(LEADS, data=sent, content_type="application/json"), 400, "bad_body")


@pytest.mark.engine("sqlite")
def test_too_large_body(lan: FlaskClient) -> None:
    sent = json.dumps({"name": "x", "description": "y" * (33 * 1024 * 1024)})
    problem(lan.post(LEADS, data=sent, content_type="application/json"), 413, "request_entity_too_large")


@pytest.mark.engine("sqlite")
def test_unknown_model_names_the_nearest(lan: FlaskClient) -> None:
    told = problem(lan.get("/api/v1/crm.leed"), 404, "not_found")
    assert told["detail"] == "There is no model 'crm.leed'; nearest: 'crm.lead'."


@pytest.mark.parametrize("path", ["/99999", f"/{2**63}", f"/{10**30}", "/0"])
@pytest.mark.engine("sqlite")
def test_unknown_record(lan: FlaskClient, path: str) -> None:
    text = "There is no such Opportunity, or you may not see it."
    assert problem(lan.get(LEADS + path), 404, "not_found")["detail"] == text
    assert problem(lan.patch(LEADS + path, json={"name": "x"}), 404, "not_found")["detail"] == text


@pytest.mark.parametrize("path", ["crm.lead/x", "crm.lead/1/2/3", "crm.lead/-1"])
@pytest.mark.engine("sqlite")
def test_unknown_address(lan: FlaskClient, path: str) -> None:
    problem(lan.get(f"/api/v1/{path}"), 404, "not_found")


@pytest.mark.engine("sqlite")
def test_method_that_an_address_does_not_have(lan: FlaskClient, office: Office) -> None:
    response = lan.put(f"{LEADS}/{office.lans[0]}", json={"name": "x"})
    told = problem(response, 405, "method_not_allowed")
    assert told["detail"] == "This address does not answer to that method; the header Allow names those that it knows."
    assert {"GET", "PATCH", "DELETE"} <= {name.strip() for name in response.headers["Allow"].split(",")}


@pytest.mark.engine("sqlite")
def test_nobody_is_asked_to_log_in(client: SignIn) -> None:
    response = client().get(LEADS)
    problem(response, 401, "login_needed")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.engine("sqlite")
def test_write_without_the_token_of_the_session_is_refused(lan: FlaskClient, system: System) -> None:
    del lan.environ_base[TOKEN_HEADER]
    problem(lan.post(LEADS, json={"name": "forged"}), 400, "token_refused")
    with system.unit() as unit:
        assert "forged" not in [lead.name for lead in unit.system_env()["crm.lead"].search()]


@pytest.mark.engine("sqlite")
def test_problem_is_told_in_the_language_of_the_reader(client: SignIn, make_user: Any) -> None:
    """Until the catalogs have landed that is English for everybody; the reader's language must not fail."""
    told = problem(client(make_user("mai", "crm.salesperson", language="vi")).post(LEADS, json={}), 422, "invalid")
    assert list(told["fields"]) == ["name"]
