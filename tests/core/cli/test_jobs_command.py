"""`banyan jobs` and `banyan import --background`, as a person at a terminal meets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.addons.system import System
from core.settings import Settings
from core.testing.jobs import RunJobs

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def system(fresh: Path, banyan: Any) -> Iterator[System]:
    assert banyan("init", "--addons", "base").exit_code == 0
    opened = System.open(Settings.load())
    yield opened
    opened.close()


def test_jobs_are_shown_cancelled_and_tried_again(system: System, banyan: Any) -> None:
    from addons.base.jobs import remove_old_jobs

    with system.unit(write=True) as unit:
        remove_old_jobs.later(unit.system_env("a test"), about="May")
    assert "Remove old jobs: May" in banyan("jobs", "list").output
    assert "Cancelled" in banyan("jobs", "cancel", "1").output
    assert "May" not in banyan("jobs", "list", "--state", "waiting").output
    assert banyan("jobs", "show", "1").output.startswith("Remove old jobs: May (base.remove_old_jobs), cancelled")
    assert banyan("jobs", "retry", "1").output == "1 job will be tried again.\n"
    assert banyan("jobs", "retry", "--failed").output == "0 jobs will be tried again.\n"
    refused = banyan("jobs", "show", "7")
    assert (refused.exit_code, refused.output) == (1, "banyan: There is no job 7.\n")
    with system.unit() as unit:
        system.backstage.aside.enrol(unit.now())
    assert "Process" in banyan("jobs", "workers").output


def test_import_in_the_background_is_a_job(system: System, banyan: Any, tmp_path: Path) -> None:
    (tmp_path / "tags.toml").write_text(
        'prefix = "old"\n[[step]]\nname = "cities"\nfile = "c.csv"\nmodel = "res.partner"\nid = "c_{name}"\n'
        '[step.fields]\nname = "name"\n',
        "utf-8",
    )
    (tmp_path / "c.csv").write_text("name\nHuế\nVinh\n", "utf-8")
    asked = banyan("import", str(tmp_path / "tags.toml"), "--from", str(tmp_path), "--background")
    assert asked.output.startswith("Job 1 imports tags.toml.")
    assert RunJobs(system)() == {1: "done"}
    assert "2 rows, 2 new" in banyan("jobs", "show", "1").output
    wrong = banyan("import", str(tmp_path / "tags.toml"), "--from", str(tmp_path), "--background", "--dry-run")
    assert (wrong.exit_code, "leave out --background" in wrong.output) == (2, True)
