"""Row locks, and doing a whole unit again where others were in the way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from core import AccessDenied, Conflict, Grant, Missing, Model, Role, fields, repeatable
from core.errors import BanyanError, Busy
from core.orm.repeat import repeat
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, identity


class Bin(Model):
    _name = "stock.bin"
    _label = "Bin"
    name = fields.Char()
    quantity = fields.Integer()
    owner = fields.Integer()


class Move(Model):
    _name = "stock.move"
    _label = "Move"
    bin = fields.Many2one(Bin, required=True)


clerk = Role("stock.clerk", "Clerk")
reader = Role("stock.reader", "Reader")
ACCESS = [
    clerk,
    reader,
    Grant(clerk, Bin, "read", "write", where=lambda env: Bin.owner == env.user_id),
    Grant(reader, Bin, "read"),
]


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    made = make_models(Bin, Move, access=ACCESS)
    with made.env() as env:
        env[Bin].create_many([{"name": f"B{place}", "quantity": 10, "owner": 7} for place in range(4)])
    return made


@pytest.mark.engine("postgresql")
def test_a_lock_shows_what_others_wrote_meanwhile(bench: Bench) -> None:
    with bench.env() as env:
        bin = env[Bin].get(1)
        assert bin.quantity == 10
        with bench.env() as other:
            other[Bin].get(1).quantity = 3
        assert bin.quantity == 10
        bin.lock()
        assert bin.quantity == 3
        bin.quantity -= 1
    with bench.env() as env:
        assert env[Bin].get(1).quantity == 2


@pytest.mark.engine("postgresql")
def test_who_locks_first_is_waited_for(bench: Bench) -> None:
    locked, waiting = Event(), Barrier(2, timeout=20)

    def first() -> None:
        with bench.env() as env:
            bin = env[Bin].get(2).lock()
            locked.set()
            waiting.wait()
            bin.quantity += 5

    def second() -> None:
        locked.wait(20)
        with bench.env() as env:
            bin = env[Bin].get(2)
            assert bin.quantity == 10
            waiting.wait()
            bin.lock().quantity *= 2

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(first), pool.submit(second)]:
            done.result(30)
    with bench.env() as env:
        assert env[Bin].get(2).quantity == 30


def test_several_models_are_locked_in_one_order(bench: Bench, count_statements: Callable[..., object]) -> None:
    with bench.env() as env:
        moves = env[Move].create_many([{"bin": place} for place in (3, 1)])
        env.flush()
        with count_statements() as counted:  # type: ignore[attr-defined]
            env.lock(moves, env[Bin].browse(3, 1))
        assert counted.total == 2
        assert ["stock_bin" in text for text in counted.texts] == [True, False]


def test_locking_needs_a_record_that_is_there_and_may_be_changed(bench: Bench) -> None:
    with bench.unit() as unit:
        env = unit.env(identity(7, "stock.clerk"))
        assert env[Bin].get(1).lock().quantity == 10
        with pytest.raises(Missing):
            env[Bin].browse(1, 99).lock()
        with pytest.raises(AccessDenied, match="You may not change Bins"):
            unit.env(identity(8, "stock.reader"))[Bin].browse(1).lock()
        both = unit.env(identity(8, "stock.reader", "stock.clerk"))
        with pytest.raises(AccessDenied, match="You may not change this Bin"):
            both[Bin].browse(1).lock()
        with pytest.raises(Missing):
            unit.env(identity(8, "stock.clerk"))[Bin].browse(1).lock()
    with pytest.raises(BanyanError, match="opened for reading"), bench.env(write=False) as reading:
        reading[Bin].browse(1).lock()


def test_pending_changes_are_written_before_the_lock(bench: Bench) -> None:
    with bench.env() as env:
        bin = env[Bin].get(1)
        bin.quantity = 4
        assert bin.lock().quantity == 4


@pytest.mark.engine("postgresql")
def test_a_deadlock_is_busy_for_one_and_repeated_where_that_is_declared(bench: Bench) -> None:
    barrier = Barrier(2, timeout=20)
    met: list[int] = []

    def work(first: int, second: int) -> None:
        @repeatable
        def step(unit: UnitOfWork) -> None:
            env = unit.system_env()
            env[Bin].get(first).lock()
            met.append(first)
            if met.count(first) == 1:
                barrier.wait()
            env[Bin].get(second).lock().quantity += 1

        bench.repeat(step)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, 1, 2), pool.submit(work, 2, 1)]:
            done.result(30)
    assert len(met) == 3
    with bench.env() as env:
        assert [env[Bin].get(each).quantity for each in (1, 2)] == [11, 11]


def test_a_conflict_is_repeated_with_what_is_stored_now(bench: Bench) -> None:
    tries: list[int] = []

    @repeatable
    def add(unit: UnitOfWork) -> int:
        bin = unit.system_env()[Bin].get(1)
        tries.append(bin.quantity)
        if len(tries) == 1:
            raise Conflict("somebody was faster")
        bin.quantity += 1
        return bin.quantity

    assert bench.repeat(add) == 11
    assert tries == [10, 10]


def test_what_a_person_saw_in_another_version_is_not_repeated(bench: Bench) -> None:
    tries: list[int] = []

    @repeatable
    def change(unit: UnitOfWork) -> None:
        tries.append(1)
        bin = unit.system_env()[Bin].get(1)
        bin.expect_version(bin.row_version - 1)
        bin.quantity = 10

    with pytest.raises(Conflict):
        bench.repeat(change)
    assert tries == [1]


def test_a_function_that_is_not_declared_repeatable_is_not_called(bench: Bench) -> None:
    def mail(unit: UnitOfWork) -> None:
        raise AssertionError

    with pytest.raises(BanyanError, match="mail is not declared @repeatable"):
        bench.repeat(mail)


def test_the_last_try_tells_why_and_pauses_grow(bench: Bench) -> None:
    pauses: list[float] = []

    @repeatable
    def work(unit: UnitOfWork) -> None:
        raise Busy("others")

    with pytest.raises(Busy):
        repeat(bench.unit, work, tries=4, pause=pauses.append)
    assert len(pauses) == 3
    assert all(0 < pause <= 1 for pause in pauses)


@pytest.mark.engine("sqlite")
def test_a_writer_of_sqlite_that_waits_too_long_is_told_that_others_are_busy(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.orm.begin.LOCK_WAIT_SECONDS", 0)
    other = Bench.__new__(Bench)
    from core.orm.database import Database

    other.models, other.database = bench.models, Database(bench.address)
    with bench.env() as env, pytest.raises(Busy, match="Others are changing the same records"):
        env[Bin].get(1).quantity = 1
        with other.unit():
            raise AssertionError
    other.close()
