"""Countries, by ISO 3166."""

from __future__ import annotations

from addons.base.models.currency import Currency
from core import Model, Unique, fields
from core.i18n import _


class Country(Model):
    """A country or territory with a code in ISO 3166-1; all of them ship with the addon."""

    _name = "res.country"
    _label = _("Country")
    _label_plural = _("Countries")
    _order = ("name",)
    _constraints = (Unique("code", message=_("A country with this code exists already.")),)

    name = fields.Char(_("Name"), required=True, search=True, translate=True)
    code = fields.Char(_("Code"), size=2, required=True, help=_("Two letters, as in ISO 3166-1."))
    currency = fields.Many2one(Currency, _("Currency"), help=_("The one that is paid with there."))
    phone_code = fields.Integer(
        _("Calling code"), within=(0, 9999), help=_("Without the plus sign; 0 where there is none.")
    )
