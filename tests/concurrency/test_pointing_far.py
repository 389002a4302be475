"""Stored values that read beyond links of every kind are right, whoever changes the near or the far end at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from core import Env, Model, computed, fields
from core.testing.bench import Bench
from tests.concurrency.beside import Step, alone, beside

pytestmark = pytest.mark.engine("postgresql")


class Maker(Model):
    _name = "far.maker"
    products: fields.One2many[Product] = fields.One2many("far.product", inverse="maker")

    @computed("products.lines.quantity", store=True)
    def sold(self) -> int:
        return sum(line.quantity for product in self.products for line in product.lines)


class Product(Model):
    _name = "far.product"
    price = fields.Integer()
    maker = fields.Many2one(Maker)
    other = fields.Many2one("far.product")
    lines: fields.One2many[Line] = fields.One2many("far.line", inverse="product")

    @computed("other", store=True, into=fields.Many2one("far.product"))
    def instead(self) -> Product | None:
        return self.other

    @computed("instead.price", store=True)
    def price_instead(self) -> int:
        return self.instead.price if self.instead else 0

    @computed("lines.quantity")
    def moved(self) -> int:
        return sum(line.quantity for line in self.lines)


class Tag(Model):
    _name = "far.tag"
    weight = fields.Integer()
    sheets: fields.Many2many[Sheet] = fields.Many2many("far.sheet", relation="far_sheet_tag", flipped=True)

    @computed("sheets.amount", store=True)
    def volume(self) -> int:
        return sum(sheet.amount for sheet in self.sheets)


class Sheet(Model):
    _name = "far.sheet"
    lines: fields.One2many[Line] = fields.One2many("far.line", inverse="sheet")
    tags = fields.Many2many(Tag, relation="far_sheet_tag")
    watched = fields.Many2one(Product)

    @computed("lines.quantity", "lines.product.price", store=True)
    def amount(self) -> int:
        return sum(line.quantity * line.product.price for line in self.lines if line.product)

    @computed("tags.weight", store=True)
    def weight(self) -> int:
        return sum(tag.weight for tag in self.tags)

    @computed("watched.moved", store=True)
    def watched_moved(self) -> int:
        return self.watched.moved if self.watched else 0

    @computed("watched.lines.quantity", store=True)
    def watched_lines(self) -> int:
        return sum(line.quantity for line in self.watched.lines) if self.watched else 0


class Line(Model):
    _name = "far.line"
    quantity = fields.Integer()
    sheet = fields.Many2one(Sheet)
    product = fields.Many2one(Product)


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    bench = make_models(Maker, Product, Tag, Sheet, Line)
    with bench.env() as env:
        env[Maker].create_many([{}, {}])
        env[Product].create_many([{"price": 2, "maker": 1}, {"price": 5, "maker": 2}])
        env[Tag].create_many([{"weight": 1}, {"weight": 10}])
        env[Sheet].create_many([{"tags": [1]}, {}])
        env[Line].create_many([{"quantity": 1, "sheet": 1, "product": 1}, {"quantity": 1, "sheet": 2, "product": 2}])
    return bench


def check(bench: Bench) -> None:
    """Every stored value is what would be found now."""
    with bench.env() as env:
        lines = env[Line].search()
        for maker in env[Maker].search():
            found = sum(line.quantity for line in lines if line.product and line.product.maker == maker)
            assert maker.sold == found, "sold"
        for product in env[Product].search():
            other = product.other
            assert (product.instead, product.price_instead) == (other, other.price if other else 0), "instead"
        for sheet in env[Sheet].search():
            own = [line for line in lines if line.sheet == sheet and line.product]
            assert sheet.amount == sum(line.quantity * line.product.price for line in own if line.product), "amount"
            assert sheet.weight == sum(tag.weight for tag in sheet.tags), "weight"
            watched = sum(line.quantity for line in lines if sheet.watched and line.product == sheet.watched)
            assert (sheet.watched_moved, sheet.watched_lines) == (watched, watched), "watched"
        for tag in env[Tag].search():
            assert tag.volume == sum(sheet.amount for sheet in tag.sheets), "volume"


def add_line(env: Env) -> None:
    env[Line].create(quantity=3, sheet=1, product=2)


def move_line(env: Env) -> None:
    env[Line].get(1).product = env[Product].get(2)


def raise_price(env: Env) -> None:
    env[Product].get(2).price = 7


def raise_quantity(env: Env) -> None:
    env[Line].get(2).quantity = 9


def move_product(env: Env) -> None:
    env[Product].get(2).maker = env[Maker].get(1)


def tag(env: Env) -> None:
    env[Sheet].get(1).tags = env[Tag].browse(1, 2)


def tag_new(env: Env) -> None:
    env[Sheet].create(tags=[1, 2])


def tag_from_the_other_end(env: Env) -> None:
    env[Tag].get(2).sheets = env[Sheet].browse(1, 2)


def new_tag(env: Env) -> None:
    env[Tag].create(sheets=[1, 2])


def weigh(env: Env) -> None:
    env[Tag].get(2).weight = 100


def watch(env: Env) -> None:
    env[Sheet].get(1).watched = env[Product].get(2)


def watch_new(env: Env) -> None:
    env[Sheet].create(watched=2)


def replace(env: Env) -> None:
    env[Product].get(1).other = env[Product].get(2)


def replace_new(env: Env) -> None:
    env[Product].create(other=2)


PAIRS = [
    *[(point, raise_price) for point in (add_line, move_line, replace, replace_new)],
    *[(point, weigh) for point in (tag, tag_new)],
    *[(point, change) for point in (watch, watch_new) for change in (add_line, move_line, raise_quantity)],
    *[(change, move_product) for change in (add_line, move_line, raise_quantity)],
    *[(point, change) for point in (tag_from_the_other_end, new_tag) for change in (add_line, move_line, raise_price)],
]


def _named(step: Step) -> str:
    return getattr(step, "__name__", "")


@pytest.mark.parametrize(("first", "second"), [way for pair in PAIRS for way in permutations(pair)], ids=_named)
def test_both_count_when_the_second_begins_before_the_first_commits(bench: Bench, first: Step, second: Step) -> None:
    beside(bench, first, second)
    check(bench)


@pytest.mark.parametrize(("first", "second"), [way for pair in PAIRS for way in permutations(pair)], ids=_named)
def test_what_was_read_before_does_not_count(bench: Bench, first: Step, second: Step) -> None:
    with bench.env() as env:
        for model in (Maker, Product, Tag, Sheet, Line):
            for record in env[model].search():
                assert all(getattr(record, name) is not record for name in model.declared_fields())
        alone(bench, first)
        second(env)
    check(bench)
