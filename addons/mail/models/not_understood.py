"""Messages that came in and that nobody could put anywhere: none is ever lost."""

from __future__ import annotations

from addons.mail.operations.place import NotPlaced, place
from core import Model, Refused, fields
from core.i18n import _
from core.mail import Unreadable, understand


class NotUnderstood(Model):
    """A message that came in, as it was on the wire, and why it was not put to a record.

    state: open, or done once somebody has seen to it or a second try has understood it.
    """

    _name = "mail.not.understood"
    _label = _("Mail not understood")
    _label_plural = _("Mail not understood")
    _title = "subject"
    _order = ("-id",)

    subject = fields.Char(_("Subject"), size=300, readonly=True, search=True)
    email_from = fields.Char(_("From"), size=320, readonly=True, search=True)
    email_to = fields.Text(_("To"), readonly=True)
    problem = fields.Text(_("Why"), readonly=True)
    raw = fields.Binary(_("The message"), required=True, readonly=True, max_size=200 * 1024 * 1024)
    at = fields.DateTime(_("Came in at"), default=lambda env: env.now(), required=True, readonly=True)
    active = fields.Boolean(_("Open"), default=True)

    def try_again(self) -> None:
        """Read it anew, after an address or a contact was added. Raises Refused with why it is not understood."""
        env = self.env.sudo("read a mail again")
        try:
            place(env, understand(self.raw.read() if self.raw is not None else b""))
        except (NotPlaced, Unreadable) as error:
            raise Refused(_("It is still not understood: {why}", why=error.args[0])) from None
        self.active = False
