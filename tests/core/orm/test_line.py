"""Threads wait in line: for a turn of any kind, and to write on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from core.errors import Busy
from core.orm.begin import Beginner
from core.orm.line import Line
from core.orm.turns import Turns

pytestmark = pytest.mark.engine("sqlite")


def come_one_by_one(line: Line, number: int, work: Callable[[int], None]) -> list[Thread]:
    """So many threads, each started when the one before it stands in line."""
    before, threads = line.length, []
    for place in range(number):
        threads.append(Thread(target=work, args=(place,)))
        threads[-1].start()
        while line.length < before + place + 1:
            pass
    return threads


def end(threads: list[Thread]) -> None:
    for thread in threads:
        thread.join()


def test_all_go_in_the_order_in_which_they_came() -> None:
    line = Line()
    went: list[int] = []

    def work(place: int) -> None:
        with line.wait(60) as is_first:
            assert is_first
            went.append(place)

    with line.wait(60) as is_first:
        assert is_first
        threads = come_one_by_one(line, 5, work)
        assert went == []
    end(threads)
    assert went == [0, 1, 2, 3, 4]
    assert line.length == 0


def test_who_gives_up_holds_nobody_up() -> None:
    line = Line()
    went: list[tuple[int, bool]] = []

    def work(place: int) -> None:
        with line.wait(60) as is_first:
            went.append((place, is_first))

    with line.wait(60):
        with line.wait(0) as is_first:
            assert not is_first
            threads = come_one_by_one(line, 1, work)
        assert went == []
    end(threads)
    assert went == [(0, True)]


def open_file(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None, check_same_thread=False)


def test_writers_of_one_process_are_served_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    beginner, wrote = Beginner(Turns(tmp_path / "db.turns")), []

    def write(place: int) -> None:
        with closing(open_file(tmp_path / "db")) as connection:
            beginner.begin(connection)
            wrote.append(place)
            connection.execute("COMMIT")

    with closing(open_file(tmp_path / "db")) as first:
        beginner.begin(first)
        threads = come_one_by_one(beginner.line, 6, write)
        assert wrote == []
        first.execute("COMMIT")
        end(threads)
    assert wrote == [0, 1, 2, 3, 4, 5]


def test_writer_who_has_waited_long_enough_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.orm.begin.LOCK_WAIT_SECONDS", 0)
    beginner = Beginner(Turns(tmp_path / "db.turns"))
    with closing(open_file(tmp_path / "db")) as first, closing(open_file(tmp_path / "db")) as second:
        beginner.begin(first)
        with pytest.raises(Busy):
            beginner.begin(second)
        first.execute("COMMIT")
        beginner.begin(second)
        assert second.in_transaction
