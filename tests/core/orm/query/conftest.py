"""The ledger in a database of each engine; what a test writes is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core import Env
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from tests.core.orm.conftest import undone
from tests.core.orm.ledger import ACCESS, HOA, LEDGER, fill


@pytest.fixture(scope="module")
def ledger(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(LEDGER), ACCESS)
    with bench.env() as env:
        fill(env)
    yield bench
    bench.close()
    databases.drop(address)


@pytest.fixture
def unit(ledger: Bench) -> Iterator[UnitOfWork]:
    with undone(ledger) as opened:
        yield opened


@pytest.fixture
def env(unit: UnitOfWork) -> Env:
    return unit.env(HOA)
