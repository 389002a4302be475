"""Followers: who hears of comments and mails on a record."""

from __future__ import annotations

from addons.base.models import Partner, User
from core import Invalid, Model, Unique, constraint, fields
from core.i18n import _


class Follower(Model):
    """One of us, or a contact, who gets comments and incoming mails of a record by mail."""

    _name = "mail.followers"
    _label = _("Follower")
    _label_plural = _("Followers")
    _order = ("id",)
    _constraints = (
        Unique("record", "user", message=_("They follow this record already.")),
        Unique("record", "partner", message=_("They follow this record already.")),
    )

    record = fields.Reference(None, _("About"), required=True, on_delete="delete")
    user = fields.Many2one(User, _("User"), on_delete="delete", index=True)
    partner = fields.Many2one(Partner, _("Contact"), on_delete="delete", index=True)

    @constraint(user, partner)
    def _is_somebody(self) -> None:
        if (self.user is None) == (self.partner is None):
            raise Invalid(_("A follower is either a user or a contact."))

    @property
    def email(self) -> str:
        """Where mail to them goes; empty where nobody knows."""
        return (self.user.email if self.user else self.partner.email if self.partner else "") or ""
