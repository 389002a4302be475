"""Incoming mail servers."""

from __future__ import annotations

from addons.mail.operations.secrets import MASK, shown
from core import Model, computed, fields
from core.i18n import _
from core.jobs.collect import jobs_of


class FetchServer(Model):
    """A mailbox that mail is fetched from by IMAP. What was read is marked as seen and stays there.

    problem: why the last try failed; empty where it did not.
    """

    _name = "fetchmail.server"
    _label = _("Incoming server")
    _label_plural = _("Incoming servers")
    _order = ("sequence", "id")

    name = fields.Char(_("Name"), required=True)
    host = fields.Char(_("Server"), required=True, wire="server")
    port = fields.Integer(_("Port"), default=993, within=(1, 65535), required=True)
    is_ssl = fields.Boolean(_("TLS"), default=True)
    user = fields.Char(_("Log-in"), required=True)
    secret = fields.Char(_("Kept password"), roles=None, copy=False)
    folder = fields.Char(_("Folder"), default="INBOX", required=True)
    sequence = fields.Integer(_("Order"), default=10)
    fetched_at = fields.DateTime(_("Fetched at"), readonly=True, wire="date")
    fetched_count = fields.Integer(_("Fetched then"), readonly=True)
    problem = fields.Char(_("Problem"), size=500, readonly=True)
    active = fields.Boolean(_("Active"), default=True)

    def _take_password(self, value: str) -> None:
        if value != MASK:
            self.env.sudo("keep a password")[type(self)].get(self.id).secret = value

    @computed(
        secret, inverse=_take_password, into=fields.Char(_("Password"), roles=("mail.administrator",))
    )  # fmt: skip
    def password(self) -> str:
        return shown(self.secret)

    def fetch_now(self) -> None:
        """Fetch what is new, in the background."""
        jobs_of(self.env.models)["mail.fetch_one"].later(
            self.env.sudo("fetch mail"), self.id, key=f"fetchmail {self.id}", about=self.name
        )
