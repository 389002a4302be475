"""Outgoing mail servers."""

from __future__ import annotations

from addons.mail.operations.secrets import MASK, shown
from addons.mail.operations.transports import problem_of
from core import Invalid, Model, Refused, computed, constraint, fields
from core.i18n import _

SECURITY = (("none", _("None")), ("starttls", _("TLS, asked for (STARTTLS)")), ("ssl", _("TLS from the start")))


class Server(Model):
    """Where outgoing mail is handed over. The first active one takes all; without one, mail stays in the mailbox here.

    password: is only ever written. It shows whether there is one, and never which; history notes that it changed.
    """

    _name = "ir.mail_server"
    _label = _("Outgoing server")
    _label_plural = _("Outgoing servers")
    _order = ("sequence", "id")

    name = fields.Char(_("Name"), required=True)
    host = fields.Char(_("Server"), required=True, wire="smtp_host")
    port = fields.Integer(_("Port"), default=587, within=(1, 65535), required=True, wire="smtp_port")
    security = fields.Selection(SECURITY, _("Encryption"), default="starttls", required=True, wire="smtp_encryption")
    user = fields.Char(_("Log-in"), wire="smtp_user")
    secret = fields.Char(_("Kept password"), roles=None, copy=False)
    sequence = fields.Integer(_("Order"), default=10)
    active = fields.Boolean(_("Active"), default=True)

    def _take_password(self, value: str) -> None:
        if value != MASK:
            self.env.sudo("keep a password")[type(self)].get(self.id).secret = value

    @computed(
        secret, inverse=_take_password,
        into=fields.Char(_("Password"), roles=("mail.administrator",), wire="smtp_pass"),
    )  # fmt: skip
    def password(self) -> str:
        return shown(self.secret)

    @constraint(host)
    def _host_is_one(self) -> None:
        if any(mark in self.host for mark in " /@"):
            raise Invalid(fields={"host": [_("is no server, as in smtp.example.com")]})

    def try_it(self) -> None:
        """Connect and log in, and send nothing. Raises Refused with what the server said."""
        problem = problem_of(self)
        if problem:
            raise Refused(_("The server does not take mail: {problem}", problem=problem))
