"""How many digits after the point numbers have, by what they are used for."""

from __future__ import annotations

from core import Model, Unique, fields
from core.i18n import _

USES = (("price", _("Prices")), ("quantity", _("Quantities")), ("rate", _("Rates")))


class Precision(Model):
    """More digits for a use of numbers than the addons declare: all numbers of that use have them."""

    _name = "decimal.precision"
    _label = _("Precision")
    _label_plural = _("Precisions")
    _order = ("name",)
    _constraints = (Unique("name", message=_("This use has its digits already.")),)

    name = fields.Selection(USES, _("Used for"), required=True)
    digits = fields.Integer(
        _("Decimals"), required=True,
        help=_("At most 12. A number has 18 digits in all: with 4 decimals 14 stand before the point, with 12 only 6."),
    )  # fmt: skip
