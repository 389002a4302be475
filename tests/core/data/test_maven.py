"""The CRM data set of Maven Analytics, whole: figures that were known before, on both engines."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.data import read_mapping, run_import

ROOT = Path(__file__).parents[3]
MAPPING = ROOT / "docs" / "examples" / "maven_crm.toml"
QUARTERS = {1: 1_134_672, 2: 3_086_111, 3: 2_982_255, 4: 2_802_496}


def _leads(system: Any, *names: str) -> list[dict[str, Any]]:
    with system.unit() as unit:
        rows: list[dict[str, Any]] = unit.system_env()["crm.lead"].values(list(names))
        return rows


def _history(system: Any) -> int:
    """How many rows the history has in all."""
    with system._database.looking() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM banyan_history").scalar_one())


def test_import_gives_the_known_figures_and_a_second_one_changes_nothing(system: Any, maven: Path) -> None:
    mapping = read_mapping(MAPPING)

    dry = run_import(system, mapping, maven, dry_run=True)
    assert _leads(system, "id") == []
    _check_findings(dry)

    report = run_import(system, mapping, maven)
    assert not report.refused
    assert {count.step: count.created for count in report.counts} == {
        "series": 3, "products": 7, "accounts": 85, "managers": 6, "agents": 35, "teams": 6, "opportunities": 8800,
    }  # fmt: skip
    assert report.findings == dry.findings
    _check_figures(system)
    _check_people(system)
    _check_access(system)

    versions, history = _leads(system, "id", "row_version"), _history(system)
    again = run_import(system, mapping, maven)
    assert again.changes == 0
    assert again.findings == report.findings
    assert (_leads(system, "id", "row_version"), _history(system)) == (versions, history)


def _check_findings(report: Any) -> None:
    found = Counter((item.file, item.column) for item in report.findings)
    assert found == {
        ("sales_pipeline.csv", "product"): 1480,
        ("sales_pipeline.csv", "account"): 1425,
        ("accounts.csv", "office_location"): 1,
    }
    product = next(item for item in report.findings if item.column == "product")
    assert (product.line, product.value, product.level) == (3, "GTXPro", "note")
    assert product.reason == "'GTXPro' is spelt otherwise in products.csv: 'GTX Pro'"
    assert product.done == "'GTX Pro' was used"
    country = next(item for item in report.findings if item.column == "office_location")
    assert (country.line, country.value, country.done) == (5, "Philipines", "imported without Country")
    assert country.reason == "'Philipines' is not in Countries; nearest: 'Philippines'"


def _check_figures(system: Any) -> None:
    leads = _leads(system, "outcome", "stage.name", "expected_revenue", "closed_on", "partner", "currency.name")
    assert len(leads) == 8800
    assert Counter((lead["outcome"], lead["stage.name"]) for lead in leads) == {
        ("won", "Won"): 4238, ("lost", "Engaging"): 2473, ("open", "Engaging"): 1589, ("open", "Prospecting"): 500,
    }  # fmt: skip
    assert {lead["currency.name"] for lead in leads} == {"USD"}
    assert sum(lead["partner"] is None for lead in leads) == 1425
    with system.unit() as unit:
        deals = unit.system_env()["crm.lead"]
        lead = deals.info.cls
        won = lead.outcome == "won"
        assert deals.count(won) == 4238
        assert deals.sums(["expected_revenue"], won)["expected_revenue"] == Decimal(10_005_534)
        for quarter, amount in QUARTERS.items():
            first, after = date(2017, 3 * quarter - 2, 1), date(2017 + quarter // 4, 3 * quarter % 12 + 1, 1)
            within = (won, lead.closed_on >= first, lead.closed_on < after)
            assert deals.sums(["expected_revenue"], *within)["expected_revenue"] == Decimal(amount)


def _check_people(system: Any) -> None:
    with system.unit() as unit:
        env = unit.system_env()
        users = env["res.users"]
        agent = users.search(users.info.cls.login == "darcel.schlecht")[0]
        assert (agent.name, agent.password_hash) == ("Darcel Schlecht", "")
        assert agent.role_keys == ["crm.salesperson"]
        teams = env["crm.team"]
        team = teams.search(teams.info.cls.leader.login == "melvin.marxen")[0]
        assert (team.name, team.office) == ("Central: Melvin Marxen", "Central")
        assert agent in team.members
        assert len(team.members) == 6
        partners = env["res.partner"]
        assert partners.search(partners.info.cls.name == "Bluth Company")[0].parent.name == "Acme Corporation"


def _check_access(system: Any) -> None:
    """An agent sees their own deals, a manager those of the team, and nobody else's."""
    with system.unit() as unit:
        env = unit.system_env()
        everybody = {user.login: user.id for user in env["res.users"].search()}
        rows = env["crm.lead"].values(["salesperson.login", "team.leader.login"])
        expected = {
            "darcel.schlecht": sum(row["salesperson.login"] == "darcel.schlecht" for row in rows),
            "melvin.marxen": sum(row["team.leader.login"] == "melvin.marxen" for row in rows),
        }
        for login, count in expected.items():
            identity = env.hooks.identity_of(env=env, user_id=everybody[login])
            assert unit.env(identity)["crm.lead"].count() == count > 0


# -- killing it -----------------------------------------------------------------------------------


def _rows(system: Any) -> dict[str, int]:
    tables = ("crm_lead", "res_partner", "res_users", "crm_team", "banyan_external_id", "banyan_history")
    with system._database.looking() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables}


def _start(system: Any, *command: str) -> subprocess.Popen[bytes]:
    settings = system.settings
    environment = {
        **os.environ,
        "BANYAN_DATABASE_URL": settings.database_url,
        "BANYAN_DATA_DIR": str(settings.data_dir),
    }
    command = (sys.executable, "-c", *command)
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from core.addons.system import System
from core.data import read_mapping, run_import
from core.settings import Settings

class Killer:
    def begin(self, task, total):
        self.task, self.done = task, 0

    def advance(self, rows):
        self.done += rows
        if self.task == sys.argv[3] and self.done >= int(sys.argv[4]):
            os.kill(os.getpid(), signal.SIGKILL)

run_import(System.open(Settings.load()), read_mapping(Path(sys.argv[1])), Path(sys.argv[2]), progress=Killer())
"""


@pytest.mark.parametrize(("task", "rows"), [("Writing agents", 1), ("Writing opportunities", 4000)])
def test_import_that_is_killed_while_it_writes_leaves_nothing(system: Any, maven: Path, task: str, rows: int) -> None:
    before = _rows(system)
    with _start(system, KILLED_AT, str(MAPPING), str(maven), task, str(rows)) as process:
        process.wait(120)
    assert process.returncode == -signal.SIGKILL
    assert _rows(system) == before


@pytest.mark.proof
@pytest.mark.parametrize("attempt", range(12))
def test_import_that_is_killed_at_any_moment_leaves_nothing(system: Any, maven: Path, attempt: int) -> None:
    before = _rows(system)
    command = "from core.cli import main; main()"
    with _start(system, command, "import", str(MAPPING), "--from", str(maven)) as process:
        try:
            process.wait(random.uniform(0.5, 9.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    nothing = _rows(system) == before
    assert nothing or process.returncode == 0 or len(_leads(system, "id")) == 8800  # killed after it had committed
    report = run_import(system, read_mapping(MAPPING), maven)
    assert not report.refused
    assert report.changes == (sum(count.created for count in report.counts) if nothing else 0)
    _check_figures(system)
