"""The trade of `trade.py` in a database of each engine, shared by all tests that undo what they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from tests.core.orm.trade import ACCESS, TRADE, fill


class Undo(Exception):
    """Ends a unit of work without keeping anything."""


@contextmanager
def undone(bench: Bench) -> Iterator[UnitOfWork]:
    """A unit of work that writes and checks at its end, and is then rolled back."""
    with suppress(Undo), bench.unit() as unit:
        yield unit
        unit.flush()
        raise Undo


@pytest.fixture(scope="session")
def trade(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    """The trade with its records; tests must not leave anything in it."""
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(TRADE), ACCESS)
    with bench.env() as env:
        fill(env)
    yield bench
    bench.close()
    databases.drop(address)


@pytest.fixture
def unit(trade: Bench) -> Iterator[UnitOfWork]:
    """A unit of work in the trade; what it writes is undone."""
    with undone(trade) as opened:
        yield opened


@pytest.fixture
def own_trade(make_models: Callable[..., Bench]) -> Bench:
    """The trade in a database of the test's own, for what has to be committed."""
    bench = make_models(*TRADE, access=ACCESS)
    with bench.env() as env:
        fill(env)
    return bench
