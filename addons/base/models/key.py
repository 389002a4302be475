"""Keys by which programs act as a user."""

from __future__ import annotations

from addons.base.models.user import User
from core import Model, Unique, fields
from core.i18n import _


class Key(Model):
    """A bearer key of a user. The key itself is shown once, when it is made; only its hash is kept.

    expires_on: the last day on which it opens anything, in UTC; without one it never ends.
    """

    _name = "res.users.key"
    _label = _("Key")
    _label_plural = _("Keys")
    _order = ("user", "name")
    _constraints = (Unique("prefix", message=_("A key with this beginning exists already.")),)

    name = fields.Char(_("What it is for"), required=True)
    user = fields.Many2one(User, _("User"), required=True, on_delete="delete", readonly=True)
    prefix = fields.Char(_("Begins with"), size=16, required=True, readonly=True, copy=False)
    expires_on = fields.Date(_("Expires on"))
    hash = fields.Char(_("Hash"), size=64, required=True, roles=None, copy=False)
