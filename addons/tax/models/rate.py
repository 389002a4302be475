"""Rates of taxes, each from a day on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import Model, Unique, fields
from core.i18n import _

if TYPE_CHECKING:
    from addons.tax.models.tax import Tax


class TaxRate(Model):
    """How much a tax is from a day on, until the day of the next row.

    amount: per cent, or for a fixed tax the amount for one unit. A law that lowers a rate for a time is two rows: the
    first day of the lower rate, and the first day after it. source: the law, with its number.
    """

    _name = "account.tax.rate"
    _label = _("Tax rate")
    _label_plural = _("Tax rates")
    _order = ("tax", "-valid_from", "id")
    _constraints = (Unique("tax", "valid_from", message=_("There is a rate from this day on already.")),)

    tax: fields.Many2one[Tax, Tax] = fields.Many2one("account.tax", _("Tax"), required=True, on_delete="delete")
    valid_from = fields.Date(_("Valid from"), required=True, default=lambda env: env.today())
    amount = fields.Decimal(_("Rate"), digits=4, within=(0, None), help=_("Per cent, or the amount for one unit."))
    source = fields.Char(_("Source"), help=_("The law or decision, with its number."))
