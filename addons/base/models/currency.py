"""Currencies, by ISO 4217."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from core import Model, Unique, fields
from core.i18n import _
from core.rounding import round_half_up

if TYPE_CHECKING:
    from addons.base.models.currency_rate import CurrencyRate


class Currency(Model):
    """Money of a country or of a union of them.

    All of ISO 4217 ship with the addon; those that are not active are kept out of the way. Amounts are
    rounded to `decimal_places`, which follow ISO 4217, not the habits of a country.
    """

    _name = "res.currency"
    _label = _("Currency")
    _label_plural = _("Currencies")
    _order = ("-active", "name")
    _constraints = (Unique("name", message=_("A currency with this code exists already.")),)

    name = fields.Char(_("Code"), size=3, required=True, search=True, help=_("Three letters, as in ISO 4217."))
    full_name = fields.Char(_("Name"), search=True)
    symbol = fields.Char(_("Symbol"), size=8)
    position = fields.Selection(
        [("before", _("Before the amount")), ("after", _("After the amount"))],
        _("Symbol stands"),
        default="before",
        required=True,
    )
    decimal_places = fields.Integer(_("Decimals"), default=2, within=(0, 4))
    active = fields.Boolean(_("Active"), default=True)
    rates: fields.One2many[CurrencyRate] = fields.One2many(
        "res.currency.rate", _("Exchange rates"), inverse="currency", wire="rate_ids"
    )

    def round(self, amount: Decimal | Fraction) -> Decimal:
        """An amount of this currency with its decimals, rounded half up (away from zero)."""
        return round_half_up(amount, self.decimal_places)
