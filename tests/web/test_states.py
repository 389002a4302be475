"""The form of a record with states: the path, the moves as buttons, and what waits for approval."""

from __future__ import annotations

from typing import Any

from core import Identity
from core.testing.forms import read_form
from tests.ordering import ORDER, REQUEST, Office, office

__all__ = ["office"]


def page(office: Office, who: Identity, order: int) -> str:
    return office.client(who).get(f"/records/{ORDER}/{order}").text


def press(office: Office, who: Identity, order: int, verb: str, shown: str, **typed: Any) -> tuple[int, str]:
    """Press a button of a page that was shown before."""
    sent = read_form(shown).fill(**typed).fields
    response = office.client(who).post(f"/records/{ORDER}/{order}/do/{verb}", data=sent, follow_redirects=True)
    return response.status_code, response.text


def test_the_path_and_the_moves_that_one_may_make_stand_at_the_top(office: Office) -> None:
    order = office.order("SO1")
    text = page(office, office.lan, order)
    assert 'aria-current="step">Draft<' in text
    assert "do/confirm" in text
    assert 'name="_status"' not in text
    assert not any(f"do/{verb}" in text for verb in ("deliver", "cancel", "reopen"))
    assert "do/cancel" in page(office, office.hoa, order)


def test_pressing_a_button_makes_the_move_with_what_was_typed(office: Office) -> None:
    order = office.order("SO1")
    status, text = press(office, office.lan, order, "confirm", page(office, office.lan, order), note="quickly")
    assert status == 200
    assert 'aria-current="step">Confirmed<' in text
    assert "Confirm" in text.split('class="story')[-1]
    with office.at() as env:
        assert env[ORDER].get(order).note == "quickly"


def test_who_presses_second_is_told_who_was_faster(office: Office) -> None:
    order = office.order("SO1")
    shown = page(office, office.minh, order)
    assert press(office, office.lan, order, "confirm", page(office, office.lan, order))[0] == 200
    status, text = press(office, office.minh, order, "confirm", shown)
    assert status == 409
    assert "Lan was faster: SO1 is “Confirmed” now" in text
    with office.at() as env:
        assert env[ORDER].get(order).confirmations == 1


def test_a_move_that_asks_first_shows_its_question(office: Office) -> None:
    order = office.order("SO1")
    _status, text = press(office, office.hoa, order, "cancel", page(office, office.hoa, order))
    assert "Cancel the order?" in text
    assert office.state(order) == "draft"


def test_a_move_that_needs_approval_is_asked_for_and_shown_as_waiting(office: Office) -> None:
    order = office.order("SO1", discount=20)
    shown = page(office, office.lan, order)
    assert "Confirm: ask for approval" in shown
    status, text = press(office, office.lan, order, "confirm", shown)
    assert status == 200
    assert "“Confirm” waits for approval" in text
    assert "Asked by Lan; to decide: Manager." in text
    assert not any("do/confirm" in page(office, who, order) for who in (office.lan, office.minh))
    client = office.client(office.hoa)
    listed = client.get(f"/records/{REQUEST}?menu=approvals.waiting").text
    assert "SO1" in listed
    with office.at() as env:
        (request,) = env[REQUEST].search().ids
    form = client.get(f"/records/{REQUEST}/{request}").text
    assert "do/approve" in form
    answer = client.post(f"/records/{REQUEST}/{request}/do/approve", data=read_form(form).fields, follow_redirects=True)
    assert answer.status_code == 200
    assert office.state(order) == "confirmed"
    assert "waits for approval" not in page(office, office.lan, order)


def test_a_move_that_does_not_apply_says_what_would(office: Office) -> None:
    order = office.order("SO1")
    status, text = press(office, office.lan, order, "deliver", page(office, office.lan, order))
    assert status == 409
    assert "“Deliver” starts from Confirmed, and SO1 is “Draft”." in text
    status, text = press(office, office.lan, order, "cancel", page(office, office.lan, order))
    assert status == 403
