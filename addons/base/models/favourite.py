"""Searches that people keep."""

from __future__ import annotations

from addons.base.models.user import User
from core import Model, fields
from core.i18n import _

LONGEST = 8_000
"""Characters of an address that is kept."""


class Favourite(Model):
    """What somebody has set on a list, kept under a name: filters, groups, order, columns.

    model_name, menu: the list that it is of; menu is a menu's key, or empty. address: the part of the list's address
    behind the question mark, without `menu`. user: whose it is; nobody's is everybody's. is_default: whether the menu
    opens with it.
    """

    _name = "ir.filters"
    _label = _("Favourite")
    _label_plural = _("Favourites")
    _order = ("name", "id")

    name = fields.Char(_("Name"), required=True, size=80, search=True)
    user = fields.Many2one(
        User, _("Whose"), on_delete="delete", index=True, help=_("Without anybody here, everybody has it.")
    )
    model_name = fields.Char(_("Kind of record"), required=True, readonly=True, wire="model_id", index=True)
    menu = fields.Char(_("Menu"), readonly=True, wire="action_id")
    address = fields.Text(_("What is set"), readonly=True)
    is_default = fields.Boolean(_("Opens first"), readonly=True)
