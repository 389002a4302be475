"""What currencies are worth, from which day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from addons.base.models.company import Company, home_currency
from addons.base.models.currency import Currency
from core import Env, Invalid, Model, Unique, computed, constraint, fields
from core.i18n import _

LEAST = Decimal("0.000001")


class CurrencyRate(Model):
    """So many of one currency are worth so many of another, from a day on until the next row's day.

    It is given as banks quote it, 1 USD = 25,460 VND or 100 JPY = 17,245 VND, so that neither way loses digits.
    company: whose rate it is; without one it is for all. A company with a rate of its own for the two currencies
    that is valid on a day does not look at those for all.
    """

    _name = "res.currency.rate"
    _label = _("Exchange rate")
    _label_plural = _("Exchange rates")
    _order = ("-valid_from", "currency", "id")
    _constraints = (
        Unique("currency", "worth_in", "company", "valid_from", message=_("There is a rate of this day already.")),
    )

    currency = fields.Many2one(Currency, _("Currency"), required=True, on_delete="delete")
    valid_from = fields.Date(_("Valid from"), required=True, default=lambda env: env.today(), index=True, wire="name")
    amount = fields.Decimal(
        _("So many"), digits=6, required=True, default=1, within=(LEAST, None), help=_("Of this currency: 1, or 100.")
    )
    worth = fields.Decimal(_("Are worth"), digits=6, required=True, within=(LEAST, None))
    worth_in = fields.Many2one(Currency, _("In currency"), required=True, default=home_currency, on_delete="delete")
    company = fields.Many2one(Company, _("Company"), help=_("Empty: for all our companies."))
    source = fields.Char(_("Source"), help=_("Whose rate it is: the bank, the customs office."))

    @computed(amount, worth, into=fields.Decimal(_("One is worth"), digits=9, wire="inverse_company_rate"))
    def unit_worth(self) -> Decimal:
        return self.worth / self.amount if self.amount else Decimal(0)

    @constraint("currency", "worth_in")
    def _two_currencies(self) -> None:
        if self.currency == self.worth_in:
            raise Invalid(fields={"worth_in": [_("is the currency itself")]})

    @constraint("currency", "worth_in", "company", valid_from)
    def _one_is_for_all(self) -> None:
        # The database compares no absent company, so two rates for all would pass it.
        if (
            self.company is None
            and self.env[CurrencyRate].count(
                CurrencyRate.currency.is_(self.currency)
                & CurrencyRate.worth_in.is_(self.worth_in)
                & CurrencyRate.company.is_(None)
                & (CurrencyRate.valid_from == self.valid_from)
            )
            > 1
        ):
            raise Invalid(fields={"valid_from": [_("has a rate for all companies already")]})


def latest(
    env: Env, currency: Currency, worth_in: Currency, on: date, company: Company | int | None
) -> CurrencyRate | None:
    """The rate of one currency in another that is valid on a day: the company's own, else the one for all."""
    pair = CurrencyRate.currency.is_(currency) & CurrencyRate.worth_in.is_(worth_in)
    for whose in (company, None) if company is not None else (None,):
        valid = pair & CurrencyRate.company.is_(whose) & (CurrencyRate.valid_from <= on)
        found = env[CurrencyRate].search(valid, order=("-valid_from",), limit=1)
        if found:
            return found[0]
    return None
