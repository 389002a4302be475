"""Mail domains: what is behind the @ of our addresses."""

from __future__ import annotations

import re

from core import Invalid, Model, Unique, constraint, fields
from core.i18n import _

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)
_LOCAL = re.compile(r"[a-z0-9][a-z0-9._-]{0,30}", re.ASCII)


class Domain(Model):
    """A domain whose mail comes here; the first one is that of what goes out.

    catchall: answers go to `<catchall>+<token>@<name>`; bounce: what cannot be delivered comes back to
    `<bounce>+<token>@<name>`. Both addresses must reach Banyan, with everything behind the plus. default_from: of mail
    that names no sender. web_address: where people reach Banyan, for links in mails.
    """

    _name = "mail.alias.domain"
    _label = _("Mail domain")
    _label_plural = _("Mail domains")
    _order = ("sequence", "id")
    _constraints = (Unique("name", message=_("This domain is there already.")),)

    name = fields.Char(_("Domain"), required=True, size=250, help=_("As in example.com."))
    sequence = fields.Integer(_("Order"), default=10)
    catchall = fields.Char(_("Answers to"), size=32, default="reply", required=True, wire="catchall_alias")
    bounce = fields.Char(_("Bounces to"), size=32, default="bounce", required=True, wire="bounce_alias")
    default_from = fields.Char(_("Mail is from"), size=64, default="notifications", required=True)
    web_address = fields.Char(
        _("Address of Banyan"), help=_("Links in mails lead there, as in https://banyan.example.com.")
    )

    @constraint(name, catchall, bounce, default_from, web_address)
    def _addresses_are_some(self) -> None:
        if not _DOMAIN.fullmatch(self.name):
            raise Invalid(fields={"name": [_("is no domain, as in example.com, in small letters")]})
        for field in ("catchall", "bounce", "default_from"):
            if not _LOCAL.fullmatch(getattr(self, field)):
                raise Invalid(fields={field: [_("is not what stands before an @, in small letters")]})
        if self.web_address and not re.match(r"https?://[^\s/?#]+(/[^\s?#]*)?$", self.web_address):
            raise Invalid(fields={"web_address": [_("is no address, as in https://banyan.example.com")]})
