"""Addons that listen hear of changes, once, at the end of the unit of work that makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from core import Model, fields, hookimpl
from core.addons.plugins import make_plugin_manager
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench


class Task(Model):
    """A thing to do."""

    _name = "test.task"
    _label = "Task"

    name = fields.Char("Name")
    points = fields.Integer("Points")


class Note(Model):
    """A thing that nobody listens to."""

    _name = "test.note"
    _label = "Note"

    name = fields.Char("Name")


class Listener:
    """What one addon heard. answer: what it does about it."""

    def __init__(self) -> None:
        self.asked = 0
        self.heard: list[dict[str, Any]] = []
        self.answer: Callable[[Any], None] = lambda env: None

    def module(self) -> ModuleType:
        module = ModuleType("listening")

        @hookimpl
        def records_watched(env: Any) -> list[str]:
            self.asked += 1
            return ["test.task"]

        @hookimpl
        def records_changed(env: Any, changed: Any) -> None:
            self.heard.append(
                {model: (one.created, one.changed) for model, one in changed.since(changed.start).items()}
            )
            self.answer(env)

        module.records_watched, module.records_changed = records_watched, records_changed  # type: ignore[attr-defined]
        return module


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Task, Note)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def open_unit(bench: Bench, listener: Listener) -> Callable[[], Any]:
    hooks = make_plugin_manager([], [("listening", listener.module())]).hook

    @contextmanager
    def opened() -> Iterator[UnitOfWork]:
        with bench.database.unit(bench.models, hooks, write=True) as unit:
            yield unit

    return opened


def test_what_a_unit_did_is_told_as_one_batch(open_unit: Callable[[], Any], listener: Listener) -> None:
    with open_unit() as unit:
        env = unit.system_env()
        first = env[Task].create(name="Sweep", points=1).id
    with open_unit() as unit:
        env = unit.system_env()
        task = env[Task].get(first)
        task.points = 2
        env.flush()
        task.points = 3
        new = env[Task].create(name="Mop")
        new.points = 5
        gone = env[Task].create(name="Gone")
        gone.delete()
        env[Note].create(name="quiet")
        assert len(listener.heard) == 1, "nothing is told before the end"
        identity = new.id
    assert listener.heard[0] == {"test.task": ({first}, {first: {"name": ("", "Sweep"), "points": (0, 1)}})}
    assert listener.heard[1] == {
        "test.task": ({identity}, {first: {"points": (1, 3)}, identity: {"name": ("", "Mop"), "points": (0, 5)}})
    }
    assert listener.asked == 2, "once in each unit"


def test_what_is_back_at_its_first_value_is_no_change(open_unit: Callable[[], Any], listener: Listener) -> None:
    with open_unit() as unit:
        identity = unit.system_env()[Task].create(points=1).id
    with open_unit() as unit:
        task = unit.system_env()[Task].get(identity)
        task.points = 2
        unit.flush()
        task.points = 1
    assert listener.heard[1:] == [{}]


def test_a_savepoint_takes_back_what_was_noted_in_it(open_unit: Callable[[], Any], listener: Listener) -> None:
    with open_unit() as unit:
        env = unit.system_env()
        kept = env[Task].create(points=1).id
        with pytest.raises(ValueError, match="no"), env.savepoint():
            env[Task].create(points=2)
            raise ValueError("no")
    assert listener.heard == [{"test.task": ({kept}, {kept: {"points": (0, 1)}})}]


def test_what_listeners_do_is_written_and_not_told_again(
    open_unit: Callable[[], Any], listener: Listener, bench: Bench
) -> None:
    listener.answer = lambda env: env[Task].search().write(points=7)
    with open_unit() as unit:
        identity = unit.system_env()[Task].create(points=1).id
    assert len(listener.heard) == 1
    with bench.env() as env:
        assert env[Task].get(identity).points == 7


def test_nobody_is_asked_where_nobody_listens(bench: Bench, count_statements: Callable[[], Any]) -> None:
    hooks = make_plugin_manager([], []).hook
    with count_statements() as bare, bench.database.unit(bench.models, write=True) as unit:
        unit.system_env()[Task].create(points=1)
    with count_statements() as counted, bench.database.unit(bench.models, hooks, write=True) as unit:
        unit.system_env()[Task].create(points=1)
    assert counted.total == bare.total
