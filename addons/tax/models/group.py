"""Groups of taxes: what stands on a document under one name."""

from __future__ import annotations

from addons.base.models import Country
from core import Model, fields
from core.i18n import _


class TaxGroup(Model):
    """Taxes of one kind, such as value added tax; a document shows one sum for each rate of a group."""

    _name = "account.tax.group"
    _label = _("Tax group")
    _label_plural = _("Tax groups")
    _order = ("sequence", "name", "id")

    name = fields.Char(_("Name"), required=True, search=True, translate=True)
    sequence = fields.Integer(_("Order"), default=10)
    country = fields.Many2one(Country, _("Country"), on_delete="refuse")
