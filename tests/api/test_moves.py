"""Moves between states over HTTP: what is possible, doing it, asking for approval and deciding."""

from __future__ import annotations

from typing import Any

from core import Identity
from tests.ordering import ORDER, Office, office

__all__ = ["office"]
API = "/api/v1"


def answered(office: Office, who: Identity, method: str, address: str, **body: Any) -> tuple[int, Any]:
    client = office.client(who)
    options = {"json": body} if method == "post" and body else {}
    response = client.open(f"{API}/{address}", method=method.upper(), **options)
    return response.status_code, response.get_json()


def test_a_record_tells_its_moves_and_why_not(office: Office) -> None:
    order = office.order("SO1", discount=20)
    status, told = answered(office, office.lan, "get", f"{ORDER}/{order}/moves")
    assert (status, told["state"]) == (200, {"value": "draft", "label": "Draft"})
    moves = {one["name"]: one for one in told["moves"]}
    confirm = moves["confirm"]
    assert (confirm["label"], confirm["to"]["value"]) == ("Confirm", "confirmed")
    assert (confirm["allowed"], confirm["needs_approval"]) == (False, True)
    assert moves["cancel"]["why_not"] == "“Cancel” with SO1 is for: Manager."
    assert moves["deliver"]["why_not"].startswith("“Deliver” starts from Confirmed, and SO1 is “Draft”.")


def test_a_move_is_made_against_the_version_that_was_seen(office: Office) -> None:
    order = office.order("SO1")
    status, told = answered(office, office.lan, "post", f"{ORDER}/{order}/moves/confirm", row_version=1)
    assert (status, told["state"]) == (200, "confirmed")
    status, told = answered(office, office.minh, "post", f"{ORDER}/{order}/moves/confirm", row_version=1)
    assert (status, told["code"]) == (409, "conflict")
    assert told["detail"] == "Lan was faster: SO1 is “Confirmed” now, so “Confirm” did not happen again."
    assert (told["theirs"], told["yours"]) == ({"state": "confirmed"}, {"state": "confirmed"})
    status, told = answered(office, office.minh, "post", f"{ORDER}/{order}/moves/confirm")
    assert (status, told["code"]) == (409, "refused")


def test_a_state_is_not_patched(office: Office) -> None:
    order = office.order("SO1")
    client = office.client(office.hoa)
    response = client.patch(f"{API}/{ORDER}/{order}", json={"state": "done"})
    assert response.status_code == 409
    assert response.get_json()["detail"] == (
        "State of SO1 is “Draft” and changes only by: Confirm (to Confirmed; Clerk); Cancel (to Cancelled; Manager)."
    )
    assert client.patch(f"{API}/{ORDER}/{order}", json={"state": "draft", "note": "x"}).status_code == 200
    response = client.post(f"{API}/{ORDER}", json={"name": "SO2", "state": "done"})
    assert response.get_json()["fields"] == {"state": ["begins as: Draft"]}


def test_what_needs_approval_is_asked_for_and_decided(office: Office) -> None:
    order = office.order("SO1", discount=20)
    status, told = answered(office, office.lan, "post", f"{ORDER}/{order}/moves/confirm")
    assert (status, told["code"]) == (409, "needs_approval")
    status, told = answered(office, office.lan, "post", f"{ORDER}/{order}/moves/confirm/approval", note="please")
    assert (status, told["approval"]["approvers"]) == (201, ["ordering.manager"])
    request = told["approval"]["id"]
    status, told = answered(office, office.minh, "post", f"approval.request/{request}/approve")
    assert status == 404
    status, told = answered(office, office.hoa, "post", f"approval.request/{request}/refuse")
    assert (status, told["fields"]) == (422, {"reason": ["is needed, so that whoever asked knows why"]})
    status, told = answered(office, office.hoa, "post", f"approval.request/{request}/approve")
    assert (status, told["state"]) == (200, "approved")
    assert office.state(order) == "confirmed"


def test_states_are_described_and_unknown_moves_named(office: Office) -> None:
    status, told = answered(office, office.lan, "get", f"{ORDER}/fields")
    assert (told["states"]["field"], told["states"]["start"]) == ("state", ["draft"])
    assert [one["name"] for one in told["states"]["moves"]] == ["confirm", "deliver", "cancel", "reopen"]
    assert told["states"]["moves"][0]["approvals"][1] == {"by": ["ordering.owner"], "count": 2}
    order = office.order("SO1")
    status, told = answered(office, office.lan, "post", f"{ORDER}/{order}/moves/confirn")
    assert (status, told["detail"]) == (404, "Order has no move 'confirn'; nearest: 'confirm'")
    status, told = answered(office, office.guest, "post", f"{ORDER}/{order}/moves/confirm")
    assert status in (403, 404)
