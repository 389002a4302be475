"""Two people at once, on PostgreSQL: on SQLite, who writes waits until the other has finished."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from core import Conflict, Env, Invalid, Model, Unique, computed, fields
from core.testing.bench import Bench
from tests.core.orm.shop import KIM, SHOP, SHOP_ACCESS, Account, Line, Mark, Order

Step = Callable[[Env], Any]
pytestmark = pytest.mark.engine("postgresql")


@pytest.fixture
def shop(make_models: Callable[..., Bench]) -> Bench:
    bench = make_models(*SHOP, access=SHOP_ACCESS)
    with bench.env() as env:
        account = env[Account].create(name="An", discount=Decimal(10))
        mark = env[Mark].create(weight=1)
        for _each in range(2):
            line = {"quantity": 1, "price": Decimal(100)}
            env[Order].create(account=account, marks=[mark], lines=[line])
    return bench


def at_once(bench: Bench, *steps: Step, then: Step | None = None) -> list[Exception | None]:
    """Each step in a unit of its own; all have done theirs before any of them writes the rest and commits.

    then: what each does after that, while the others may be writing.
    """
    barrier = Barrier(len(steps), timeout=20)

    def work(step: Step) -> Exception | None:
        try:
            with bench.env(KIM) as env:
                step(env)
                barrier.wait()
                if then is not None:
                    then(env)
        except Exception as error:
            return error
        return None

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(work, steps))


def _first(env: Env) -> Order:
    return env[Order].search(order=["id"])[0]


def _figures(bench: Bench) -> tuple[Any, ...]:
    with bench.env() as env:
        return (
            tuple(row["total"] for row in env[Order].values(["total"], order=["id"])),
            env[Account].search()[0].turnover,
            env[Mark].search()[0].volume,
        )


def test_two_people_who_each_add_a_line_both_count(shop: Bench) -> None:
    def add(price: int) -> Step:
        return lambda env: env[Line].create(order=_first(env), quantity=1, price=Decimal(price))

    assert at_once(shop, add(10), add(20), add(30)) == [None, None, None]
    assert _figures(shop) == ((160, 100), 234, 260)


def test_they_count_also_when_both_have_looked_at_the_total_before(shop: Bench) -> None:
    def add(price: int) -> Step:
        def step(env: Env) -> None:
            order = _first(env)
            assert order.total == 100
            env[Line].create(order=order, quantity=1, price=Decimal(price))

        return step

    def look(env: Env) -> None:
        order = _first(env)
        assert order.total in (110, 120, 130)
        assert order.net < order.total
        assert order.account is not None
        assert order.account.turnover > 100

    assert at_once(shop, add(10), add(20), then=look) == [None, None]
    assert _figures(shop) == ((130, 100), 207, 230)


def test_they_count_when_one_commits_while_the_other_works(shop: Bench) -> None:
    with shop.env(KIM) as env:
        order = _first(env)
        assert (order.total, len(order.lines)) == (100, 1)
        env[Line].create(order=order, quantity=1, price=Decimal(10))
        with shop.env(KIM) as other:
            other[Line].create(order=_first(other), quantity=1, price=Decimal(20))
        assert order.total == 110 + 20
    assert _figures(shop) == ((130, 100), 207, 230)


def test_a_line_moved_there_and_one_moved_back_both_count(shop: Bench) -> None:
    def move(place: int) -> Step:
        def step(env: Env) -> None:
            orders = env[Order].search(order=["id"])
            orders[place].lines[0].write(order=orders[1 - place], quantity=place + 2)

        return step

    assert at_once(shop, move(0), move(1)) == [None, None]
    assert _figures(shop) == ((300, 200), 450, 500)


def test_lines_that_are_changed_and_deleted_at_once_both_count(shop: Bench) -> None:
    with shop.env() as env:
        env[Line].create(order=_first(env), quantity=1, price=Decimal(7))

    def change(env: Env) -> None:
        _first(env).lines[0].price = Decimal(50)

    def delete(env: Env) -> None:
        _first(env).lines[1].delete()

    assert at_once(shop, change, delete) == [None, None]
    assert _figures(shop) == ((50, 100), 135, 150)


def test_links_from_both_ends_at_once_both_count(shop: Bench) -> None:
    with shop.env() as env:
        env[Mark].create(weight=5)

    def link(env: Env) -> None:
        _first(env).write(marks=env[Mark].search())

    def weigh(env: Env) -> None:
        env[Mark].search(order=["id"])[0].weight = 10

    assert at_once(shop, link, weigh) == [None, None]
    with shop.env() as env:
        assert [row["weight"] for row in env[Order].values(["weight"], order=["id"])] == [15, 10]


def test_what_follows_from_others_uses_what_is_stored_and_not_what_was_read(shop: Bench) -> None:
    """The order's own total changed after it was read; the discount that changes now must not bring it back."""
    with shop.env(KIM) as env:
        order = _first(env)
        assert (order.total, order.net) == (100, 90)
        with shop.env(KIM) as other:
            other[Line].create(order=_first(other), quantity=1, price=Decimal(100))
        env[Account].search()[0].discount = Decimal(50)
    with shop.env() as env:
        assert (_first(env).total, _first(env).net) == (200, 100)
        assert env[Account].search()[0].turnover == 150


def test_the_same_record_changed_at_once_is_a_conflict_for_one(shop: Bench) -> None:
    def rename(name: str) -> Step:
        return lambda env: env[Account].search()[0].write(name=name)

    failures = at_once(shop, rename("A"), rename("B"))
    assert sorted(type(failure) for failure in failures if failure) == [Conflict]
    winner = "B" if failures[0] else "A"
    conflict = next(failure for failure in failures if failure)
    assert isinstance(conflict, Conflict)
    assert conflict.theirs == {"name": winner}
    with shop.env() as env:
        account = env[Account].search()[0]
        assert (account.name, account.row_version) == (winner, 2)


def test_the_same_link_added_at_once_is_a_conflict_for_one(shop: Bench) -> None:
    with shop.env() as env:
        mark = env[Mark].create(weight=5)

    def link(env: Env) -> None:
        order = _first(env)
        assert order.row_version
        barrier.wait()
        order.write(marks=[*order.marks, mark.id])

    barrier = Barrier(2, timeout=20)
    failures = []
    with ThreadPoolExecutor(2) as pool:
        for found in [pool.submit(_alone, shop, link) for _each in range(2)]:
            failures.append(found.result())
    assert [type(failure) for failure in failures if failure] == [Conflict]
    with shop.env() as env:
        assert _first(env).weight == 6


def _alone(bench: Bench, step: Step) -> Exception | None:
    try:
        with bench.env(KIM) as env:
            step(env)
    except Exception as error:
        return error
    return None


def test_derived_values_conflict_with_nobody(shop: Bench) -> None:
    """One adds a line, which changes the order's total; the other changes the order itself."""

    def add(env: Env) -> None:
        env[Line].create(order=_first(env), quantity=1, price=Decimal(10))

    def change(env: Env) -> None:
        _first(env).account = None

    assert at_once(shop, add, change) == [None, None]
    with shop.env() as env:
        assert (_first(env).total, _first(env).net) == (110, 110)
        assert env[Account].search()[0].turnover == 90


class Number(Model):
    _name = "test.number"
    _constraints = (Unique("name", message="this number is taken"),)
    name = fields.Char()

    @computed(name, store=True)
    def size(self) -> int:
        return len(self.name)


def test_of_two_who_take_the_same_value_one_is_told(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Number)

    def take(env: Env) -> None:
        env.sudo()[Number].create(name="HD-1")

    # The second waits for the first to commit, so they must not wait for one another.
    failures = []
    with ThreadPoolExecutor(2) as pool:
        for found in [pool.submit(_alone, bench, take) for _each in range(2)]:
            failures.append(found.result())
    assert [str(failure) for failure in failures if failure] == ["this number is taken."]
    assert all(isinstance(failure, Invalid) for failure in failures if failure)
    with bench.env() as env:
        assert env[Number].count() == 1


def test_an_owner_is_known_also_after_its_list_was_settled(shop: Bench) -> None:
    """Settling forgets what was read; who then takes a record away from its owner must still find that one."""
    with shop.env() as env:
        first, second = env[Order].search(order=["id"])
        account = env[Account].search()[0]
        second.account = None
        env.flush()
        assert account.turnover == 90
        first.account = None
        assert account.turnover == 0
