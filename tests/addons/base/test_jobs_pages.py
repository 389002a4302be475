"""Jobs and schedules as administrators see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import Identity
from core.addons.system import System
from core.testing.forms import read_form
from core.testing.jobs import RunJobs
from core.testing.web import SignIn

pytestmark = pytest.mark.addons("base")


@pytest.fixture
def admin(make_user: Callable[..., Identity]) -> Identity:
    return make_user("admin", "base.administrator")


@pytest.fixture
def job(system: System) -> int:
    """A job of the system that waits."""
    from addons.base.jobs import remove_old_jobs

    with system.unit(write=True) as unit:
        number: int = remove_old_jobs.later(unit.system_env("a test"), about="May").id
        return number


def state(system: System, number: int) -> str:
    with system.unit() as unit:
        found: str = unit.system_env()["ir.job"].get(number).state
        return found


def test_list_and_form_say_how_a_job_is(
    system: System, client: SignIn, admin: Identity, job: int, run_jobs: RunJobs
) -> None:
    browser = client(admin)
    page = browser.get("/records/ir.job").text
    for text in ("Remove old jobs: May", "Waiting"):
        assert text in page
    with system.unit() as unit:
        system.backstage.aside.take(job, "", unit.now())
        system.backstage.aside.note(job, 7, 20, "Removing")
    page = browser.get("/records/ir.job").text
    for text in ("At work", "7 / 20 Removing"):
        assert text in page
    page = browser.get(f"/records/ir.job/{job}").text
    assert "Run now" not in page
    system.backstage.aside.release(job)
    assert "Run now" in browser.get(f"/records/ir.job/{job}").text
    run_jobs()
    assert "Done" in browser.get(f"/records/ir.job/{job}").text


def test_buttons_cancel_and_try_again(system: System, client: SignIn, admin: Identity, job: int) -> None:
    browser = client(admin)
    form = read_form(browser.get(f"/records/ir.job/{job}").text)
    for verb, now in (("cancel", "cancelled"), ("retry", "waiting")):
        answer = browser.post(f"/records/ir.job/{job}/do/{verb}", data={"csrf_token": form.fields["csrf_token"]})
        assert answer.status_code == 303
        assert state(system, job) == now


def test_people_without_the_role_see_no_settings_and_their_own_jobs_only(
    client: SignIn, make_user: Callable[..., Identity], job: int
) -> None:
    browser = client(make_user("lan", "base.user"))
    assert "Remove old jobs" not in browser.get("/records/ir.job").text
    assert browser.get(f"/records/ir.job/{job}").status_code == 404
    assert browser.get("/records/ir.cron").status_code == 403


def test_schedule_is_changed_and_run_from_its_form(
    system: System, client: SignIn, admin: Identity, run_jobs: RunJobs
) -> None:
    browser = client(admin)
    assert "Remove old jobs" in browser.get("/records/ir.cron").text
    with system.unit() as unit:
        found: Any = unit.system_env()["ir.cron"].search()[0]
        number, version = found.id, found.row_version
    page = browser.get(f"/records/ir.cron/{number}").text
    form = read_form(page)
    assert "Run now" in page
    token = {"csrf_token": form.fields["csrf_token"]}
    refused = browser.post(
        f"/records/ir.cron/{number}", data={**token, "_version": str(version), "times": "noon", "kind": "times"}
    )
    assert "neither a time of day" in refused.text
    assert browser.post(f"/records/ir.cron/{number}/do/run_now", data=token).status_code == 303
    assert list(run_jobs().values()) == ["done"]
