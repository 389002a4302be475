"""Long work: batches that are committed one by one, resumed, taken back, or stopped."""

from __future__ import annotations

from typing import Any

import pytest

from core import Refused
from core.addons.system import System
from core.errors import BanyanError
from core.jobs.record import waiting_record
from core.jobs.run import Runner
from core.jobs.states import Stopped
from core.jobs.work import Work
from core.orm.read.units import read_units
from core.testing.jobs import RunJobs

from .helpers import entries, job_rows


def ask(system: System, name: str, *arguments: object) -> int:
    import addons.chores.jobs as chores

    with system.unit(write=True) as unit:
        asked: int = getattr(chores, name).later(unit.system_env("a test"), *arguments).id
        return asked


def die_at(monkeypatch: pytest.MonkeyPatch, unit_number: int) -> None:
    """Let the process end, as if it were killed, before its so many-th unit of work in batches is committed."""
    opened = 0
    record_in = Work.record_in

    def counted(self: Work, unit: Any) -> Any:
        nonlocal opened
        opened += 1
        if opened == unit_number:
            raise Killed
        return record_in(self, unit)

    monkeypatch.setattr(Work, "record_in", counted)


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


def test_work_is_done_in_batches_that_each_are_committed(system: System, run_jobs: RunJobs) -> None:
    number = ask(system, "write_many", list(range(25)))
    assert run_jobs() == {number: "done"}
    assert entries(system) == [f"Entry {one}" for one in range(25)]
    with system.unit() as unit:
        units = [
            one for one in read_units(unit.system_env()) if one.reason == "a test" and "chores.entry" in one.counts
        ]
    assert [one.counts["chores.entry"] for one in units] == [(5, 0, 0), (10, 0, 0), (10, 0, 0)]


def test_worker_goes_on_behind_the_last_batch_of_one_that_died(
    system: System, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(system, "write_many", list(range(35)))
    with monkeypatch.context() as patched:
        die_at(patched, 3)
        with pytest.raises(Killed):
            run_jobs()
    assert len(entries(system)) == 20
    assert job_rows(system, "state") == ["waiting"]
    assert run_jobs() == {number: "done"}
    assert entries(system) == [f"Entry {one}" for one in range(35)]


def test_work_that_fails_goes_on_behind_the_last_batch_when_it_is_tried_again(
    system: System, run_jobs: RunJobs
) -> None:
    number = ask(system, "write_many", list(range(25)), 14)
    with pytest.raises(Refused):
        run_jobs()
    assert len(entries(system)) == 10
    with system.unit(write=True) as unit:
        record = unit.system_env("a test")["ir.job"].get(number)
        record.write(arguments=[list(range(25)), -1], due_at=unit.now())
    run_jobs()
    assert entries(system) == [f"Entry {one}" for one in range(25)]


def test_work_that_is_whole_or_nothing_is_taken_back_when_it_fails(system: System, run_jobs: RunJobs) -> None:
    ask(system, "write_all", list(range(45)), 44)
    assert list(run_jobs(failing=True).values()) == ["again"]
    assert entries(system) == []
    assert job_rows(system, "position") == [None]


def test_work_that_is_whole_or_nothing_is_taken_back_when_its_worker_died_and_others_changes_stay(
    system: System, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(system, "write_all", list(range(45)))
    with monkeypatch.context() as patched:
        die_at(patched, 4)
        with pytest.raises(Killed):
            run_jobs()
    assert len(entries(system)) == 30
    with system.unit(write=True) as unit:
        entry = unit.models["chores.entry"].cls
        found = unit.system_env("somebody else")["chores.entry"].search(entry.number == 7)  # type: ignore[attr-defined]
        found.write(name="changed by hand")
        unit.system_env("somebody else")["chores.entry"].create(name="made by hand")
    assert run_jobs(failing=True) == {number: "failed"}
    assert entries(system) == ["changed by hand", "made by hand"]
    [problem] = job_rows(system, "problem")
    assert "All that it had written was taken back. 1 records that others have changed" in problem


def test_taking_back_goes_on_where_it_was_interrupted(
    system: System, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(system, "write_all", list(range(45)), 44)
    from core.jobs import taken_back

    once = taken_back._take_back_one
    calls = 0

    def killed(unit: Any, identity: str) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Killed
        return once(unit, identity)

    with monkeypatch.context() as patched:
        patched.setattr(taken_back, "_take_back_one", killed)
        with pytest.raises(Killed):
            run_jobs()
    assert len(entries(system)) == 30
    assert list(run_jobs(failing=True).values()) == ["failed"]
    assert entries(system) == []


def test_work_that_is_cancelled_stops_behind_its_batch(
    system: System, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(system, "write_many", list(range(25)))
    progress = Work.progress

    def cancelled(self: Work, done: int, total: int = 0, note: str = "") -> None:
        if done == 10:
            with system.unit(write=True) as unit:
                unit.system_env("a test")["ir.job"].get(number).cancel()
        progress(self, done, total, note)

    monkeypatch.setattr(Work, "progress", cancelled)
    assert run_jobs() == {number: "cancelled"}
    assert len(entries(system)) == 10
    assert job_rows(system, "state", "problem") == [("cancelled", "It was cancelled at 10 of 25.")]


def test_worker_that_was_overtaken_writes_nothing_more(system: System, run_jobs: RunJobs) -> None:
    number = ask(system, "write_many", list(range(25)))
    work = Work(system, number, {})
    with work.unit() as env:
        env["chores.entry"].create(name="first")
    late = Work(system, number, {})
    with pytest.raises(BanyanError, match="changed by somebody else"), late.unit() as env:
        env["chores.entry"].create(name="late")
    assert entries(system) == ["first"]


def test_batch_is_written_in_one_unit(system: System) -> None:
    number = ask(system, "write_many", list(range(25)))
    work = Work(system, number, {})
    for _batch in work.batches([1, 2, 3], size=2):
        with work.unit():
            pass
        with pytest.raises(BanyanError, match="a second one"), work.unit():
            pass


def test_two_lists_and_what_the_work_remembers_are_resumed(system: System) -> None:
    number = ask(system, "write_many", [])
    seen: list[Any] = []

    for rounds in (2, 5):
        with system.unit() as unit:
            position = unit.system_env()["ir.job"].get(number).position or {}
        work = Work(system, number, position)
        for items in ("abc", "de"):
            for batch in work.batches(items, size=1):
                if len(seen) == rounds:
                    break
                work.memory["last"] = batch
                with work.unit():
                    seen.append(batch)
            if len(seen) == rounds:
                break
    assert seen == ["a", "b", "c", "d", "e"]
    assert work.memory == {"last": "e"}


def test_progress_and_log_are_told_beside_the_database(system: System) -> None:
    number = ask(system, "write_many", [1])
    with system.unit() as unit:
        system.backstage.aside.take(number, "", unit.now())
    work = Work(system, number, {})
    work.progress(1200, 5000, "Writing contacts")
    work.say("the first thousand is done")
    with system.unit() as unit:
        record = unit.system_env()["ir.job"].get(number)
        assert (record.is_running, record.progress) == (True, "1,200 / 5,000 Writing contacts")
        assert record.log.endswith("the first thousand is done")
        job = unit.models["ir.job"].cls
        jobs = unit.system_env()["ir.job"]
        assert jobs.search(job.is_running == True).ids == (number,)  # type: ignore[attr-defined]
        assert jobs.search(job.is_running == False).ids == ()  # type: ignore[attr-defined]
    system.backstage.aside.ask_to_stop(number)
    with pytest.raises(Stopped):
        work.progress(1300)


def test_job_at_which_workers_keep_dying_fails(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    number = ask(system, "write", "sweep the yard")
    aside = system.backstage.aside
    for _death in range(5):
        with system.unit() as unit:
            assert aside.take(number, "", unit.now()) is not None
        aside._living.close()  # the process is gone, and its claim with it
        aside._number = 0
    assert Runner(system, pause=lambda seconds: None).run(number) == "failed"
    assert job_rows(system, "problem") == ["Its worker has died 5 times while it was at work on this."]
    with system.unit(write=True) as unit:
        assert waiting_record(unit, number) is None
