"""Approvals: a move that somebody else has to agree to first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from addons.base.views.approval import to_approve
from core import AccessDenied, Conflict, Identity, Invalid, Missing, Refused
from core.errors import NeedsApproval
from core.orm.states.approval import ask, decide, waiting
from core.orm.states.carry import possible_moves
from tests.ordering import ORDER, REQUEST, Office, office

__all__ = ["office"]


def asked(office: Office, order: int, note: str = "", who: Identity | None = None) -> int:
    with office.at(who or office.lan) as env:
        made: int = ask(env[ORDER].get(order), "confirm", note).id
        return made


def agree(office: Office, request: int, who: Identity) -> None:
    with office.at(who) as env:
        env[REQUEST].get(request).approve()


def told(office: Office, request: int, *names: str) -> Any:
    with office.at() as env:
        found = env[REQUEST].get(request)
        return tuple(getattr(found, name) for name in names)


def test_a_move_without_need_of_approval_is_made_at_once(office: Office) -> None:
    order = office.order("SO1", discount=10)
    with office.at(office.lan) as env, pytest.raises(Refused, match="needs no approval"):
        ask(env[ORDER].get(order), "confirm")
    with office.at(office.lan) as env:
        env[ORDER].get(order).confirm()
    assert office.state(order) == "confirmed"


def test_a_move_that_needs_approval_says_whose(office: Office) -> None:
    order = office.order("SO1", discount=20)
    with office.at(office.lan) as env, pytest.raises(NeedsApproval) as needed:
        env[ORDER].get(order).confirm()
    assert str(needed.value) == "“Confirm” with SO1 needs the approval of: Manager. Ask for it."
    with office.at(office.lan) as env:
        (confirm,) = [one for one in possible_moves(env[ORDER].get(order)) if one.move.name == "confirm"]
    assert confirm.allowed
    assert confirm.needs_approval
    assert office.state(order) == "draft"


def test_approving_makes_the_move_in_the_same_transaction(office: Office) -> None:
    order = office.order("SO1", discount=20)
    request = asked(office, order, "An old customer")
    with office.at(office.hoa) as env:
        (found,) = env[REQUEST].search()
        assert (found.record.name, found.asked_by.name, found.note) == ("SO1", "Lan", "An old customer")
        assert found.deciders == "Manager"
        assert env[REQUEST].search(to_approve(env)).ids == (request,)
    with office.at(office.lan) as env:
        assert not env[REQUEST].search(to_approve(env))
    agree(office, request, office.hoa)
    assert office.state(order) == "confirmed"
    with office.at() as env:
        found = env[ORDER].get(order)
        assert found.confirmations == 1
        change = next(one for one in found.history() if "state" in one.changes)
        assert change.user_id == office.hoa.user_id
        assert change.reason == "Confirm (approved; asked by Lan)"
        decided = env[REQUEST].get(request)
        assert (decided.state, decided.decided_by.name) == ("approved", "Hoa")
        assert [(one.by.name, one.agrees) for one in decided.decisions] == [("Hoa", True)]


def test_nobody_approves_what_they_asked_for(office: Office) -> None:
    order = office.order("SO1", discount=20, who=office.hoa)
    request = asked(office, order, who=office.hoa)
    with office.at(office.hoa) as env, pytest.raises(AccessDenied, match="somebody else decides"):
        env[REQUEST].get(request).approve()
    with office.at(office.hoa) as env, pytest.raises(AccessDenied, match="somebody else decides"):
        decide(env.sudo("a trick")[REQUEST].get(request), True)
    agree(office, request, office.kim)
    assert office.state(order) == "confirmed"


def test_who_has_not_the_role_neither_sees_nor_decides_it(office: Office) -> None:
    request = asked(office, office.order("SO1", discount=20))
    for who in (office.minh, office.guest, office.an):
        with office.at(who) as env:
            assert not env[REQUEST].search()
            with pytest.raises(Missing):
                env[REQUEST].get(request)
            with pytest.raises(Missing):
                decide(env[REQUEST].browse(request)[0], True)
    with office.at(office.lan) as env, pytest.raises(AccessDenied):
        env[REQUEST].get(request).approve()
    with pytest.raises(AccessDenied), office.at(office.lan) as env:
        env[REQUEST].get(request).write(reason="because")
    with office.at(office.hoa) as env, pytest.raises(Refused):
        env[REQUEST].get(request).write(state="approved")
    with office.at(office.hoa) as env, pytest.raises(AccessDenied):
        env[REQUEST].create(name="x")


def test_refusing_keeps_the_state_and_tells_why(office: Office) -> None:
    order = office.order("SO1", discount=20)
    request = asked(office, order)
    with office.at(office.hoa) as env, pytest.raises((Refused, Invalid)):
        env[REQUEST].get(request).refuse()
    with office.at(office.hoa) as env:
        found = env[REQUEST].get(request)
        found.reason = "Too much"
        found.refuse()
    assert told(office, request, "state", "reason") == ("refused", "Too much")
    assert office.state(order) == "draft"
    with office.at(office.lan) as env:
        assert env[REQUEST].get(request).reason == "Too much"
    second = asked(office, order)
    assert second != request


def test_steps_are_asked_one_after_the_other_and_by_as_many_as_are_needed(office: Office) -> None:
    order = office.order("SO1", amount=2000, discount=20)
    request = asked(office, order)
    with office.at(office.an) as env:
        assert not env[REQUEST].search()
    agree(office, request, office.hoa)
    with office.at(office.kim) as env, pytest.raises((AccessDenied, Missing)):
        env[REQUEST].get(request).approve()
    agree(office, request, office.an)
    with office.at(office.an) as env, pytest.raises(Refused, match="You have agreed already"):
        env[REQUEST].get(request).approve()
    assert office.state(order) == "draft"
    agree(office, request, office.bao)
    assert office.state(order) == "confirmed"
    with office.at() as env:
        assert [one.step for one in env[REQUEST].get(request).decisions] == [1, 2, 2]


def test_changing_what_was_agreed_to_makes_the_request_void(office: Office) -> None:
    order = office.order("SO1", discount=20)
    request = asked(office, order)
    with office.at(office.lan) as env:
        env[ORDER].get(order).note = "nobody was asked about that"
    assert told(office, request, "state") == ("open",)
    with office.at(office.lan) as env:
        env[ORDER].get(order).lines[0].amount = Decimal(90)
    assert told(office, request, "state", "reason") == ("void", "Changed since: Total.")
    with office.at(office.hoa) as env, pytest.raises(Conflict, match="this is “Void” now"):
        env[REQUEST].get(request).approve()
    with office.at(office.lan) as env:
        assert not waiting(env[ORDER].get(order))
    again = asked(office, order)
    with office.at(office.hoa) as env:
        env[ORDER].get(order).cancel()
    assert told(office, again, "state") == ("void",)


def test_a_request_waits_once(office: Office) -> None:
    order = office.order("SO1", discount=20)
    asked(office, order)
    with office.at(office.minh) as env, pytest.raises(Refused, match="waits for approval already"):
        ask(env[ORDER].get(order), "confirm")


def test_who_asked_must_be_allowed_still(office: Office) -> None:
    order = office.order("SO1", discount=20)
    request = asked(office, order)
    with office.at() as env:
        env["res.users"].get(office.lan.user_id).write(groups=[])
    with office.at(office.hoa) as env, pytest.raises(Refused, match="Lan may not “Confirm” any longer"):
        env[REQUEST].get(request).approve()
    assert (office.state(order), told(office, request, "state")) == ("draft", ("open",))


def test_asking_needs_what_the_move_needs(office: Office) -> None:
    order = office.order("SO1", discount=20)
    with office.at(office.guest) as env, pytest.raises((AccessDenied, Missing)):
        ask(env[ORDER].browse(order)[0], "confirm")
    with office.at(office.lan) as env, pytest.raises(Refused, match="without lines"):
        found = env[ORDER].get(order)
        found.lines[0].delete()
        ask(found, "confirm")


def test_a_request_goes_with_its_record(office: Office) -> None:
    order = office.order("SO1", discount=20)
    request = asked(office, order)
    with office.at() as env:
        env[ORDER].get(order).delete()
        assert not env[REQUEST].count()
        assert request


@pytest.mark.engine("postgresql")
def test_of_two_who_agree_at_once_both_count_and_the_move_is_made_once(office: Office) -> None:
    order = office.order("SO1", amount=2000)
    request, barrier = asked(office, order), Barrier(2, timeout=20)

    def work(who: Identity) -> None:
        with office.at(who) as env:
            found = env[REQUEST].get(request)
            assert found.state == "open"
            barrier.wait()
            found.approve()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [office.an, office.bao]))
    assert office.state(order) == "confirmed"
    with office.at() as env:
        assert env[ORDER].get(order).confirmations == 1
        assert len(env[REQUEST].get(request).decisions) == 2
