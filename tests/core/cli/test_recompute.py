"""`banyan recompute`, as a person at a terminal meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.addons.system import System
from core.settings import Settings

pytestmark = pytest.mark.engine("sqlite")


def test_recompute_tells_how_far_it_has_come(fresh: Path, banyan: Any) -> None:
    assert banyan("init", "--addons", "base").exit_code == 0
    system = System.open(Settings.load())
    table = system.registry.models["res.users"].table
    with system._database.migrating() as migration:
        migration.connection.execute(sa.update(table).values(role_keys=["spoilt"]))
    system.close()
    result = banyan("recompute", "res.users", "role_keys", "--size", "1")
    assert (result.exit_code, result.output.splitlines()[0]) == (0, "1 of 1")
    assert result.output.splitlines()[-1] == "res.users.role_keys is right on all records."
    shown = banyan("shell", input="print(env['res.users'].search()[0].role_keys)\n")
    assert "base.administrator" in shown.output
    assert "spoilt" not in shown.output


def test_recompute_names_what_is_wrong(fresh: Path, banyan: Any) -> None:
    assert banyan("init", "--addons", "base").exit_code == 0
    result = banyan("recompute", "res.users", "role_kyes")
    assert result.exit_code == 1
    assert result.output == "banyan: field 'role_kyes' is not on res.users; nearest: 'role_keys'\n"
    assert "is not computed and kept" in banyan("recompute", "res.users", "name").output
