"""What one process does. Each gives itself up to the clock or to its rounds, and acknowledges what was committed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from typing import Any

from core import Conflict, repeatable
from core.orm.database import Database
from core.orm.registry import Models
from core.orm.unit import UnitOfWork
from tests.concurrency.bank import ACCOUNTS, Account, Invoice, Transfer

Say = Callable[..., None]
"""Writes one line of what is known for good."""


class Worker:
    """One process on the database."""

    def __init__(self, models: Models, address: str, number: int, say: Say, barrier: Barrier) -> None:
        self.models, self.database = models, Database(address)
        self.number, self.say, self.barrier = number, say, barrier
        self.random = random.Random(f"{number} {time.time_ns()}")
        self._count = 0

    def unit(self, *, write: bool = True) -> Any:
        return self.database.unit(self.models, write=write)

    def warm_up(self) -> None:
        with self.unit() as unit:
            unit.system_env()[Account].search(limit=1)

    def reference(self) -> str:
        self._count += 1
        return f"{self.number}-{time.time_ns()}-{self._count}"


@dataclass(frozen=True)
class Order:
    """An amount to be moved."""

    source: int
    target: int
    amount: Decimal
    reference: str


def order(worker: Worker, accounts: int) -> Order:
    """Any amount between any two of so many accounts."""
    source, target = worker.random.sample(range(1, accounts + 1), 2)
    return Order(source, target, Decimal(worker.random.randint(1, 5000)) / 100, worker.reference())


def transfers(worker: Worker, until: float) -> None:
    """Move amounts between any two accounts."""
    while time.time() < until:
        given = order(worker, ACCOUNTS)
        worker.database.repeat(worker.models, None, moving(given))
        worker.say(given.reference)


def moving(given: Order) -> Callable[[UnitOfWork], None]:
    @repeatable
    def move(unit: UnitOfWork) -> None:
        env = unit.system_env()
        source, target = env[Account].browse(given.source, given.target).lock()
        source.balance -= given.amount
        target.balance += given.amount
        env[Transfer].create(**asdict(given))

    return move


def careless_transfers(worker: Worker, until: float) -> None:
    """The same without a lock beforehand, flushed in the order of the transfer: what the engine refuses is repeated."""
    while time.time() < until:
        given = order(worker, 4)
        worker.database.repeat(worker.models, None, moving_carelessly(given))
        worker.say(given.reference)


def moving_carelessly(given: Order) -> Callable[[UnitOfWork], None]:
    @repeatable
    def move(unit: UnitOfWork) -> None:
        env = unit.system_env()
        env[Account].get(given.source).balance -= given.amount
        env.flush()
        env[Account].get(given.target).balance += given.amount
        env[Transfer].create(**asdict(given))

    return move


def numbers(worker: Worker, until: float) -> None:
    """Post invoices, several at a time; now and then something fails afterwards."""
    while time.time() < until:
        references = [worker.reference() for _each in range(worker.random.randint(1, 4))]
        with suppress(ZeroDivisionError):
            with worker.unit() as unit:
                for invoice in unit.system_env()[Invoice].create_many([{"reference": each} for each in references]):
                    invoice.post()
                if worker.random.random() < 0.3:
                    unit.finish()
                    raise ZeroDivisionError
            worker.say(*references)


def edits(worker: Worker, rounds: int) -> None:
    """Two people open one record at the same time and add to what they saw; who is told of a conflict looks again."""
    for _round in range(rounds):
        worker.barrier.wait()
        while True:
            with worker.unit(write=False) as unit:
                account = unit.system_env()[Account].get(1)
                seen, version = account.balance, account.row_version
            try:
                with worker.unit() as unit:
                    account = unit.system_env()[Account].get(1)
                    account.expect_version(version)
                    account.balance = seen + 1
            except Conflict:
                worker.say("conflict")
                continue
            worker.say(f"{seen + 1}")
            break


def read_then_write(worker: Worker, until: float) -> None:
    """Read in one unit, then read and write in another: what fails with "locked" where writers do not queue."""
    while time.time() < until:
        with worker.unit(write=False) as unit:
            unit.system_env()[Account].search()
        with worker.unit() as unit:
            account = unit.system_env()[Account].get(worker.random.randint(1, 3))
            account.balance += 1
        worker.say("1")


TIMED = {
    "transfers": transfers, "careless_transfers": careless_transfers, "numbers": numbers,
    "read_then_write": read_then_write,
}  # fmt: skip
COUNTED = {"edits": edits}
