"""What the processes work on: accounts with transfers between them, and invoices with gapless numbers."""

from __future__ import annotations

from decimal import Decimal

from addons.base.models import Attachment, Company, Country, Currency, CurrencyRate, Sequence
from core import Model, Unique, computed, fields
from core.orm.compose import compose_models
from core.orm.registry import Models
from core.testing.bench import Bench, as_parts

ACCOUNTS = 100
OPENING = Decimal(1000)


class Account(Model):
    _name = "bank.account"
    _order = ("id",)

    name = fields.Char()
    balance = fields.Decimal(digits=2)

    @computed(balance, store=True)
    def is_overdrawn(self) -> bool:
        return self.balance < 0


class Transfer(Model):
    _name = "bank.transfer"
    _constraints = (Unique("reference"),)

    reference = fields.Char(size=60, required=True)
    source = fields.Many2one(Account, required=True)
    target = fields.Many2one(Account, required=True)
    amount = fields.Decimal(digits=2)


class Invoice(Model):
    _name = "bank.invoice"

    number = fields.Char(size=40)
    reference = fields.Char(size=60)
    is_posted = fields.Boolean()

    def post(self) -> None:
        self.is_posted = True
        self.env.number(self.env[Invoice].browse(self.id), Invoice.number, "bank.invoice")


MODELS = (Attachment, Country, Currency, CurrencyRate, Company, Sequence, Account, Transfer, Invoice)


def models() -> Models:
    return compose_models(as_parts(MODELS))


def fill(bench: Bench) -> None:
    """The first records; connections are let go of, since processes must not share any."""
    with bench.env() as env:
        env[Account].create_many([{"name": f"A{number}", "balance": OPENING} for number in range(ACCOUNTS)])
        env[Sequence].create(name="Invoices", code="bank.invoice", prefix="HD", padding=1, is_gapless=True)
    bench.database.dispose()
