"""Links by which people choose a password."""

from __future__ import annotations

from addons.base.models.user import User
from core import Model, Unique, fields
from core.i18n import _

INVITATION, RESET = "invitation", "reset"


class Link(Model):
    """A link that is good once, for one user to choose a password. Only a hash of its secret is kept.

    Whoever has it can log in as the user: it goes to them alone, by mail, or from an administrator's hand.
    """

    _name = "res.users.link"
    _label = _("Link to a password")
    _label_plural = _("Links to a password")
    _title = "kind"
    _order = ("-id",)
    _history = False
    _constraints = (Unique("hash", message=_("This link is there already.")),)

    user = fields.Many2one(User, _("User"), required=True, on_delete="delete", index=True, readonly=True)
    kind = fields.Selection(
        ((INVITATION, _("Invitation")), (RESET, _("New password"))), _("For"), required=True, readonly=True
    )
    made_at = fields.DateTime(_("Made at"), required=True, readonly=True)
    expires_at = fields.DateTime(_("Good until"), required=True, readonly=True, index=True)
    hash = fields.Char(_("Hash"), size=64, required=True, roles=None, copy=False)
