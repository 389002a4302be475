"""Whatever is changed, in whatever order: no read is stale, and what is stored is what follows from the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from tests.core.orm.conftest import Undo, undone
from tests.core.orm.shop import KIM, READ, SHOP, SHOP_ACCESS, Account, Line, Mark, Oracle, Order, check_stored

number = st.integers(0, 3)
price = st.decimals(0, 9, places=2)

CHANGES = st.one_of(
    st.tuples(st.just("add_line"), st.none() | number, st.integers(-2, 5), price),
    st.tuples(st.just("add_order"), st.none() | number, st.sets(number)),
    st.tuples(st.just("quantity"), number, st.integers(-2, 5)),
    st.tuples(st.just("price"), number, price),
    st.tuples(st.just("move_line"), number, st.none() | number),
    st.tuples(st.just("take_lines"), number, st.sets(number)),
    st.tuples(st.just("account"), number, st.none() | number),
    st.tuples(st.just("discount"), number, st.integers(0, 100)),
    st.tuples(st.just("name"), number, st.sampled_from(["", "An", "Bình Minh"])),
    st.tuples(st.just("marks"), number, st.sets(number)),
    st.tuples(st.just("orders"), number, st.sets(number)),
    st.tuples(st.just("weight"), number, st.integers(-5, 5)),
    st.tuples(st.just("delete_line"), number),
    st.tuples(st.just("delete_order"), number),
    st.tuples(st.just("delete_mark"), number),
    st.tuples(st.just("delete_account"), number),
)
READS = st.one_of(
    st.tuples(st.just("read"), st.sampled_from([(model, name) for model, names in READ.items() for name in names])),
    st.tuples(st.just("flush")),
    st.tuples(st.just("search")),
    st.tuples(st.just("undo"), st.lists(CHANGES, max_size=3)),
)


class Player:
    """Plays changes against the shop and against the oracle."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit, self.oracle = unit, Oracle()
        self.env = unit.system_env()
        for name, discount in (("An", 10), ("Bình", 0)):
            account = self.env[Account].create(name=name, discount=Decimal(discount))
            self.oracle.accounts[account.id] = (name, discount)
        for weight in (1, 2):
            self.oracle.marks[self.env[Mark].create(weight=weight).id] = weight
        for account in (0, 1):
            self.play(("add_order", account, {0}))
        for order in (0, 0, 1):
            self.play(("add_line", order, 1, Decimal(10)))

    def play(self, step: tuple[Any, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])

    def _pick(self, model: Any, place: int | None) -> Any:
        ids = self.oracle.ids(model)
        return None if place is None or not ids else self.env[model].browse(ids[place % len(ids)])[0]

    def _several(self, model: Any, places: set[int]) -> list[int]:
        return sorted({self._pick(model, place).id for place in places if self._pick(model, place)})

    def _add_line(self, order: int | None, quantity: int, price: Decimal) -> None:
        owner = self._pick(Order, order)
        line = self.env[Line].create(order=owner, quantity=quantity, price=price)
        self.oracle.lines[line.id] = (owner.id if owner else None, quantity, price)

    def _add_order(self, account: int | None, marks: set[int]) -> None:
        owner, linked = self._pick(Account, account), self._several(Mark, marks)
        order = self.env[Order].create(account=owner, marks=linked)
        self.oracle.orders[order.id] = (owner.id if owner else None, frozenset(linked))

    def _quantity(self, place: int, quantity: int) -> None:
        if line := self._pick(Line, place):
            line.quantity = quantity
            self.oracle.lines[line.id] = (self.oracle.lines[line.id][0], quantity, self.oracle.lines[line.id][2])

    def _price(self, place: int, price: Decimal) -> None:
        if line := self._pick(Line, place):
            line.price = price
            self.oracle.lines[line.id] = (*self.oracle.lines[line.id][:2], price)

    def _move_line(self, place: int, order: int | None) -> None:
        if line := self._pick(Line, place):
            owner = self._pick(Order, order)
            line.order = owner
            self.oracle.lines[line.id] = (owner.id if owner else None, *self.oracle.lines[line.id][1:])

    def _take_lines(self, place: int, lines: set[int]) -> None:
        if order := self._pick(Order, place):
            wanted = self._several(Line, lines)
            order.write(lines=wanted)
            for id, (owner, quantity, price) in self.oracle.lines.items():
                owner = order.id if id in wanted else None if owner == order.id else owner
                self.oracle.lines[id] = (owner, quantity, price)

    def _account(self, place: int, account: int | None) -> None:
        if order := self._pick(Order, place):
            owner = self._pick(Account, account)
            order.account = owner
            self.oracle.orders[order.id] = (owner.id if owner else None, self.oracle.orders[order.id][1])

    def _discount(self, place: int, discount: int) -> None:
        if account := self._pick(Account, place):
            account.discount = Decimal(discount)
            self.oracle.accounts[account.id] = (self.oracle.accounts[account.id][0], discount)

    def _name(self, place: int, name: str) -> None:
        if account := self._pick(Account, place):
            account.name = name
            self.oracle.accounts[account.id] = (name, self.oracle.accounts[account.id][1])

    def _marks(self, place: int, marks: set[int]) -> None:
        if order := self._pick(Order, place):
            linked = self._several(Mark, marks)
            order.write(marks=linked)
            self.oracle.orders[order.id] = (self.oracle.orders[order.id][0], frozenset(linked))

    def _orders(self, place: int, orders: set[int]) -> None:
        if mark := self._pick(Mark, place):
            linked = self._several(Order, orders)
            mark.write(orders=linked)
            for id, (account, marks) in self.oracle.orders.items():
                self.oracle.orders[id] = (account, marks | {mark.id} if id in linked else marks - {mark.id})

    def _weight(self, place: int, weight: int) -> None:
        if mark := self._pick(Mark, place):
            mark.weight = weight
            self.oracle.marks[mark.id] = weight

    def _delete_line(self, place: int) -> None:
        if line := self._pick(Line, place):
            line.delete()
            del self.oracle.lines[line.id]

    def _delete_order(self, place: int) -> None:
        if order := self._pick(Order, place):
            order.delete()
            del self.oracle.orders[order.id]
            self.oracle.lines = {id: line for id, line in self.oracle.lines.items() if line[0] != order.id}

    def _delete_mark(self, place: int) -> None:
        if mark := self._pick(Mark, place):
            mark.delete()
            del self.oracle.marks[mark.id]
            for id, (account, marks) in self.oracle.orders.items():
                self.oracle.orders[id] = (account, marks - {mark.id})

    def _delete_account(self, place: int) -> None:
        if account := self._pick(Account, place):
            account.delete()
            del self.oracle.accounts[account.id]
            for id, (owner, marks) in self.oracle.orders.items():
                self.oracle.orders[id] = (None if owner == account.id else owner, marks)

    def _read(self, what: tuple[Any, str]) -> None:
        model, name = what
        for env in (self.env, self.unit.env(KIM)):
            for record in env[model].browse(*self.oracle.ids(model)):
                assert getattr(record, name) == self.oracle.value(model, record.id, name), (model._name, name)

    def _flush(self) -> None:
        self.unit.flush()

    def _search(self) -> None:
        check_stored(self.env, self.oracle)

    def _undo(self, steps: list[tuple[Any, ...]]) -> None:
        kept = Oracle(*(dict(part) for part in vars(self.oracle).values()))
        with suppress(Undo), self.unit.savepoint():
            for step in steps:
                self.play(step)
            raise Undo
        self.oracle = kept


@pytest.fixture(scope="module")
def shop(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(SHOP), SHOP_ACCESS)
    yield bench
    bench.close()
    databases.drop(address)


STEPS = st.lists(CHANGES | READS, max_size=14)
free = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.engine("sqlite")
@given(steps=STEPS)
@example(steps=[("undo", []), ("quantity", 0, 0), ("name", 0, "")])  # a write fetches what a change made wrong
@settings(free, max_examples=250)
def test_no_read_is_stale_and_what_is_stored_is_right(shop: Bench, steps: list[tuple[Any, ...]]) -> None:
    _play(shop, steps)


@pytest.mark.engine("postgresql")
@given(steps=STEPS)
@settings(free, max_examples=60)
def test_nor_where_other_people_write_at_the_same_time(shop: Bench, steps: list[tuple[Any, ...]]) -> None:
    """PostgreSQL settles behind locks and reads anew, which is another way through the same code."""
    _play(shop, steps)


@pytest.mark.proof
@given(steps=st.lists(CHANGES | READS, max_size=40))
@settings(free, max_examples=400)
def test_long_sequences_stay_right_too(shop: Bench, steps: list[tuple[Any, ...]]) -> None:
    _play(shop, steps)


def _play(shop: Bench, steps: list[tuple[Any, ...]]) -> None:
    with undone(shop) as unit:
        player = Player(unit)
        for step in steps:
            player.play(step)
        for model, names in READ.items():
            for name in names:
                player.play(("read", (model, name)))
        unit.flush()
        check_stored(unit.system_env(), player.oracle)
