"""What an automation would have done, from real changes in the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from addons.automation.models import Automation, Log
from addons.automation.operations.past import Trial, would_have_run
from addons.crm.models import Lead, Stage
from core import Identity
from core.addons.system import System
from core.testing.web import SignIn

pytestmark = pytest.mark.addons("crm", "automation")

WON = '[["stage_id.is_won", "=", true]]'


@pytest.fixture
def lived(system: System, make_user: Callable[..., Identity]) -> list[int]:
    """Two leads with a past: the first was won and reopened, the second had its priority changed."""
    lan = make_user("lan", "crm.salesperson")
    with system.unit(write=True) as unit:
        ids = list(unit.env(lan)[Lead].create_many([{"name": "50 chairs"}, {"name": "60 tables"}]).ids)
    for place, values in ((0, {"won": True}), (0, {"phone": "1"}), (1, {"priority": "2"}), (0, {"won": False})):
        with system.unit(write=True, reason="by hand") as unit:
            env = unit.env(lan)
            stage = env[Stage].search(Stage.is_won == values.pop("won"))[0] if "won" in values else None
            env[Lead].get(ids[place]).write(**({"stage": stage} if stage is not None else values))
    return ids


def tried(system: System, automate: Any, *actions: Any, **values: Any) -> Trial:
    with system.unit(write=True) as unit:
        made = automate(unit.system_env(), "Try", *actions, **values).id
    with system.unit() as unit:
        now = datetime.now(UTC)
        return would_have_run(unit.system_env()[Automation].get(made), now - timedelta(days=30), now)


def test_each_change_that_would_have_set_it_off_is_shown(system: System, automate: Any, lived: list[int]) -> None:
    trial = tried(system, automate, "reference = WON {name}", trigger="changed", after=WON)
    (run,) = trial.runs
    assert (run.record_id, run.name, run.reason) == (lived[0], "50 chairs", "by hand")
    assert run.told == "Set Reference: WON 50 chairs"
    assert trial.is_whole
    with system.unit() as unit:
        env = unit.system_env()
        assert env[Lead].get(lived[0]).reference == "", "nothing was written"
        assert not env[Log].count()


def test_watched_fields_and_new_records(system: System, automate: Any, lived: list[int]) -> None:
    by_priority = tried(system, automate, "reference = x", trigger="changed", watched="priority")
    assert [run.record_id for run in by_priority.runs] == [lived[1]]
    new = tried(system, automate, "reference = {phone}", trigger="created")
    assert sorted(run.record_id for run in new.runs) == lived


def test_dates_that_were_reached(system: System, automate: Any, lived: list[int]) -> None:
    with system.unit(write=True) as unit:
        env = unit.system_env()
        env[Lead].get(lived[0]).closes_on = env.today() + timedelta(days=1)
    trial = tried(
        system, automate, "reference = x", trigger="date", date="date_deadline", delay=5, delay_side="before"
    )  # fmt: skip
    assert not trial.runs, "the date was not known then"


def test_the_page_and_its_json_are_for_administrators(
    system: System, automate: Any, lived: list[int], client: SignIn, make_user: Callable[..., Identity]
) -> None:
    chief = make_user("chi", "base.administrator", "crm.manager", password="sông-nhỏ-12")
    seller = make_user("hoa", "crm.salesperson", password="sông-nhỏ-12")
    with system.unit(write=True) as unit:
        made = automate(unit.system_env(), "Try", "reference = x", trigger="changed", after=WON).id
    page = client(chief).get(f"/automations/{made}/trial")
    assert page.status_code == 200
    assert "50 chairs" in page.text
    assert "Set Reference: x" in page.text
    told = client(chief).get(f"/automations/{made}/trial.json").get_json()
    assert [run["record"]["id"] for run in told["runs"]] == [lived[0]]
    assert client(seller).get(f"/automations/{made}/trial").status_code == 403
    assert client(chief).get(f"/records/base.automation/{made}").status_code == 200
    assert client(chief).get("/records/base.automation").status_code == 200
