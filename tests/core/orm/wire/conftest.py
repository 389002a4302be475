"""Models for the tests of the wire form and the notation: one field of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest

from core import Env, Grant, Identity, Model, Role, computed, fields
from core.i18n import _
from core.orm.compose import Part, compose_models
from core.orm.registry import Models
from core.testing.bench import Bench

clerk = Role("shop.clerk", _("Clerk"))
boss = Role("shop.boss", _("Boss"), implies=[clerk])


class Currency(Model):
    _name = "shop.currency"
    _label = _("Currency")

    name = fields.Char(_("Code"), size=3, required=True)
    decimal_places = fields.Integer(_("Decimals"), default=2)


class Customer(Model):
    _name = "shop.customer"
    _label = _("Customer")
    _label_plural = _("Customers")
    _order = ("name",)

    name = fields.Char(_("Name"), required=True, size=40, search=True)
    city = fields.Char(_("City"))
    parent: fields.Many2one[Customer | None, Customer] = fields.Many2one("shop.customer", _("Belongs to"))
    is_vip = fields.Boolean(_("VIP"))


class Tag(Model):
    _name = "shop.tag"
    _label = _("Tag")

    name = fields.Char(_("Name"), required=True)


class Line(Model):
    _name = "shop.line"
    _label = _("Line")
    _title = "product"

    order: fields.Many2one[Order, Order] = fields.Many2one("shop.order", _("Order"), required=True, on_delete="delete")
    product = fields.Char(_("Product"), required=True, size=20)
    quantity = fields.Decimal(_("Quantity"), digits=3, default=1)
    price = fields.Monetary(_("Price"), currency="currency")
    currency = fields.Many2one(Currency, _("Currency"))


class Order(Model):
    _name = "shop.order"
    _label = _("Order")
    _label_plural = _("Orders")
    _order = ("-id",)

    name = fields.Char(_("Number"), required=True, size=20)
    customer = fields.Many2one(Customer, _("Customer"), required=True)
    state = fields.Selection(
        [("draft", _("Draft")), ("sent", _("Sent")), ("done", _("Done"))], _("State"), default="draft"
    )
    ordered_on = fields.Date(_("Ordered on"), wire="date_order")
    sent_at = fields.DateTime(_("Sent at"))
    parcels = fields.Integer(_("Parcels"), within=(0, 99))
    discount = fields.Decimal(_("Discount"), digits=2, within=(0, 100), unit="%")
    amount = fields.Monetary(_("Amount"))
    currency = fields.Many2one(Currency, _("Currency"))
    ratio = fields.Float(_("Ratio"))
    is_urgent = fields.Boolean(_("Urgent"))
    note = fields.Text(_("Note"))
    extra = fields.Json(_("Extra"))
    checked = fields.Boolean(_("Checked"), readonly=True)
    margin = fields.Decimal(_("Margin"), roles=("shop.boss",))
    tags = fields.Many2many(Tag, _("Tags"), wire="tag_ids")
    lines = fields.One2many(Line, _("Lines"), inverse="order", wire="order_line")
    lines_count = fields.Count(lines)
    lines_total = fields.Sum(lines, Line.quantity)

    @computed(amount, discount, store=True)
    def net(self) -> Decimal:
        return self.amount * (100 - self.discount) / 100

    @computed(parcels)
    def weight(self) -> int:
        return self.parcels * 2


MODELS = (Currency, Customer, Tag, Line, Order)
ACCESS = (
    clerk,
    boss,
    *(Grant(clerk, model, "read", "write", "create", "delete") for model in MODELS),
)


@pytest.fixture
def shop() -> SimpleNamespace:
    """The model classes by name."""
    return SimpleNamespace(**{model.__name__: model for model in MODELS})


@pytest.fixture(scope="session")
def models() -> Models:
    """The models composed, without a database."""
    return compose_models([Part("shop", model) for model in MODELS], ACCESS)


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(*MODELS, access=ACCESS)


@pytest.fixture
def env(bench: Bench) -> Iterator[Env]:
    """What a clerk sees, in a database with a customer, two currencies and three tags."""
    with bench.env() as everything:
        everything[Currency].create_many([{"name": "USD"}, {"name": "VND", "decimal_places": 0}])
        everything[Customer].create(name="Acme", city="Huế")
        everything[Tag].create_many([{"name": "Fragile"}, {"name": "Gift"}, {"name": "Export"}])
    with bench.env(Identity(1, "lan", roles=frozenset({"shop.clerk"}))) as env:
        yield env
