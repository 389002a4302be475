"""Backups of running systems, and the systems that they come back as."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.addons.lifecycle import enable
from core.addons.system import System
from core.settings import Settings
from core.testing.databases import Databases
from core.testing.postgres import client_programs
from core.testing.systems import prepare_system, settings_for

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "addons"


@pytest.fixture(autouse=True)
def programs(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs as new as the tests' server."""
    if engine == "postgresql" and (folder := client_programs()) is not None:
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def system(engine: str, databases_of: Callable[[str], Databases], tmp_path: Path) -> Iterator[System]:
    """A system with visits, which have photos."""
    databases = databases_of(engine)

    def prepare(address: str) -> None:
        prepare_system(address, ("crm",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("survey",))

    address = databases.copy(("surveys to save",), prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    yield opened
    opened.close()
    databases.drop(address)


@pytest.fixture
def elsewhere(
    engine: str, databases_of: Callable[[str], Databases], tmp_path: Path, system: System
) -> Iterator[Settings]:
    """Settings of an installation that is not there yet, with an empty database of the same engine."""
    databases = databases_of(engine)
    address = databases.empty()
    yield Settings(data_dir=tmp_path / "elsewhere", database_url=address, addons_path=system.settings.addons_path)
    databases.drop(address)
