"""Roles, as users are given them."""

from __future__ import annotations

from core import Model, Unique, fields
from core.i18n import _


class Group(Model):
    """A role that an enabled addon declares.

    The records follow the declarations in the addons' `access.py`; nobody makes them by hand. A role whose
    addon is disabled stays with its users and means nothing until the addon is enabled again.
    """

    _name = "res.groups"
    _label = _("Role")
    _label_plural = _("Roles")
    _order = ("key",)
    _constraints = (Unique("key", message=_("A role with this key exists already.")),)

    name = fields.Char(_("Role"), required=True, search=True)
    key = fields.Char(_("Key"), size=64, required=True, readonly=True)
    help = fields.Text(_("What it may do"), wire="comment")
