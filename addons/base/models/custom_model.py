"""Kinds of record, as administrators call them."""

from __future__ import annotations

from core import Model, Unique, fields
from core.i18n import _


class CustomModel(Model):
    """A kind of record that the enabled addons have, and other words for it.

    The records follow the declarations of the addons; nobody makes them by hand. name, name_vi: what the addons call
    it. label, label_vi, plural, plural_vi: what this database calls it instead, where they are filled in. One whose
    addon is not enabled stays, since added fields may be waiting for it.
    """

    _name = "ir.model"
    _label = _("Kind of record")
    _label_plural = _("Kinds of record")
    _order = ("name", "id")
    _constraints = (Unique("key", message=_("This kind of record is there already.")),)

    name = fields.Char(_("Name"), required=True, search=True, readonly=True)
    name_vi = fields.Char(_("Name in Vietnamese"), search=True, readonly=True)
    key = fields.Char(_("Technical name"), size=64, required=True, search=True, readonly=True, wire="model")
    label = fields.Char(_("Call it"), size=80, help=_("One of them. Leave it empty to call it as it is."))
    label_vi = fields.Char(_("In Vietnamese"), size=80)
    plural = fields.Char(_("Call several"), size=80)
    plural_vi = fields.Char(_("Several in Vietnamese"), size=80)
