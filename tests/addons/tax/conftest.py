"""A system with bills: an addon outside of the repository whose documents have taxed lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import Identity
from core.addons.lifecycle import enable
from core.addons.system import System
from core.testing.databases import Databases
from core.testing.systems import UserMaker, prepare_system, settings_for

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "addons"


@pytest.fixture
def bills(
    engine: str, databases_of: Callable[[str], Databases], kept_registries: list[object], tmp_path: Path
) -> Iterator[System]:
    databases = databases_of(engine)

    def prepare(address: str) -> None:
        prepare_system(address, ("tax",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("billing",))

    address = databases.copy(("bills",), prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    kept_registries.append(opened.registry)
    yield opened
    opened.close()
    databases.drop(address)


@pytest.fixture
def lan(bills: System) -> Identity:
    """Lan makes bills, in Vietnamese dong."""
    with bills.unit(write=True) as unit:
        company = unit.system_env()["res.company"].search()[0].id
    return UserMaker(bills).make("lan", "billing.clerk", "tax.manager", company=company)
