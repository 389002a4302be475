"""Computed values that look something up, and those that are found for many records at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest

from core import Grant, Model, Records, Role, computed, fields
from core.errors import DeclarationError
from core.testing.bench import identity


class Rate(Model):
    _name = "test.rate"
    _order = ("valid_from",)

    valid_from = fields.Date()
    percent = fields.Decimal()


class Order(Model):
    _name = "test.order"

    dated_on = fields.Date()
    lines: fields.One2many[Line] = fields.One2many("test.line", inverse="order")

    @computed("lines.share", store=True)
    def shared(self) -> Decimal:
        return sum((line.share for line in self.lines), Decimal(0))

    @computed(dated_on, "lines.amount", store=True, lookups=[Rate])
    def charge(self) -> Decimal:
        rates = self.env[Rate].search(Rate.valid_from <= self.dated_on)
        return sum((line.amount for line in self.lines), Decimal(0)) * (rates[-1].percent if rates else 0) / 100


class Line(Model):
    """A line that has a share of 100 by its amount, the last of an order what the others leave."""

    _name = "test.line"

    order = fields.Many2one(Order, required=True, on_delete="delete")
    amount = fields.Decimal()

    @computed("order.lines.amount", amount, store=True, batch=True, into=fields.Decimal())
    @staticmethod
    def share(lines: Records[Line]) -> Mapping[int, Decimal]:
        found: dict[int, Decimal] = {}
        for order in {line.order for line in lines}:
            members = [*order.lines, *(line for line in lines if line.order == order and line not in order.lines)]
            left, whole = Decimal(100), sum((line.amount for line in members), Decimal(0))
            for line in members[:-1]:
                found[line.id] = round(line.amount * 100 / whole, 2) if whole else Decimal(0)
                left -= found[line.id]
            found[members[-1].id] = left
        return found


MODELS = (Rate, Order, Line)


def _shares(bench):
    with bench.env(write=False) as env:
        return [(row["amount"], row["share"]) for row in env[Line].values(["amount", "share"], order=["id"])]


def test_lookup_is_of_the_day_and_later_rates_change_nothing(make_models):
    bench = make_models(*MODELS)
    with bench.env() as env:
        env[Rate].create(valid_from=date(2025, 1, 1), percent=Decimal(10))
        env[Rate].create(valid_from=date(2026, 1, 1), percent=Decimal(8))
        order = env[Order].create(dated_on=date(2025, 12, 31), lines=[{"amount": Decimal(200)}])
        assert order.charge == 20
    with bench.env() as env:
        env[Rate].create(valid_from=date(2025, 6, 1), percent=Decimal(5))
        env.flush()
        found = env[Order].search()[0]
        assert found.charge == 20
        found.dated_on = date(2026, 3, 1)
        assert found.charge == 16


def test_search_that_is_not_declared_is_refused_with_what_to_add(make_models):
    class Hasty(Model):
        _name = "test.hasty"

        name = fields.Char()

        @computed(name, store=True)
        def rates(self) -> int:
            return self.env[Rate].count()

    bench = make_models(Rate, Hasty)
    told = r"searches test.rate, which it does not declare(.|\n)*lookups=\['test.rate'\]"
    with pytest.raises(DeclarationError, match=told), bench.env() as env:
        env[Hasty].create(name="x")


def test_what_is_written_meanwhile_is_no_part_of_the_value(make_models):
    """A value that is read looks something up, so that what is pending is written, and a rule of that searches."""
    clerk = Role("test.clerk", "Clerk")

    def of_busy_orders(env):
        return Line.order.in_(env.sudo()[Order].search(Order.charge >= 0))

    access = [
        clerk,
        Grant(clerk, Line, "read", "write", "create", where=of_busy_orders),
        *(Grant(clerk, model, "read", "write", "create") for model in (Order, Rate)),
    ]
    bench = make_models(*MODELS, access=access)
    with bench.env() as env:
        env[Rate].create(valid_from=date(2025, 1, 1), percent=Decimal(10))
        order = env[Order].create(dated_on=date(2025, 12, 31), lines=[{"amount": Decimal(200)}]).id
    with bench.env(identity(3, "test.clerk")) as env:
        found = env[Order].get(order)
        found.lines[0].amount = Decimal(300)
        assert found.charge == 30


def test_lookup_of_a_model_that_is_not_there_is_refused(make_models):
    class Lost(Model):
        _name = "test.lost"

        name = fields.Char()

        @computed(name, lookups=["test.rat"])
        def rates(self) -> int:
            return 0

    with pytest.raises(DeclarationError, match="looks up 'test.rat', which no enabled addon declares"):
        make_models(Rate, Lost)


def test_batch_without_a_field_to_fill_is_refused():
    with pytest.raises(DeclarationError, match="does not say which field it fills"):

        @computed(batch=True)
        def wrong(records):
            return {}


def test_what_a_batch_reads_beside_its_dependencies_is_found(make_models):
    class Member(Model):
        _name = "test.member"

        name = fields.Char()
        city = fields.Char()

        @computed(name, batch=True, into=fields.Char())
        @staticmethod
        def letterhead(members: Records[Member]) -> Mapping[int, str]:
            return {member.id: f"{member.name}, {member.city}" for member in members}

    with pytest.raises(DeclarationError, match="reads 'city', which it does not declare"):
        make_models(Member)


def test_lines_follow_from_one_another(make_models):
    bench = make_models(*MODELS)
    with bench.env() as env:
        order = env[Order].create(lines=[{"amount": Decimal(1)}, {"amount": Decimal(1)}])
        assert [line.share for line in order.lines] == [50, 50]
        order.lines[0].amount = Decimal(2)
        assert [line.share for line in order.lines] == [Decimal("66.67"), Decimal("33.33")]
        assert order.shared == 100
        env[Line].create(order=order, amount=Decimal(3))
    assert [share for _amount, share in _shares(bench)] == [Decimal("33.33"), Decimal("16.67"), 50]
    with bench.env() as env:
        env[Line].search()[1].delete()
    assert [share for _amount, share in _shares(bench)] == [40, 60]


def test_batch_asks_once_for_all(make_models, count_statements):
    bench = make_models(*MODELS)
    asked = []
    for size in (3, 40):
        with bench.env() as env:
            order = env[Order].create(lines=[{"amount": Decimal(number)} for number in range(1, size)]).id
        with bench.env() as env, count_statements() as counted:
            env[Order].get(order).lines[0].amount = Decimal(99)
            env.flush()
        asked.append(counted.total)
    assert asked[0] == asked[1] <= 30


@pytest.mark.parametrize("kind", ["add", "change"])
def test_two_who_change_lines_of_one_order_at_once_both_count(make_models, kind):
    bench = make_models(*MODELS)
    with bench.env() as env:
        order = env[Order].create(lines=[{"amount": Decimal(10)}, {"amount": Decimal(10)}]).id
        lines = env[Order].get(order).lines.ids
    together, failed = Barrier(2), []

    def work(place):
        try:
            with bench.env() as env:
                together.wait(timeout=20) if bench.database.dialect == "postgresql" else None
                if kind == "add":
                    env[Line].create(order=order, amount=Decimal(10 * (place + 1)))
                else:
                    env[Line].get(lines[place]).amount = Decimal(30 * (place + 1))
        except Exception as error:
            failed.append(error)

    people = [Thread(target=work, args=(place,)) for place in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert not failed
    found = _shares(bench)
    whole = sum(amount for amount, _share in found)
    assert sum(share for _amount, share in found) == 100
    assert [share for amount, share in found[:-1]] == [round(amount * 100 / whole, 2) for amount, _share in found[:-1]]
