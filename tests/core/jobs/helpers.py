"""What the tests of jobs look at."""

from __future__ import annotations

from typing import Any

from core.addons.system import System


def entries(system: System) -> list[str]:
    """The names of all entries that jobs have written, in order."""
    with system.unit() as unit:
        return [row["name"] for row in unit.system_env()["chores.entry"].values(["name"], order=["id"])]


def job_rows(system: System, *names: str) -> list[Any]:
    """The records of all jobs: their values of one field, or rows of several."""
    with system.unit() as unit:
        rows = unit.system_env()["ir.job"].values(names, order=["id"])
    return [row[names[0]] for row in rows] if len(names) == 1 else [tuple(row.values()) for row in rows]
