"""States: a record changes its state only by a declared move, by somebody who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import AccessDenied, Env, Filter, Grant, Invalid, Missing, Model, Refused, Role, States, fields, move
from core.errors import BanyanError
from core.orm.states.carry import possible_moves
from core.testing.bench import Bench, identity

STATES = (("draft", "Draft"), ("sent", "Sent"), ("done", "Done"), ("lost", "Lost"))
clerk, manager, guest = Role("test.clerk", "Clerk"), Role("test.manager", "Manager"), Role("test.guest", "Guest")


def has_text(env: Env) -> Filter:
    return Letter.text != ""


class Letter(Model):
    _name = "test.letter"
    _label, _label_plural = "Letter", "Letters"

    name = fields.Char("Name", required=True)
    text = fields.Text("Text")
    owner = fields.Integer("Owner", default=lambda env: env.user_id)
    times = fields.Integer("Times sent")
    state = fields.Selection(STATES, "State", default="draft")

    _states = States(state)

    @move("draft", "sent", roles="test.clerk", label="Send", when=has_text, why="There is nothing to send.")
    def send(self) -> None:
        self.times += 1

    @move("sent", "done", roles="test.clerk")
    def finish(self) -> None:
        if self.text == "broken":
            raise Refused("It cannot be finished.")

    @move(("draft", "sent"), "lost", roles="test.manager", label="Give up")
    def give_up(self) -> None:
        """No more of it."""


access = [
    clerk,
    manager,
    guest,
    Grant(clerk, Letter, "read", "create"),
    Grant(clerk, Letter, "write", where=lambda env: (Letter.owner == env.user_id) & (Letter.state == "draft")),
    Grant(manager, Letter, "read", "write", "create"),
    Grant(guest, Letter, "read"),
]
LAN, HOA, BOB = identity(7, "test.clerk"), identity(8, "test.manager"), identity(9, "test.guest")


@pytest.fixture
def post(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Letter, access=access)


@pytest.fixture
def letter(post: Bench) -> int:
    with post.env(LAN) as env:
        return env[Letter].create(name="To Huế", text="Dear").id


def state_of(post: Bench, identity: int) -> str | None:
    with post.env() as env:
        return env[Letter].get(identity).state


def test_a_move_changes_the_state_and_does_what_its_verb_says(post: Bench, letter: int) -> None:
    with post.env(HOA) as env, pytest.raises(AccessDenied, match="“Send” with To Huế is for: Clerk"):
        env[Letter].get(letter).send()
    with post.env(identity(7, "test.clerk", "test.manager")) as env:
        env[Letter].get(letter).send()
    with post.env() as env:
        found = env[Letter].get(letter)
        assert (found.state, found.times) == ("sent", 1)


def test_a_move_may_lead_out_of_what_its_maker_may_change(post: Bench, letter: int) -> None:
    with post.env(LAN) as env:
        found = env[Letter].get(letter)
        found.send()
        assert (found.state, found.times) == ("sent", 1)
    with pytest.raises(AccessDenied, match="You may not change this Letter"), post.env(LAN) as env:
        env[Letter].get(letter).write(text="Other")
    with pytest.raises(AccessDenied, match="You may not change this Letter"), post.env(LAN) as env:
        env[Letter].get(letter).finish()


@pytest.mark.parametrize("who", [LAN, HOA])
def test_a_state_is_not_written_like_any_other_value(post: Bench, letter: int, who: object) -> None:
    with post.env(who) as env:  # type: ignore[arg-type]
        found = env[Letter].get(letter)
        found.write(state="draft")
        with pytest.raises(Refused) as refused:
            found.write(state="done")
    assert str(refused.value) == (
        "State of To Huế is “Draft” and changes only by: Send (to Sent; Clerk); Give up (to Lost; Manager)."
    )
    assert state_of(post, letter) == "draft"


def test_a_record_begins_in_a_declared_state(post: Bench) -> None:
    with post.env(LAN) as env, pytest.raises(Invalid, match="State begins as: Draft"):
        env[Letter].create(name="x", state="sent")
    with post.env(LAN) as env, pytest.raises(Invalid, match="begins as"):
        env[Letter].create(name="x", state=None)


def test_elevated_code_sets_a_state_with_a_reason(post: Bench, letter: int) -> None:
    with post.unit() as unit:
        unit.system_env("moved over")[Letter].get(letter).state = "done"
        unit.system_env("moved over")[Letter].create(name="old one", state="lost")
    assert state_of(post, letter) == "done"
    with post.unit() as unit, pytest.raises(BanyanError, match="with a reason only"):
        unit.system_env()[Letter].get(letter).state = "draft"
    with post.unit() as unit, pytest.raises(BanyanError, match="with a reason only"):
        unit.system_env()[Letter].create(name="x", state="done")


def test_a_move_starts_from_its_states_only(post: Bench, letter: int) -> None:
    with post.env(HOA) as env:
        env[Letter].get(letter).give_up()
    with post.env(HOA) as env, pytest.raises(Refused) as refused:
        env[Letter].get(letter).give_up()
    assert str(refused.value) == (
        "“Give up” starts from Draft, Sent, and To Huế is “Lost”. "
        "Possible from there: nothing: no move leads on from it."
    )


def test_a_condition_is_asked_with_its_own_words(post: Bench, letter: int) -> None:
    with post.env() as env, pytest.raises(Refused, match=r"There is nothing to send\."):
        found = env[Letter].get(letter)
        found.text = ""
        found.send()


def test_a_verb_that_fails_leaves_the_state_though_its_error_is_caught(post: Bench, letter: int) -> None:
    with post.env() as env:
        found = env[Letter].get(letter)
        found.write(text="broken", state="sent")
        with pytest.raises(Refused, match="It cannot be finished"):
            found.finish()
        assert found.state == "sent"
    assert state_of(post, letter) == "sent"


def test_who_may_not_see_or_change_a_record_does_not_move_it(post: Bench, letter: int) -> None:
    with post.env(BOB) as env, pytest.raises(AccessDenied, match="You may not change Letters"):
        env[Letter].get(letter).give_up()
    with post.env(identity(10)) as env, pytest.raises((AccessDenied, Missing)):
        env[Letter].browse(letter)[0].give_up()
    assert state_of(post, letter) == "draft"


def test_moves_are_in_the_history_with_who_made_them(post: Bench, letter: int) -> None:
    with post.env(HOA) as env:
        env[Letter].get(letter).give_up()
    with post.env() as env:
        change = env[Letter].get(letter).history()[0]
    assert (change.user_id, change.reason) == (8, "Give up")
    assert change.changes["state"] == ("draft", "lost")


def test_each_reader_is_told_what_they_may_do_and_why_not(post: Bench, letter: int) -> None:
    with post.env(LAN) as env:
        found = {one.move.name: one for one in possible_moves(env[Letter].get(letter))}
    assert [name for name, one in found.items() if one.allowed] == ["send"]
    assert found["give_up"].why == "“Give up” with To Huế is for: Manager."
    assert found["finish"].why.startswith("“Finish” starts from Sent")
    with post.env(BOB) as env:
        assert not any(one.allowed for one in possible_moves(env[Letter].get(letter)))


def test_a_batch_is_moved_record_by_record_and_another_state_refused_as_a_whole(post: Bench, letter: int) -> None:
    with post.env(HOA) as env, pytest.raises(Refused):
        env[Letter].search().write(text="x", state="lost")
    with post.env() as env:
        assert env[Letter].get(letter).text == "Dear"
