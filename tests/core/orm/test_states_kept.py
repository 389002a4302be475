"""No state is left behind that was not reached by an allowed move: by anybody, in any order, at once or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import AccessDenied, Conflict, Env, Identity, Refused
from core.errors import UserError
from core.testing.bench import Bench
from tests.core.orm.test_states import BOB, HOA, LAN, Letter, access

STATES = ("draft", "sent", "done", "lost")
ALLOWED = {
    ("draft", "sent"): "test.clerk",
    ("sent", "done"): "test.clerk",
    ("draft", "lost"): "test.manager",
    ("sent", "lost"): "test.manager",
}
"""The moves as the test knows them: from, to → whose."""
Deed = tuple[Identity, str]
DEEDS = st.lists(
    st.tuples(
        st.sampled_from([LAN, HOA, BOB]),
        st.sampled_from(["send", "finish", "give_up", *(f"={state}" for state in STATES), "caught"]),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def post(engine: str, databases_of: Callable[..., object]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()  # type: ignore[attr-defined]
    from core.testing.bench import as_parts

    bench = Bench(address, as_parts([Letter]), access)
    yield bench
    bench.close()
    databases.drop(address)  # type: ignore[attr-defined]


def do(env: Env, letter: int, deed: str) -> None:
    found = env[Letter].get(letter)
    if deed.startswith("="):
        found.write(state=deed[1:])
    elif deed == "caught":
        with suppress(UserError):
            found.send()
        with suppress(UserError):
            found.state = "lost"
    else:
        getattr(found, deed)()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, whole=st.booleans())
def test_random_moves_of_random_people_never_leave_another_state(post: Bench, deeds: list[Deed], whole: bool) -> None:
    with post.env(LAN) as env:
        letter = env[Letter].create(name="x", text="y").id
    if whole:  # all in one unit of work, of which the last may end it
        with suppress(UserError), post.unit() as unit:
            for who, deed in deeds:
                with suppress(UserError), unit.savepoint():
                    do(unit.env(who), letter, deed)
    else:
        for who, deed in deeds:
            with suppress(UserError), post.env(who) as env:
                do(env, letter, deed)
    roles = {who.user_id: who.roles for who in (LAN, HOA, BOB)}
    with post.env() as env:
        found = env[Letter].get(letter)
        steps = [one for one in reversed(found.history()) if "state" in one.changes and one.action == "write"]
        at: str | None = "draft"
        for step in steps:
            before, after = step.changes["state"]
            assert before == at
            assert ALLOWED[before, after] in roles[step.user_id]
            at = after
        assert found.state == at


@pytest.mark.engine("postgresql")
def test_of_two_who_move_at_once_one_wins_and_the_other_is_told(post: Bench) -> None:
    clerk = Identity(11, "x", roles=frozenset({"test.clerk", "test.manager"}))
    with post.env(clerk) as env:
        letter = env[Letter].create(name="To Huế", text="y").id
    barrier = Barrier(2, timeout=20)

    def work(verb: str) -> Exception | None:
        try:
            with post.env(clerk) as env:
                found = env[Letter].get(letter)
                assert found.state == "draft"
                barrier.wait()
                getattr(found, verb)()
        except Exception as error:
            return error
        return None

    with ThreadPoolExecutor(2) as pool:
        errors = list(pool.map(work, ["send", "send"]))
    (lost,) = [error for error in errors if error is not None]
    assert isinstance(lost, Conflict)
    assert lost.is_final
    assert str(lost) == "Somebody else was faster: To Huế is “Sent” now, so “Send” did not happen again."
    assert (lost.theirs, lost.yours) == ({"state": "sent"}, {"state": "sent"})
    with post.env() as env:
        assert env[Letter].get(letter).times == 1


def test_who_saw_another_version_is_told_so(post: Bench) -> None:
    with post.env(LAN) as env:
        letter = env[Letter].create(name="To Huế", text="y").id
    with post.env(HOA) as env:
        env[Letter].get(letter).text = "other words"
    with post.env(LAN) as env, pytest.raises(Conflict, match="changed To Huế while you had it open"):
        found = env[Letter].get(letter)
        found.expect_version(1)
        found.send()
    with post.env(LAN) as env, pytest.raises((Refused, AccessDenied)):
        env[Letter].get(letter).give_up()
