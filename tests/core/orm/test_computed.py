"""Computed fields: right before and after writing, across relations, for every reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from core import Invalid, Model, computed, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench
from tests.core.orm.conftest import undone
from tests.core.orm.shop import KIM, SHOP, SHOP_ACCESS, Account, Line, Mark, Order


@pytest.fixture
def shop(make_models: Callable[..., Bench]) -> Iterator[UnitOfWork]:
    bench = make_models(*SHOP, access=SHOP_ACCESS)
    with undone(bench) as opened:
        yield opened


def _order(unit: UnitOfWork, *prices: int, account: Account | None = None) -> Order:
    lines = [{"quantity": 1, "price": Decimal(price)} for price in prices]
    return unit.env(KIM)[Order].create(lines=lines, account=account)


def test_a_value_follows_before_anything_is_written(shop: UnitOfWork) -> None:
    order = _order(shop, 10, 20)
    line = order.lines[0]
    line.quantity = 5
    assert (line.amount, order.total) == (50, 70)
    line.price = Decimal("0.5")
    assert (line.amount, order.total, order.net) == (Decimal("2.5"), Decimal("22.5"), Decimal("22.5"))
    assert order.label == "-/2/22.50"


def test_a_value_follows_over_three_relations(shop: UnitOfWork) -> None:
    account = shop.env(KIM)[Account].create(name="Kim", discount=Decimal(10))
    order = _order(shop, 100, account=account)
    assert account.turnover == 90
    order.lines[0].price = Decimal(200)
    assert account.turnover == 180
    account.discount = Decimal(50)
    assert (order.net, account.turnover, account.ordered) == (100, 100, 200)
    order.account = None
    assert (order.net, account.turnover, account.orders_count, account.ordered) == (200, 0, 0, 0)
    assert order.lines[0].account_name == ""


def test_a_value_follows_over_links_from_both_ends(shop: UnitOfWork) -> None:
    env = shop.env(KIM)
    heavy, light = env[Mark].create_many([{"weight": 5}, {"weight": 1}])
    order = _order(shop, 100)
    order.write(marks=[heavy, light])
    assert (order.weight, heavy.volume, light.volume) == (6, 100, 100)
    heavy.weight = 7
    light.write(orders=[])
    assert (order.weight, heavy.volume, light.volume) == (7, 100, 0)
    order.lines[0].price = Decimal(1)
    assert heavy.volume == 1
    heavy.delete()
    assert order.weight == 0


def test_a_deleted_record_no_longer_counts(shop: UnitOfWork) -> None:
    env = shop.env(KIM)
    mark = env[Mark].create(weight=1)
    account = env[Account].create(name="Kim")
    order = _order(shop, 10, 20, account=account)
    order.write(marks=[mark])
    order.lines[0].delete()
    assert (order.total, account.turnover, mark.volume) == (20, 20, 20)
    order.delete()
    assert (account.turnover, account.orders_count, mark.volume) == (0, 0, 0)
    shop.flush()
    assert env[Mark].values(["volume"]) == [{"volume": Decimal(0)}]


def test_a_value_counts_what_the_reader_cannot_see(shop: UnitOfWork) -> None:
    order = _order(shop, 10)
    shop.system_env()[Line].create(order=order, quantity=1, price=Decimal(5), is_secret=True)
    assert len(order.lines) == 1
    assert order.total == 15
    order.lines[0].quantity = 2
    assert order.total == shop.system_env()[Order].get(order.id).total == 25
    assert order.label == "-/2/25.00"


def test_a_value_that_was_read_before_it_was_written_is_written(make_models: Callable[..., Bench]) -> None:
    class Basket(Model):
        _name = "test.basket"
        items: fields.One2many[Item] = fields.One2many("test.item", inverse="basket")

        @computed("items.price", store=True)
        def total(self) -> int:
            return sum(item.price for item in self.items)

    class Item(Model):
        _name = "test.item"
        price = fields.Integer()
        basket = fields.Many2one(Basket)

    bench = make_models(Basket, Item)
    with bench.env() as env:
        basket = env[Basket].create()
    with bench.env() as env:
        env[Item].create(basket=basket.id, price=5)
        assert env[Basket].get(basket.id).total == 5
    with bench.env() as env:
        assert env[Basket].values(["total"]) == [{"total": 5}]


def test_a_figure_is_the_first_thing_that_is_read(make_models: Callable[..., Bench]) -> None:
    bench = make_models(*SHOP, access=SHOP_ACCESS)
    with bench.env() as env:
        account = env[Account].create(name="An", orders=[{}, {}])
    with bench.env(KIM) as env:
        assert env[Account].browse(account.id)[0].orders_count == 2
        assert env[Account].browse(account.id)[0].turnover == 0


def test_a_value_of_another_unit_is_the_same(make_models: Callable[..., Bench]) -> None:
    bench = make_models(*SHOP, access=SHOP_ACCESS)
    with bench.unit() as unit:
        id = _order(unit, 10, 20).id
    with bench.env(KIM) as env:
        order = env[Order].get(id)
        assert (order.total, order.net, order.label, order.label_size) == (30, 30, "-/2/30.00", 9)
        assert env[Order].values(["total", "label"], Order.total > 29) == [{"total": Decimal(30), "label": "-/2/30.00"}]


def test_a_value_is_found_by_search_as_soon_as_it_follows(shop: UnitOfWork) -> None:
    order = _order(shop, 10)
    env = shop.env(KIM)
    order.lines[0].price = Decimal(99)
    assert env[Order].count(Order.total == 99) == 1
    assert env[Line].count(Line.order.total == 99) == 1
    order.lines[0].price = Decimal(98)
    assert env[Order].sums(["net"]) == {"net": Decimal(98)}
    assert env[Order].search(order=["-total"])[0].total == 98


def test_reading_changing_and_reading_again_is_never_stale(shop: UnitOfWork) -> None:
    order = _order(shop, 10)
    for price in range(20, 25):
        order.lines[0].price = Decimal(price)
        assert order.total == price
        assert order.label_size == len(f"-/1/{price}.00")


def test_a_value_that_does_not_change_writes_nothing(shop: UnitOfWork) -> None:
    order = _order(shop, 10, 20)
    shop.flush()
    before = order.history()
    first, second = order.lines
    first.price, second.price = second.price, first.price
    shop.flush()
    assert order.history() == before


class Ticket(Model):
    _name = "test.ticket"
    days = fields.Integer()
    base = fields.Decimal()

    @computed(days, store=True, editable=True)
    def fee(self) -> Decimal:
        return Decimal(self.days * 2)

    @computed(fee, base, store=True)
    def price(self) -> Decimal:
        return self.fee + self.base


@pytest.fixture
def ticket(make_models: Callable[..., Bench]) -> Iterator[Ticket]:
    with undone(make_models(Ticket)) as opened:
        yield opened.system_env()[Ticket].create(days=3, base=Decimal(1))


def test_an_editable_value_stays_until_what_it_follows_from_changes(ticket: Ticket) -> None:
    assert (ticket.fee, ticket.price) == (6, 7)
    ticket.fee = Decimal(10)
    assert (ticket.fee, ticket.price) == (10, 11)
    ticket.env.flush()
    ticket.base = Decimal(2)
    ticket.env.flush()
    assert (ticket.fee, ticket.price) == (10, 12)
    ticket.days = 4
    assert (ticket.fee, ticket.price) == (8, 10)


def test_an_editable_value_given_with_what_it_follows_from_is_kept(ticket: Ticket) -> None:
    ticket.write(fee=Decimal(50), days=9)
    assert (ticket.fee, ticket.price) == (50, 51)
    ticket.env.flush()
    assert ticket.env[Ticket].values(["days", "fee", "price"]) == [
        {"days": 9, "fee": Decimal(50), "price": Decimal(51)}
    ]
    ticket.write(days=1, fee=Decimal(60))
    assert (ticket.fee, ticket.price) == (60, 61)


def test_an_editable_value_may_be_written_back_to_what_follows(ticket: Ticket) -> None:
    ticket.fee = Decimal(10)
    ticket.fee = Decimal(6)
    ticket.env.flush()
    assert (ticket.fee, ticket.price) == (6, 7)


def test_a_computed_value_that_does_not_fit_is_refused_with_its_label(make_models: Callable[..., Bench]) -> None:
    class Power(Model):
        _name = "test.power"
        base = fields.Integer()

        @computed(base, store=True, label="Square")
        def square(self) -> int:
            return self.base * self.base

        @computed(base, into=fields.Char("Digits", size=3))
        def digits(self) -> str:
            return str(self.base)

    with undone(make_models(Power)) as unit:
        env = unit.system_env()
        with pytest.raises(Invalid, match=r"^Square is too large\.$"):
            env[Power].create(base=2**40)
        power = env[Power].create(base=1234)
        with pytest.raises(Invalid, match="Digits is too long: 4 characters where 3 fit"):
            power.digits  # noqa: B018
        with pytest.raises(Invalid, match="Square is too large"), unit.savepoint():
            power.base = 2**40
        assert power.square == 1234 * 1234


def test_a_computed_amount_is_rounded_and_not_refused(make_models: Callable[..., Bench]) -> None:
    class Third(Model):
        _name = "test.third"
        whole = fields.Decimal()

        @computed(whole, store=True, into=fields.Decimal(digits=3))
        def part(self) -> Decimal:
            return self.whole / 3

        @computed(whole)
        def half(self) -> Decimal:
            return self.whole / 8

    with undone(make_models(Third)) as unit:
        third = unit.system_env()[Third].create(whole=Decimal(1))
        assert (third.part, third.half) == (Decimal("0.333"), Decimal("0.13"))
        third.whole = Decimal(-1)
        assert (third.part, third.half) == (Decimal("-0.333"), Decimal("-0.13"))


def test_a_method_may_compute_a_relation(make_models: Callable[..., Bench]) -> None:
    class Person(Model):
        _name = "test.person"
        name = fields.Char()
        boss: fields.Many2one[Person | None, Person] = fields.Many2one("test.person")

        @computed(boss, "boss.boss", into=fields.Many2one("test.person"))
        def grand_boss(self) -> Person | None:
            return self.boss.boss if self.boss else None

    with undone(make_models(Person)) as unit:
        env = unit.system_env()
        top = env[Person].create(name="top")
        middle = env[Person].create(name="middle", boss=top)
        low = env[Person].create(name="low", boss=middle)
        assert low.grand_boss == top
        middle.boss = None
        assert low.grand_boss is None


def test_a_circle_is_refused_with_its_way() -> None:
    class Loop(Model):
        _name = "test.loop"
        name = fields.Char()

        @computed("second")
        def first(self) -> str:
            return self.second

        @computed("first")
        def second(self) -> str:
            return self.first

    with pytest.raises(DeclarationError) as error:
        compose_models([Part("test", Loop)])
    assert "computed fields depend on one another in a circle" in str(error.value)
    assert "test.loop.first → test.loop.second → test.loop.first" in str(error.value)
    assert "test_computed.py:" in error.value.where


def test_a_circle_over_relations_is_refused() -> None:
    class Box(Model):
        _name = "test.box"
        items: fields.One2many[Item] = fields.One2many("test.item", inverse="box")

        @computed("items.share", store=True)
        def total(self) -> Decimal:
            return sum((item.share for item in self.items), Decimal(0))

    class Item(Model):
        _name = "test.item"
        box = fields.Many2one(Box)

        @computed("box.total", store=True)
        def share(self) -> Decimal:
            return self.box.total if self.box else Decimal(0)

    with pytest.raises(DeclarationError, match=r"test\.box\.total → test\.item\.share → test\.box\.total"):
        compose_models([Part("test", Box), Part("test", Item)])
