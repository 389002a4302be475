"""The tests of an addon in a folder of its own, run where it lies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TEST = """
import pytest

from addons.faraway.models.trip import Trip

@pytest.mark.engine("sqlite")
@pytest.mark.addons("faraway")
def test_trips_are_kept(system):
    with system.unit(write=True) as unit:
        env = unit.system_env("a trip")
        assert env[Trip].create(name="Huế").name == "Huế"
"""
MODEL = """
from core import Model, fields

class Trip(Model):
    _name = "faraway.trip"
    name = fields.Char("Trip")
"""


@pytest.mark.parametrize("way", ["by its place", "by the addons path"])
def test_an_addon_outside_is_found_by_its_own_tests(tmp_path: Path, way: str) -> None:
    addon = tmp_path / "partners" / "faraway"
    for path, text in {
        "manifest.toml": 'name = "faraway"\nversion = "1.0"\ndepends = ["base"]\n',
        "models/trip.py": MODEL,
        "tests/test_trip.py": TEST,
    }.items():
        (addon / path).parent.mkdir(parents=True, exist_ok=True)
        (addon / path).write_text(text, "utf-8")
    root = str(Path(__file__).resolve().parents[3])
    environ = {"PYTHONPATH": root} | {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "BANYAN_"))
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=addon,
        env=environ | ({"BANYAN_ADDONS_PATH": str(addon.parent)} if way == "by the addons path" else {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
