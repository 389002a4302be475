"""Blacklist: addresses that have opted out, or that nothing is to go to."""

from __future__ import annotations

from core import Invalid, Model, Unique, constraint, fields
from core.i18n import _
from core.mail import normal_address

BLOCKS = (("marketing", _("advertising")), ("everything", _("everything")))
SOURCES = (("hand", _("entered by hand")), ("link", _("link in a mail")), ("import", _("imported")))


class Blacklist(Model):
    """An address that gets no advertising, or nothing at all. Whatever sends mail asks this list as it sends.

    email: as two are compared, in small letters. blocks: advertising, or mail of every kind. One that opts in again is
    archived; the history says when and by whom.
    """

    _name = "mail.blacklist"
    _label = _("Opted-out address")
    _label_plural = _("Opted-out addresses")
    _title = "email"
    _order = ("email",)
    _constraints = (Unique("email", message=_("This address is in the list already.")),)

    email = fields.Char(_("Email"), required=True, size=320, search=True)
    blocks = fields.Selection(BLOCKS, _("Gets no"), default="marketing", required=True)
    source = fields.Selection(SOURCES, _("How"), default="hand", required=True)
    reason = fields.Char(_("Reason"), size=300)
    since = fields.DateTime(_("Since"), default=lambda env: env.now(), required=True)
    active = fields.Boolean(_("Active"), default=True)

    @constraint(email)
    def _is_an_address(self) -> None:
        if "@" not in self.email.strip("@ "):
            raise Invalid(fields={"email": [_("is no email address, as in lan.pham@example.com")]})
        if self.email != normal_address(self.email):
            self.email = normal_address(self.email)
