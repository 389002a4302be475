"""Dates that are reached, and schedules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from addons.automation.models import Log
from addons.crm.models import Lead
from core.addons.system import System

pytestmark = pytest.mark.addons("crm", "automation")

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()  # where the company is


def make_leads(system: System, *days: date | None) -> list[int]:
    with system.unit(write=True) as unit:
        rows = [{"name": f"Lead {place}", "closes_on": day} for place, day in enumerate(days)]
        return list(unit.system_env()[Lead].create_many(rows).ids)


def marks(system: System, *ids: int) -> list[str]:
    with system.unit() as unit:
        return [lead.reference for lead in unit.system_env()[Lead].browse(*ids)]


@pytest.fixture
def reminder(system: System, automate: Any) -> None:
    with system.unit(write=True) as unit:
        automate(
            unit.system_env(), "Remind", "reference = {reference}+", trigger="date", date="date_deadline",
            delay=2, delay_side="before",
        )  # fmt: skip


def test_a_date_that_is_reached_sets_it_off_once_for_each_value(system: System, reminder: None, run_jobs: Any) -> None:
    ten, past, none = make_leads(system, TODAY + timedelta(days=10), TODAY - timedelta(days=30), None)
    for days in (1, 7, 9, 10, 11):
        run_jobs(at=NOW + timedelta(days=days), schedules=True)
        assert marks(system, ten, past, none) == ["+" if days >= 9 else "", "", ""]
    with system.unit(write=True) as unit:
        unit.system_env()[Lead].get(ten).closes_on = TODAY + timedelta(days=20)
    run_jobs(at=NOW + timedelta(days=12), schedules=True)
    assert marks(system, ten) == ["+"]
    run_jobs(at=NOW + timedelta(days=19), schedules=True)
    assert marks(system, ten) == ["++"], "another date, another time"


def test_what_was_reached_while_nothing_ran_is_made_up_for(system: System, reminder: None, run_jobs: Any) -> None:
    leads = make_leads(system, *(TODAY + timedelta(days=5) for _each in range(450)))
    run_jobs(at=NOW + timedelta(days=1), schedules=True)
    run_jobs(at=NOW + timedelta(days=40), schedules=True)
    run_jobs(at=NOW + timedelta(days=41), schedules=True)
    assert set(marks(system, *leads)) == {"+"}
    with system.unit() as unit:
        assert unit.system_env()[Log].count() == 450


def test_a_schedule_runs_over_all_records_that_meet_the_filter(system: System, automate: Any, run_jobs: Any) -> None:
    with system.unit(write=True) as unit:
        automate(
            unit.system_env(), "Weekly", "reference = {reference}+", trigger="schedule", interval_unit="weeks",
            after='[["name", "!=", "Lead 1"]]',
        )  # fmt: skip
    leads = make_leads(system, *(None for _each in range(250)))
    for days in (0, 1, 8, 9, 15):
        run_jobs(at=NOW + timedelta(days=days, minutes=2), schedules=True)
    assert marks(system, *leads[:3]) == ["++", "", "++"]
    assert set(marks(system, *leads[2:])) == {"++"}


def test_one_that_names_what_has_gone_is_stopped_and_the_others_go_on(
    system: System, reminder: None, automate: Any, run_jobs: Any
) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        broken = automate(env, "Broken", "phone = 1", trigger="date", date="date_deadline", sequence=1)
        lost = automate(env, "Lost", "phone = 1", trigger="schedule", interval_number=1, interval_unit="minutes")
        ids = broken.id, lost.id
    (ten,) = make_leads(system, TODAY + timedelta(days=10))
    with system.unit(write=True) as unit:  # as after a field of the database was deleted
        env = unit.system_env()
        table = env.models["base.automation"].table
        unit._run(table.update().where(table.c.id == ids[0]).values(date="x_gone"))
        unit._run(table.update().where(table.c.id == ids[1]).values(after='[["x_gone", "=", true]]'))
    for days in (8, 9):
        run_jobs(at=NOW + timedelta(days=days), schedules=True)
    assert marks(system, ten) == ["+"]
    with system.unit() as unit:
        env = unit.system_env()
        assert env[Lead].get(ten).phone == ""
        assert all("x_gone" in one.problem and one.stopped_at for one in env["base.automation"].browse(*ids))
