"""Creating, changing and deleting."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from core.addons.system import System
from tests.api.conftest import Office, answer, names, problem

LEADS = "/api/v1/crm.lead"


def test_create_answers_with_the_record_and_its_address(lan: FlaskClient, office: Office) -> None:
    sent = {
        "name": "Shelves",
        "type": "lead",
        "expected_revenue": "1234.5",
        "currency_id": office.dollar,
        "date_deadline": "2026-05-01",
    }
    response = lan.post(LEADS, json=sent)
    made = answer(response, 201)
    assert {name: made[name] for name in ("name", "type", "expected_revenue", "date_deadline")} == {
        "name": "Shelves", "type": "lead", "expected_revenue": "1234.5", "date_deadline": "2026-05-01",
    }  # fmt: skip
    assert made["user_id"] == {"id": office.lan.user_id, "display_name": "Lan"}
    assert made["prorated_revenue"] == "123.45"
    assert response.headers["Location"] == f"{LEADS}/{made['id']}"
    assert answer(lan.get(response.headers["Location"])) == made


def test_create_several_at_once(lan: FlaskClient) -> None:
    made = answer(lan.post(LEADS, json=[{"name": "One"}, {"name": "Two"}]), 201)
    assert len(made["ids"]) == 2
    assert names(lan.get(f"{LEADS}?order=-id&limit=2")) == ["Two", "One"]


def test_create_several_is_all_or_none(lan: FlaskClient) -> None:
    told = problem(lan.post(LEADS, json=[{"name": "One"}, {"name": "Two", "stage_id": 99999}]), 422, "invalid")
    assert told["fields"] == {"1.stage_id": ["points at no Stage that you may see"]}
    assert "One" not in names(lan.get(LEADS))
    told = problem(lan.post(LEADS, json=[{"name": "One"}, {"nam": "Two"}]), 422, "invalid")
    assert told["fields"] == {
        "1.name": ["is required"],
        "1.nam": ["field 'nam' is not on crm.lead; nearest: 'name'"],
    }
    assert "One" not in names(lan.get(LEADS))


def test_what_fails_late_leaves_nothing(lan: FlaskClient, office: Office, system: System) -> None:
    """The second record breaks a rule that is only checked once both are written."""
    rows: list[dict[str, Any]] = [{"name": "Mine"}, {"name": "Not mine", "user_id": office.minh.user_id}]
    problem(lan.post(LEADS, json=rows), 403, "access_denied")
    with system.unit() as unit:
        env = unit.system_env()
        assert env["crm.lead"].count() == len(office.lans) + len(office.minhs)


def test_change_leaves_what_is_not_named(lan: FlaskClient, office: Office) -> None:
    printer = f"{LEADS}/{office.lans[1]}"
    before = answer(lan.get(printer))
    after = answer(lan.patch(printer, json={"priority": "3", "date_deadline": None}))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"priority", "date_deadline", "row_version"}
    assert after["row_version"] == before["row_version"] + 1
    assert answer(lan.get(printer)) == after


def test_change_of_a_version_that_was_overtaken_is_a_conflict(
    lan: FlaskClient, head: FlaskClient, office: Office
) -> None:
    printer = f"{LEADS}/{office.lans[1]}"
    seen = answer(lan.get(printer))["row_version"]
    answer(head.patch(printer, json={"row_version": seen, "expected_revenue": "300"}))
    told = problem(lan.patch(printer, json={"row_version": seen, "expected_revenue": "275"}), 409, "conflict")
    assert (told["theirs"], told["yours"]) == ({"expected_revenue": "300"}, {"expected_revenue": "275"})
    assert answer(lan.get(printer))["expected_revenue"] == "300"


def test_change_of_the_version_that_is_stored_is_taken(lan: FlaskClient, office: Office) -> None:
    printer = f"{LEADS}/{office.lans[1]}"
    seen = answer(lan.get(printer))["row_version"]
    after = answer(lan.patch(printer, json={"row_version": seen, "name": "Printers"}))
    assert (after["name"], after["row_version"]) == ("Printers", seen + 1)


def test_delete(head: FlaskClient, office: Office) -> None:
    response = head.delete(f"{LEADS}/{office.lans[1]}")
    assert (response.status_code, response.data) == (204, b"")
    problem(head.get(f"{LEADS}/{office.lans[1]}"), 404, "not_found")


def test_history_names_who_wrote_through_the_api(lan: FlaskClient, office: Office, system: System) -> None:
    made = answer(lan.post(LEADS, json={"name": "Shelves"}), 201)["id"]
    answer(lan.patch(f"{LEADS}/{made}", json={"name": "Bookshelves"}))
    with system.unit() as unit:
        change = unit.system_env()["crm.lead"].get(made).history()[0]
    assert (change.user_id, change.changes["name"]) == (office.lan.user_id, ("Shelves", "Bookshelves"))
