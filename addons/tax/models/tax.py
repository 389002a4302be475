"""Taxes: what is added to prices, or is in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from addons.base.models import Company, Country, Currency
from addons.tax.models.group import TaxGroup
from addons.tax.models.rate import TaxRate
from core import Invalid, Model, Unique, computed, constraint, fields
from core.i18n import _

USES = (("sale", _("Sales")), ("purchase", _("Purchases")), ("none", _("Only in groups")))
KINDS = (
    ("percent", _("Per cent of the price")),
    ("fixed", _("Amount for each unit")),
    ("none", _("Not subject to tax")),
    ("group", _("Several taxes")),
)
FIRST_DAY = date(2000, 1, 1)
"""From when on a tax has the rate that it was made with."""


class Tax(Model):
    """A tax that lines of documents name. What it amounts to follows from the document's day: see its rates.

    company: whose tax it is; without one all our companies have it. country: whose law it is. kind: what is not
    subject to tax is another thing than what is taxed with 0 %, and is declared apart. taxes: those that a group
    stands for, in their order. is_included: prices have it in them. adds_to_base: the taxes after it are taken on
    it too; takes_others: and this one on such taxes before it. currency: of the amount of a fixed one, that of the
    document where it is not given. A change here, or of a rate, reaches a document when that is changed next.
    """

    _name = "account.tax"
    _label = _("Tax")
    _label_plural = _("Taxes")
    _order = ("sequence", "id")
    _constraints = (Unique("name", "use", "company", message=_("This company has a tax of that name already.")),)

    name = fields.Char(_("Tax"), required=True, search=True, translate=True)
    use = fields.Selection(USES, _("Used for"), default="sale", required=True, wire="type_tax_use")
    kind = fields.Selection(KINDS, _("How it is found"), default="percent", required=True, wire="amount_type")
    group = fields.Many2one(TaxGroup, _("Tax group"), required=True, on_delete="refuse", wire="tax_group_id")
    rates: fields.One2many[TaxRate] = fields.One2many("account.tax.rate", _("Tax rates"), inverse="tax")
    is_included = fields.Boolean(_("In the price"), wire="price_include")
    adds_to_base = fields.Boolean(_("Later taxes are taken on it too"), wire="include_base_amount")
    takes_others = fields.Boolean(_("Is taken on such taxes before it"), default=True, wire="is_base_affected")
    taxes: fields.Many2many[Tax] = fields.Many2many(
        "account.tax", _("Stands for"), relation="account_tax__taxes", wire="children_tax_ids", on_delete="refuse"
    )
    currency = fields.Many2one(Currency, _("Currency"), help=_("Of a fixed amount; empty: that of the document."))
    sequence = fields.Integer(_("Order"), default=10)
    company = fields.Many2one(Company, _("Company"), help=_("Empty: all our companies have it."))
    country = fields.Many2one(Country, _("Country"))
    description = fields.Text(_("Description"), translate=True)
    active = fields.Boolean(_("Active"), default=True)

    def _set_amount(self, value: Decimal) -> None:
        """A rate from today on; a tax that has none has had it all along."""
        day = self._today() if self.rates else FIRST_DAY
        today = self.rates.filtered(TaxRate.valid_from == day)
        if today:
            today[0].amount = value
        else:
            self.env[TaxRate].create(tax=self, valid_from=day, amount=value)

    @computed(
        "rates.amount", "rates.valid_from",
        inverse=_set_amount, into=fields.Decimal(_("Rate today"), digits=4, within=(0, None)),
    )  # fmt: skip
    def amount(self) -> Decimal:
        """Per cent, or the amount for one unit; what is written is valid from today on."""
        return self.rate_on(self._today()) or Decimal(0)

    def _today(self) -> date:
        """The day of who writes the rate and that of who computes it are one, so that what was written is shown."""
        return self.env.now().date()

    @constraint(kind, "taxes.kind")
    def _groups_hold_plain_taxes(self) -> None:
        if self.kind != "group" and self.taxes:
            raise Invalid(fields={"taxes": [_("are for a tax that stands for several")]})
        if self.kind == "group" and any(tax.kind == "group" for tax in self.taxes):
            raise Invalid(fields={"taxes": [_("cannot stand for several taxes themselves")]})

    @constraint("company", "taxes.company")
    def _taxes_are_the_company_s(self) -> None:
        if any(tax.company is not None and tax.company != self.company for tax in self.taxes):
            raise Invalid(fields={"taxes": [_("belong to another company")]})

    def rate_on(self, day: date) -> Decimal | None:
        """The rate that is valid on a day; None before the first."""
        valid = [rate for rate in self.rates if rate.valid_from is not None and rate.valid_from <= day]
        return max(valid, key=lambda rate: rate.valid_from or day).amount if valid else None
