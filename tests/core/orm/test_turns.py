"""Who writes next on SQLite: work in the background lets those go first who wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from core import Model, fields
from core.orm.turns import Turns
from core.testing.bench import Bench

pytestmark = pytest.mark.engine("sqlite")


class Note(Model):
    _name = "test.note"
    name = fields.Char()


def test_nobody_waits_where_nobody_had_to(tmp_path: Path) -> None:
    looks: list[float] = []
    turns = Turns(tmp_path / "db.turns")
    turns.let_others_go_first(looks.append)
    with turns.waiting():
        pass
    turns.let_others_go_first(looks.append)
    assert looks == []


def test_background_waits_until_the_last_has_had_their_turn(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "db.turns")
    others = [turns.waiting(), turns.waiting()]
    for other in others:
        other.__enter__()
    looks: list[float] = []

    def look(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) in (2, 4):
            others.pop().__exit__(None, None, None)

    turns.let_others_go_first(look)
    assert len(looks) == 4


def test_background_goes_on_where_there_is_always_somebody(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "db.turns")
    looks: list[float] = []
    with turns.waiting():
        turns.let_others_go_first(looks.append)
    assert sum(looks) == pytest.approx(0.5)


def test_writer_who_finds_the_database_taken_says_that_they_wait(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Note)
    turns = bench.database.turns
    assert turns is not None
    said: list[float] = []
    other = sqlite3.connect(bench.address.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    def write() -> None:
        with bench.unit():
            said.append(-1)

    writer = Thread(target=write)
    writer.start()

    def free(seconds: float) -> None:
        said.append(seconds)
        if other.in_transaction:
            other.execute("COMMIT")
        writer.join()

    while not said:  # until the writer has said that they wait
        turns.let_others_go_first(free)
    writer.join()
    other.close()
    assert said[0] > 0
    assert said[-1] == -1
