"""Products: what is sold, bought, made or done."""

from __future__ import annotations

from addons.base.models import Currency, home_currency
from addons.product.models.category import Category
from addons.product.models.unit import Unit
from core import Model, fields
from core.i18n import _


class Product(Model):
    """Goods or a service, as they are named in offers, orders and deals.

    list_price: for one `unit`, in `currency`, before taxes and price lists. cost: what one unit costs us in
    the same currency, each company its own; only those who look after products see it. code: ours, free to be empty.
    """

    _name = "product.product"
    _label = _("Product")
    _label_plural = _("Products")
    _order = ("name", "id")

    name = fields.Char(_("Product"), required=True, search=True, translate=True)
    code = fields.Char(_("Code"), size=64, search=True, wire="default_code")
    kind = fields.Selection(
        [("goods", _("Goods")), ("service", _("Service"))], _("Kind"), default="goods", required=True, wire="type"
    )
    category = fields.Many2one(Category, _("Category"), on_delete="refuse", wire="categ_id")
    unit = fields.Many2one(Unit, _("Unit"), on_delete="refuse", wire="uom_id")
    list_price = fields.Monetary(_("Price"), within=(0, None))
    cost = fields.Monetary(
        _("Cost"), within=(0, None), roles=("product.manager",), company_dependent=True, wire="standard_price"
    )
    currency = fields.Many2one(Currency, _("Currency"), required=True, default=home_currency)
    description = fields.Text(_("Description"), translate=True)
    active = fields.Boolean(_("Active"), default=True)
