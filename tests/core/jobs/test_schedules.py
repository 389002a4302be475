"""Schedules: records that ask for their jobs when they are due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import AccessDenied, Identity, Invalid, Refused
from core.addons.system import System
from core.jobs.sweep import sweep
from core.testing.jobs import RunJobs

from .helpers import entries, job_rows

NOON = datetime(2030, 5, 6, 5, 0, tzinfo=UTC)
"""Noon in Vietnam, a Monday."""


def cron(unit: Any, job: str = "chores.write_each_hour") -> Any:
    crons = unit.system_env("a test")["ir.cron"]
    return crons.with_archived().search(crons.info.cls.job == job)[0]


def test_what_addons_declare_are_records_with_their_times(system: System) -> None:
    with system.unit() as unit:
        hourly, nightly = cron(unit), cron(unit, "base.remove_old_jobs")
        assert (hourly.name, hourly.kind, hourly.interval_number, hourly.interval_type) == (
            "Write each hour", "interval", 1, "hours",
        )  # fmt: skip
        assert timedelta(minutes=50) < hourly.nextcall - unit.now() <= timedelta(hours=1)
        assert (nightly.kind, nightly.times) == ("times", "03:40")
        assert (nightly.nextcall.hour, nightly.nextcall.minute) == (20, 40)  # 03:40 in Vietnam


def test_schedule_that_is_due_runs_once_however_often_it_was_missed(system: System, run_jobs: RunJobs) -> None:
    with system.unit(write=True) as unit:
        cron(unit).nextcall = NOON - timedelta(hours=5)
    run_jobs(at=NOON, schedules=True)
    assert entries(system) == ["each hour"]
    with system.unit() as unit:
        record = cron(unit)
        assert (record.nextcall, record.lastcall) == (NOON + timedelta(hours=1), NOON)
        assert record.last_job.state == "done"
    run_jobs(at=NOON + timedelta(minutes=59), schedules=True)
    assert entries(system) == ["each hour"]
    run_jobs(at=NOON + timedelta(minutes=61), schedules=True)
    assert entries(system) == ["each hour"] * 2


def test_schedule_does_not_ask_again_before_its_last_job_is_over(system: System) -> None:
    for _each in range(2):
        with system.unit(write=True) as unit:
            cron(unit).nextcall = unit.now() - timedelta(hours=5)
        sweep(system)
    assert job_rows(system, "job") == ["chores.write_each_hour"]
    with system.unit(write=True) as unit, pytest.raises(Refused, match="waits for its turn"):
        cron(unit).run_now()


def test_administrators_switch_off_change_and_run_at_once(
    system: System, make_user: Callable[..., Identity], run_jobs: RunJobs
) -> None:
    admin, lan = make_user("admin", "base.administrator"), make_user("lan", "base.user")
    with system.unit(write=True) as unit:
        record = unit.env(admin)["ir.cron"].get(cron(unit).id)
        record.run_now()
        record.active = False
        with pytest.raises(AccessDenied):
            unit.env(lan)["ir.cron"].get(record.id)
    assert list(run_jobs().values()) == ["done"]
    assert job_rows(system, "elevated", "reason") == [(True, "Write each hour")]
    run_jobs(at=NOON, schedules=True)
    assert entries(system) == ["each hour"]
    with system.unit(write=True) as unit:
        record = unit.env(admin)["ir.cron"].get(cron(unit).id)
        record.write(active=True, kind="times", times="30 7 * * 1-5")
        unit.flush()
        assert (record.nextcall.hour, record.nextcall.minute) == (0, 30)
        with pytest.raises(Invalid, match="neither a time of day"), unit.savepoint():
            record.write(times="soon")


def test_records_that_an_administrator_has_changed_stay_as_they_are(system: System) -> None:
    with system.unit(write=True) as unit:
        record = cron(unit)
        record.interval_number = 3
        system.registry.hooks.hook.addon_enabled(env=record.env, addon="chores")
        assert cron(unit).interval_number == 3
        assert unit.system_env()["ir.cron"].count() == 2


def test_schedule_of_an_addon_that_is_gone_asks_for_nothing(system: System) -> None:
    with system.unit(write=True) as unit:
        cron(unit).write(job="gone.away", nextcall=unit.now() - timedelta(hours=1))
    sweep(system)
    assert job_rows(system, "job") == []


def test_old_jobs_are_removed_and_failed_ones_stay(system: System, run_jobs: RunJobs) -> None:
    from addons.chores.jobs import give_up, write

    with system.unit(write=True) as unit:
        env = unit.system_env("a test")
        write.later(env, "old")
        give_up.later(env)
    run_jobs(failing=True)
    with system.unit(write=True) as unit:
        unit.system_env("a test")["ir.job"].search().write(asked_at=unit.now() - timedelta(days=31))
        cron(unit, "base.remove_old_jobs").run_now()
    run_jobs()
    assert job_rows(system, "job") == ["chores.give_up", "base.remove_old_jobs"]
