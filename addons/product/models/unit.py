"""Units of measure."""

from __future__ import annotations

from decimal import Decimal

from core import Model, Unique, fields
from core.i18n import _


class Unit(Model):
    """What a quantity counts. Units of one category convert into one another; others do not.

    factor: how many of the category's own unit one of these is. The category's own unit has factor 1, a
    dozen has 12, a gram 0.001 where the kilogram is 1.
    """

    _name = "uom.uom"
    _label = _("Unit")
    _label_plural = _("Units")
    _order = ("category", "factor", "name")
    _constraints = (Unique("name", "category", message=_("This category has a unit of that name already.")),)

    name = fields.Char(_("Unit"), size=40, required=True, search=True, translate=True)
    category = fields.Selection(
        [
            ("unit", _("Pieces")), ("weight", _("Weight")), ("length", _("Length")), ("area", _("Area")),
            ("volume", _("Volume")), ("time", _("Working time")),
        ],
        _("Measures"), required=True, default="unit",
    )  # fmt: skip
    factor = fields.Decimal(_("Factor"), digits=9, default=1, within=(Decimal("0.000000001"), None))
    active = fields.Boolean(_("Active"), default=True)
