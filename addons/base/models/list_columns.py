"""Which columns somebody has chosen for a list."""

from __future__ import annotations

from addons.base.models.user import User
from core import Model, Unique, fields
from core.i18n import _


class ListColumns(Model):
    """The columns that a user sees of a list, where they are not those that the list itself has.

    menu: the key of the menu that lists them, or empty. columns: paths of fields in their order, with commas between.
    """

    _name = "ir.list.columns"
    _label = _("Columns of a list")
    _label_plural = _("Columns of lists")
    _history = False
    _constraints = (Unique("user", "model_name", "menu", message=_("These columns are kept already.")),)

    user = fields.Many2one(User, _("Whose"), required=True, readonly=True, on_delete="delete", index=True)
    model_name = fields.Char(_("Kind of record"), required=True, readonly=True, wire="model_id")
    menu = fields.Char(_("Menu"), readonly=True, wire="menu_id")
    columns = fields.Text(_("Columns"))
