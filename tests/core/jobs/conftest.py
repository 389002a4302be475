"""A system with the addon `chores`, whose jobs write entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.addons.lifecycle import enable
from core.addons.system import System
from core.testing.databases import Databases
from core.testing.systems import prepare_system, settings_for

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "addons"


@pytest.fixture
def chores(engine: str, databases_of: Callable[[str], Databases], tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own with chores."""

    def prepare(address: str) -> None:
        prepare_system(address, ("base",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("chores",))

    databases = databases_of(engine)
    address = databases.copy("chores", prepare)
    yield address
    databases.drop(address)


@pytest.fixture
def system(chores: str, kept_registries: list[object], tmp_path: Path) -> Iterator[System]:
    """A running system with chores; its jobs run where the test says so."""
    opened = System.open(settings_for(chores, tmp_path / "data", (FIXTURES,)))
    kept_registries.append(opened.registry)
    yield opened
    opened.close()
