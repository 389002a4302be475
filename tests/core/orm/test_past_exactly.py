"""Whatever happened, in whatever order: as of each moment everything is exactly what was read at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Env, Missing
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from tests.core.orm.conftest import undone
from tests.core.orm.shop import SHOP, SHOP_ACCESS
from tests.core.orm.test_computed_graph import CHANGES, Player

free = settings(deadline=None, suppress_health_check=list(HealthCheck))
Picture = dict[tuple[str, int], dict[str, Any]]


@pytest.fixture(scope="module")
def shop(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(SHOP), SHOP_ACCESS)
    yield bench
    bench.close()
    databases.drop(address)


def _read(record: Any) -> dict[str, Any]:
    """Every field of a record as plain values."""
    found = {}
    for name in record._view.info.fields:
        value = getattr(record, name)
        found[name] = getattr(value, "ids", None) if hasattr(value, "ids") else getattr(value, "id", value)
    return found


def _picture(env: Env) -> Picture:
    """Everything that there is, as it is now."""
    return {(model._name, record.id): _read(record) for model in SHOP for record in env[model].search(order=("id",))}


def _check(env: Env, moment: datetime, picture: Picture, ever: set[tuple[str, int]]) -> None:
    for model, id in sorted(ever):
        try:
            found = _read(env[model].as_of(moment).get(id))
        except Missing:
            assert (model, id) not in picture
        else:
            assert found == picture[model, id], (model, id)


def _play(unit: UnitOfWork, steps: list[tuple[Any, ...]]) -> None:
    player = Player(unit)
    taken: list[tuple[datetime, Picture]] = []
    for step in (("flush",), *steps):
        player.play(step)
        unit.flush()
        taken.append((unit.now(), _picture(unit.system_env())))
    ever = {key for _moment, picture in taken for key in picture}
    for moment, picture in taken:
        _check(unit.system_env(), moment, picture, ever)


@given(steps=st.lists(CHANGES, max_size=8))
@settings(free, max_examples=25)
def test_everything_is_what_was_read_then(shop: Bench, steps: list[tuple[Any, ...]]) -> None:
    with undone(shop) as unit:
        _play(unit, steps)


@pytest.mark.proof
@given(steps=st.lists(CHANGES, max_size=25))
@settings(free, max_examples=300)
def test_after_long_lives_too(shop: Bench, steps: list[tuple[Any, ...]]) -> None:
    with undone(shop) as unit:
        _play(unit, steps)
