"""Invoices and their payments, for the tests of queries: who sees which customers, and figures to add up.

An accountant sees every invoice; Lan sees those of her own customers.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core import Env, Grant, Model, Role, fields
from core.testing.bench import identity


class Customer(Model):
    _name = "ledger.customer"
    _label = "Customer"
    _order = ("name",)

    name = fields.Char("Name", search=True)
    city = fields.Char("City")
    seller = fields.Integer("Salesperson")
    parent: fields.Many2one[Customer | None, Customer] = fields.Many2one("ledger.customer", "Belongs to")


class Invoice(Model):
    _name = "ledger.invoice"
    _label = "Invoice"

    customer = fields.Many2one(Customer, "Customer")
    amount = fields.Decimal("Amount", digits=4)
    rate = fields.Decimal("Rate", digits=2)
    pieces = fields.Integer("Pieces")
    weight = fields.Float("Weight")
    dated_on = fields.Date("Date")
    due_on = fields.Date("Due")
    sent_at = fields.DateTime("Sent")
    is_paid = fields.Boolean("Paid")
    cost = fields.Decimal("Cost", digits=4, roles=("ledger.accountant",))


class Payment(Model):
    _name = "ledger.payment"
    _label = "Payment"

    invoice = fields.Many2one(Invoice, "Invoice")
    amount = fields.Decimal("Amount", digits=2)
    paid_on = fields.Date("Date")


LEDGER = (Customer, Invoice, Payment)

clerk = Role("ledger.clerk", "Clerk")
accountant = Role("ledger.accountant", "Accountant", implies=[clerk])
ACCESS = [
    clerk, accountant,
    Grant(clerk, Customer, "read", where=lambda env: Customer.seller == env.user_id),
    Grant(clerk, Invoice, "read", where=lambda env: Invoice.customer.seller == env.user_id),
    Grant(accountant, Customer, "read"), Grant(accountant, Invoice, "read"), Grant(accountant, Payment, "read"),
]  # fmt: skip

LAN = identity(7, "ledger.clerk")
HOA = identity(9, "ledger.accountant")
NOBODY = identity(11)


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def fill(env: Env) -> None:
    """Three customers, of whom two are Lan's; seven invoices; three payments."""
    hue, danang, hanoi = env[Customer].create_many(
        [
            {"name": "Gỗ Huế", "city": "Huế", "seller": 7},
            {"name": "đá Đà Nẵng", "city": "Đà Nẵng", "seller": 7},
            {"name": "Bàn Hà Nội", "city": "Hà Nội", "seller": 8},
        ]
    )
    danang.parent = hanoi
    rows = [
        (hue, "100.1001", "0.10", 3, day(1, 5), day(2, 4), dt.datetime(2026, 1, 4, 18, tzinfo=dt.UTC)),
        (hue, "200.2", "0.05", 1, day(1, 31), day(3, 1), dt.datetime(2026, 1, 31, 16, 59, tzinfo=dt.UTC)),
        (hue, "-50.05", "0.00", 2, day(2, 1), None, dt.datetime(2026, 1, 31, 17, tzinfo=dt.UTC)),
        (danang, "1000", "0.10", 7, day(3, 2), day(4, 1), None),
        (hanoi, "70000000.0001", "0.08", 5, day(3, 31), day(4, 30), None),
        (hanoi, "0.0002", "0.08", 5, day(4, 1), day(5, 1), None),
        (None, "5", "0.00", 0, None, None, None),
    ]
    invoices = env[Invoice].create_many(
        [
            {
                "customer": customer, "amount": Decimal(amount), "rate": Decimal(rate), "pieces": pieces,
                "weight": pieces / 4, "dated_on": dated, "due_on": due, "sent_at": sent, "cost": Decimal(1),
                "is_paid": pieces == 7,
            }
            for customer, amount, rate, pieces, dated, due, sent in rows
        ]
    )  # fmt: skip
    env[Payment].create_many(
        [
            {"invoice": invoices[0], "amount": Decimal("40.10"), "paid_on": day(2, 10)},
            {"invoice": invoices[0], "amount": Decimal(60), "paid_on": day(2, 20)},
            {"invoice": invoices[3], "amount": Decimal(1000), "paid_on": day(3, 3)},
        ]
    )
