"""Jobs: asked for with a transaction, run once, as whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core import AccessDenied, Identity, Refused
from core.addons.system import System
from core.errors import BanyanError
from core.testing.jobs import RunJobs

from .helpers import entries, job_rows


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    return make_user("lan", "base.user", language="vi")


@pytest.fixture
def admin(make_user: Callable[..., Identity]) -> Identity:
    return make_user("admin", "base.administrator")


def ask(system: System, name: str, *arguments: object, **options: Any) -> int:
    """Ask for a job of the addon, elevated, in a unit of its own."""
    import addons.chores.jobs as chores

    with system.unit(write=True) as unit:
        return getattr(chores, name).later(unit.system_env("a test"), *arguments, **options).id  # type: ignore[no-any-return]


def test_job_runs_after_the_commit_of_whoever_asked(system: System, run_jobs: RunJobs) -> None:
    from addons.chores.jobs import write

    with system.unit(write=True) as unit:
        write.later(unit.system_env("a test"), "sweep the yard")
        assert run_jobs() == {}
    assert entries(system) == []
    assert list(run_jobs().values()) == ["done"]
    assert entries(system) == ["sweep the yard"]
    assert run_jobs() == {}
    assert job_rows(system, "state") == ["done"]


def test_job_of_a_request_that_is_rolled_back_is_never_there(system: System, run_jobs: RunJobs) -> None:
    from addons.chores.jobs import write

    with pytest.raises(ZeroDivisionError), system.unit(write=True) as unit:
        write.later(unit.system_env("a test"), "sweep the yard")
        raise ZeroDivisionError
    with system.unit(write=True) as unit:
        env = unit.system_env("a test")
        with pytest.raises(ZeroDivisionError), env.savepoint():
            write.later(env, "sweep the yard")
            raise ZeroDivisionError
        assert unit.woken == []
    assert run_jobs() == {}
    assert job_rows(system, "id") == []


def test_commit_wakes_a_worker(system: System) -> None:
    first, second = ask(system, "write", "one"), ask(system, "write", "two", priority=5)
    assert system.backstage.wakes.waiting() == {first, second}
    queue = system.backstage.wakes
    assert [queue.dequeue().args for _each in range(2)] == [(second,), (first,)]


def test_job_runs_as_the_user_who_asked_in_their_company_and_language(
    system: System, lan: Identity, run_jobs: RunJobs
) -> None:
    from addons.chores.jobs import say_who

    with system.unit(write=True) as unit:
        record: Any = say_who.later(unit.env(lan), about="Huế")
        assert record.name == "Say who works: Huế"
    run_jobs()
    assert entries(system) == [f"lan {lan.company_id} {sorted(lan.company_ids)} vi False Say who works: Huế"]


def test_job_has_the_access_of_whoever_asked_and_no_more(system: System, lan: Identity, run_jobs: RunJobs) -> None:
    from addons.chores.jobs import remove, write

    with system.unit(write=True) as unit:
        write.later(unit.env(lan), "sweep the yard", 1)
        remove.later(unit.env(lan), 1)
        remove.later(unit.env(lan).sudo("clean up"), 1, priority=-5)
    run_jobs(failing=True)
    assert [(state, reason) for state, reason in job_rows(system, "state", "reason")] == [
        ("done", ""), ("waiting", ""), ("done", "clean up"),
    ]  # fmt: skip
    assert entries(system) == []
    [problem] = [text for text in job_rows(system, "problem") if text]
    assert "chores.entry" not in problem
    with pytest.raises(AccessDenied):
        run_jobs(at=_far(system))


def _far(system: System) -> Any:
    with system.unit() as unit:
        return unit.now() + timedelta(days=1)


def test_job_of_somebody_who_has_left_fails_with_that_reason(system: System, lan: Identity, run_jobs: RunJobs) -> None:
    from addons.chores.jobs import write

    with system.unit(write=True) as unit:
        write.later(unit.env(lan), "sweep the yard")
        unit.system_env("a test")["res.users"].get(lan.user_id).write(active=False)
    assert list(run_jobs(failing=True).values()) == ["failed"]
    [(state, problem)] = job_rows(system, "state", "problem")
    assert (state, "Lan" in problem) == ("failed", True)
    assert entries(system) == []


def test_failed_job_is_tried_again_later_and_later_and_then_no_more(system: System, run_jobs: RunJobs) -> None:
    number = ask(system, "fail", "sweep the yard")
    with pytest.raises(Refused, match="no paper"):
        run_jobs()
    waits = []
    for _try in range(2):
        with system.unit() as unit:
            record = unit.system_env()["ir.job"].get(number)
            assert (record.state, record.problem) == ("waiting", "There is no paper.")
            assert "Refused" in record.trace
            due = record.due_at
            waits.append(due - unit.now())
        assert run_jobs(at=due - timedelta(seconds=1)) == {}
        run_jobs(at=due, failing=True)
    assert waits[0] < waits[1]
    assert job_rows(system, "state", "tries", "problem") == [("failed", 3, "There is no paper.")]
    assert entries(system) == []


def test_job_that_gives_up_is_not_tried_again(system: System, run_jobs: RunJobs) -> None:
    ask(system, "give_up")
    assert list(run_jobs(failing=True).values()) == ["failed"]
    assert job_rows(system, "state", "problem") == [("failed", "Nobody lives at this address.")]


def test_fault_of_the_program_is_told_as_one(system: System, run_jobs: RunJobs, monkeypatch: Any) -> None:
    import addons.chores.jobs as chores

    monkeypatch.setattr(chores.write, "function", lambda env, name: 1 / 0)
    ask(system, "write", "sweep the yard")
    assert list(run_jobs(failing=True).values()) == ["again"]
    assert job_rows(system, "problem") == ["A fault in the program: ZeroDivisionError: division by zero"]


def test_job_that_no_enabled_addon_declares_fails_with_that_reason(system: System, run_jobs: RunJobs) -> None:
    number = ask(system, "write", "sweep the yard")
    with system.unit(write=True) as unit:
        unit.system_env("a test")["ir.job"].get(number).write(job="chores.mow")
    assert list(run_jobs(failing=True).values()) == ["failed"]
    assert job_rows(system, "problem") == ["No enabled addon declares the job 'chores.mow'."]


def test_higher_priority_goes_first_and_what_is_for_later_waits(system: System, run_jobs: RunJobs) -> None:
    later = _far(system)
    ask(system, "write", "at leisure", priority=-10)
    ask(system, "write", "tomorrow", at=later)
    ask(system, "write", "next")
    ask(system, "write", "at once", priority=10)
    run_jobs()
    assert entries(system) == ["at once", "next", "at leisure"]
    run_jobs(at=later)
    assert entries(system)[3:] == ["tomorrow"]


def test_of_jobs_with_one_key_one_runs_at_a_time(system: System, run_jobs: RunJobs) -> None:
    first, second = (ask(system, "write", name, key="yard") for name in ("one", "two"))
    with system.unit() as unit:
        assert system.backstage.aside.take(first, "yard", unit.now()) is not None
    assert run_jobs() == {first: "skipped", second: "skipped"}
    system.backstage.aside.release(first)
    assert set(run_jobs().values()) == {"done"}


def test_arguments_are_checked_where_they_are_given(system: System) -> None:
    with pytest.raises(BanyanError, match=r"job 'chores.write' .*missing a required argument: 'name'"):
        ask(system, "write")
    with pytest.raises(BanyanError, match="Give the id of a record rather than the record itself"):
        ask(system, "write", object())


def test_people_see_their_own_jobs_and_cannot_write_any(system: System, lan: Identity, admin: Identity) -> None:
    from addons.chores.jobs import write

    ask(system, "write", "of nobody")
    with system.unit(write=True) as unit:
        mine = write.later(unit.env(lan), "mine")
        assert unit.env(lan)["ir.job"].search().ids == (mine.id,)
        assert unit.env(admin)["ir.job"].count() == 2
        for identity in (lan, admin):
            with pytest.raises(AccessDenied):
                unit.env(identity)["ir.job"].create(name="x", job="chores.write", due_at=unit.now(), elevated=True)
        assert not unit.env(admin)["ir.job"].writable("arguments")
        with pytest.raises(AccessDenied):
            mine.cancel()


def test_administrators_cancel_and_try_again(system: System, admin: Identity, run_jobs: RunJobs) -> None:
    number = ask(system, "write", "sweep the yard", at=_far(system))
    with system.unit(write=True) as unit:
        unit.env(admin)["ir.job"].get(number).cancel()
    assert job_rows(system, "state") == ["cancelled"]
    assert run_jobs(at=_far(system)) == {}
    with system.unit(write=True) as unit:
        job = unit.env(admin)["ir.job"].get(number)
        with pytest.raises(Refused, match="does not wait any more"):
            job.cancel()
        with pytest.raises(Refused):
            job.run_now()
        job.retry()
    assert list(run_jobs().values()) == ["done"]
    number = ask(system, "write", "mow the lawn", at=_far(system))
    with system.unit(write=True) as unit:
        system.backstage.aside.take(number, "", unit.now())
        with pytest.raises(Refused, match="nobody can stop half-way"):
            unit.env(admin)["ir.job"].get(number).cancel()
    system.backstage.aside.release(number)
    with system.unit(write=True) as unit:
        unit.env(admin)["ir.job"].get(number).run_now()
    assert number in system.backstage.wakes.waiting()
    assert run_jobs() == {number: "done"}
