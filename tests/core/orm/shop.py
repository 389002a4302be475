"""A shop whose figures follow from one another in every way that a computed field can, and an oracle for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from core import Env, Grant, Model, Role, Rule, computed, fields
from core.testing.bench import identity

CENT = Decimal("0.01")


def rounded(value: Decimal, unit: Decimal = CENT) -> Decimal:
    return value.quantize(unit, rounding=ROUND_HALF_UP)


class Account(Model):
    _name = "shop.account"
    name = fields.Char()
    discount = fields.Decimal(digits=0)
    orders: fields.One2many[Order] = fields.One2many("shop.order", inverse="account")
    orders_count = fields.Count(orders)
    ordered = fields.Sum(orders, "total")

    @computed("orders.net", store=True)
    def turnover(self) -> Decimal:
        return sum((order.net for order in self.orders), Decimal(0))


class Mark(Model):
    _name = "shop.mark"
    weight = fields.Integer()
    orders: fields.Many2many[Order] = fields.Many2many("shop.order", relation="shop_order_mark", flipped=True)

    @computed("orders.total", store=True)
    def volume(self) -> Decimal:
        return sum((order.total for order in self.orders), Decimal(0))


class Order(Model):
    _name = "shop.order"
    _label = "Order"
    account = fields.Many2one(Account)
    lines: fields.One2many[Line] = fields.One2many("shop.line", inverse="order")
    marks = fields.Many2many(Mark, relation="shop_order_mark")

    @computed("lines.amount", store=True)
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @computed(total, "account.discount", store=True)
    def net(self) -> Decimal:
        discount = self.account.discount if self.account else Decimal(0)
        return self.total * (100 - discount) / 100

    @computed("marks.weight", store=True)
    def weight(self) -> int:
        return sum(mark.weight for mark in self.marks)

    @computed(lines, "account.name", total)
    def label(self) -> str:
        return f"{self.account.name if self.account else '-'}/{len(self.lines)}/{self.total}"

    @computed(label, store=True)
    def label_size(self) -> int:
        return len(self.label)


class Line(Model):
    _name = "shop.line"
    _label = "Line"
    order = fields.Many2one(Order, on_delete="delete")
    quantity = fields.Integer()
    price = fields.Decimal(digits=2)
    is_secret = fields.Boolean()

    @computed(quantity, price, store=True)
    def amount(self) -> Decimal:
        return self.quantity * self.price

    @computed(amount, "order.total")
    def share(self) -> Decimal:
        return self.amount / self.order.total if self.order and self.order.total else Decimal(0)

    @computed("order.account.name", store=True)
    def account_name(self) -> str:
        return self.order.account.name if self.order and self.order.account else ""


SHOP = (Account, Mark, Order, Line)
clerk = Role("shop.clerk", "Clerk")
SHOP_ACCESS = [
    clerk,
    *(Grant(clerk, model, "read", "write", "create", "delete") for model in SHOP),
    Rule(Line, where=lambda env: Line.is_secret == False),
]
KIM = identity(3, "shop.clerk")

STORED: dict[type[Model], tuple[str, ...]] = {
    Account: ("turnover",),
    Mark: ("volume",),
    Order: ("total", "net", "weight", "label_size"),
    Line: ("amount", "account_name"),
}
READ: dict[type[Model], tuple[str, ...]] = {
    Account: ("turnover", "orders_count", "ordered"),
    Mark: ("volume",),
    Order: ("total", "net", "weight", "label_size", "label"),
    Line: ("amount", "account_name", "share"),
}


@dataclass
class Oracle:
    """What the shop holds, as plain data, and what follows from it, computed from scratch each time."""

    accounts: dict[int, tuple[str, int]] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    orders: dict[int, tuple[int | None, frozenset[int]]] = field(default_factory=dict)
    lines: dict[int, tuple[int | None, int, Decimal]] = field(default_factory=dict)

    def value(self, model: type[Model], id: int, name: str) -> object:
        """The value that a computed field must have."""
        found: object = getattr(self, f"_{name}")(id)
        return found

    def ids(self, model: type[Model]) -> list[int]:
        return list({Account: self.accounts, Mark: self.marks, Order: self.orders, Line: self.lines}[model])

    def _amount(self, id: int) -> Decimal:
        return self.lines[id][1] * self.lines[id][2]

    def _lines_of(self, order: int) -> list[int]:
        return [id for id, (owner, _, _) in self.lines.items() if owner == order]

    def _total(self, id: int) -> Decimal:
        return sum((self._amount(line) for line in self._lines_of(id)), Decimal(0))

    def _net(self, id: int) -> Decimal:
        account = self.orders[id][0]
        discount = self.accounts[account][1] if account else 0
        return rounded(self._total(id) * (100 - discount) / 100)

    def _weight(self, id: int) -> int:
        return sum(self.marks[mark] for mark in self.orders[id][1])

    def _label(self, id: int) -> str:
        account = self.orders[id][0]
        total = rounded(self._total(id))
        return f"{self.accounts[account][0] if account else '-'}/{len(self._lines_of(id))}/{total}"

    def _label_size(self, id: int) -> int:
        return len(self._label(id))

    def _share(self, id: int) -> Decimal:
        order = self.lines[id][0]
        total = self._total(order) if order else Decimal(0)
        return rounded(self._amount(id) / total) if total else Decimal(0)

    def _account_name(self, id: int) -> str:
        order = self.lines[id][0]
        account = self.orders[order][0] if order else None
        return self.accounts[account][0] if account else ""

    def _turnover(self, id: int) -> Decimal:
        return sum((self._net(order) for order in self._orders_of(id)), Decimal(0))

    def _orders_of(self, account: int) -> list[int]:
        return [id for id, (owner, _) in self.orders.items() if owner == account]

    def _orders_count(self, id: int) -> int:
        return len(self._orders_of(id))

    def _ordered(self, id: int) -> Decimal:
        return sum((self._total(order) for order in self._orders_of(id)), Decimal(0))

    def _volume(self, id: int) -> Decimal:
        return sum((self._total(order) for order, (_, marks) in self.orders.items() if id in marks), Decimal(0))


def check_stored(env: Env, oracle: Oracle) -> None:
    """Every stored computed value of the shop is what the oracle says."""
    for model, names in STORED.items():
        rows = env[model].values(["id", *names])
        assert sorted(row["id"] for row in rows) == sorted(oracle.ids(model))
        for row in rows:
            expected = {name: oracle.value(model, row["id"], name) for name in names}
            assert {name: row[name] for name in names} == expected, (model._name, row["id"])
