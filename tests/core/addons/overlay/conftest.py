"""A system whose administrator adds and changes fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import Env, Identity
from core.addons.system import System

Customise = Callable[..., int]
"""`add("crm.lead", label="Heat", kind="integer")` → the id of the record."""


def on(env: Env, model: str) -> Any:
    """The kind of record that an entry speaks of."""
    kinds: Any = env["ir.model"]
    return kinds.search(kinds.info.cls.key == model)[0]


@pytest.fixture
def minh(make_user: Callable[..., Identity]) -> Identity:
    """An administrator."""
    return make_user("minh", "base.administrator", "crm.administrator", language="vi")


@pytest.fixture
def lan(make_user: Callable[..., Identity]) -> Identity:
    """A salesperson."""
    return make_user("lan", "crm.salesperson")


def customiser(system: System, who: Identity, source: str) -> Customise:
    """Makes entries of one source as an administrator does, each in a unit of work of its own."""

    def make(model: str, **values: Any) -> int:
        with system.unit(write=True) as unit:
            env = unit.env(who)
            if "target" in values:
                values["target"] = on(env, values["target"])
            return int(env[source].create(on=on(env, model), **values).id)

    return make


@pytest.fixture
def add(system: System, minh: Identity) -> Customise:
    """Adds a field."""
    return customiser(system, minh, "ir.model.fields")


@pytest.fixture
def change(system: System, minh: Identity) -> Customise:
    """Changes a field of an addon."""
    return customiser(system, minh, "ir.field.change")


@pytest.fixture
def edit(system: System, minh: Identity) -> Callable[..., None]:
    """`edit("ir.model.fields", 7, active=False)` writes a record as the administrator."""

    def write(source: str, identity: int, **values: Any) -> None:
        with system.unit(write=True) as unit:
            unit.env(minh)[source].get(identity).write(**values)

    return write


@pytest.fixture
def deal(system: System) -> int:
    """A deal that was there before anything was added."""
    with system.unit(write=True) as unit:
        return int(unit.system_env()["crm.lead"].create(name="50 ghế ăn").id)
