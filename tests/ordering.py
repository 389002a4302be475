"""A system with the addon `ordering`, whose orders go through states; for the tests of several rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from core import Identity
from core.addons.lifecycle import enable
from core.addons.system import System
from core.testing.databases import Databases
from core.testing.systems import UserMaker, prepare_system, settings_for
from core.testing.web import SignIn

FIXTURES = Path(__file__).resolve().parent / "fixtures" / "addons"
ORDER, REQUEST = "ordering.order", "approval.request"


@dataclass(frozen=True)
class Office:
    """A clerk, two managers, two owners and who works elsewhere, with their orders."""

    system: System
    lan: Identity
    minh: Identity
    hoa: Identity
    kim: Identity
    an: Identity
    bao: Identity
    guest: Identity

    _clients: dict[int, FlaskClient] = field(default_factory=dict)

    def client(self, who: Identity) -> FlaskClient:
        """The browser in which somebody has logged in."""
        assert who.user_id is not None
        if who.user_id not in self._clients:
            self._clients[who.user_id] = SignIn(self.system)(who)
        return self._clients[who.user_id]

    @contextmanager
    def at(self, who: Identity | None = None) -> Iterator[Any]:
        """The environment of somebody in a unit of its own; elevated without one."""
        with self.system.unit(write=True) as unit:
            yield unit.env(who) if who else unit.system_env("test")

    def order(self, name: str, *, amount: int = 100, discount: int = 0, who: Identity | None = None) -> int:
        """The id of a new order with one line."""
        with self.at(who or self.lan) as env:
            line = {"name": "Chair", "amount": Decimal(amount)}
            made: int = env[ORDER].create(name=name, discount=Decimal(discount), lines=[line]).id
            return made

    def state(self, order: int) -> str:
        with self.at() as env:
            found: str = env[ORDER].get(order).state
            return found


@pytest.fixture
def office(
    engine: str, databases_of: Callable[[str], Databases], kept_registries: list[object], tmp_path: Path
) -> Iterator[Office]:
    databases = databases_of(engine)

    def prepare(address: str) -> None:
        prepare_system(address, ("base",), False, tmp_path / "prepared")
        enable(settings_for(address, tmp_path / "prepared", (FIXTURES,)), ("ordering",))

    address = databases.copy(("ordering",), prepare)
    opened = System.open(settings_for(address, tmp_path / "data", (FIXTURES,)))
    if opened.registry not in kept_registries:
        kept_registries.append(opened.registry)
    people = UserMaker(opened)
    yield Office(
        opened,
        people.make("lan", "base.user", "ordering.clerk"),
        people.make("minh", "base.user", "ordering.clerk"),
        people.make("hoa", "base.user", "ordering.manager"),
        people.make("kim", "base.user", "ordering.manager"),
        people.make("an", "base.user", "ordering.owner"),
        people.make("bao", "base.user", "ordering.owner"),
        people.make("guest", "base.user"),
    )
    opened.close()
    databases.drop(address)
