"""Mails: the queue of what goes out, one to each address."""

from __future__ import annotations

import secrets

from addons.mail.models.message import Message
from addons.mail.models.partner import Partner
from addons.mail.models.server import Server
from addons.mail.operations.addresses import default_sender, home_domain
from addons.mail.operations.consent import refusal
from core import Env, Invalid, Model, Refused, Unique, computed, constraint, fields
from core.i18n import _, translate
from core.jobs.collect import jobs_of
from core.mail import normal_address, parse_address

OUTGOING, SENDING, SENT, BOUNCED, FAILED, CANCELLED = "outgoing", "sending", "sent", "bounced", "failed", "cancelled"
SECRET = "{secret}"
"""Where the secret of a letter goes as it leaves: in the queue, the history and the mailbox it stays as it is."""
STATES = (
    (OUTGOING, _("Waiting")),
    (SENDING, _("Being sent")),
    (SENT, _("Sent")),
    (BOUNCED, _("Came back")),
    (FAILED, _("Failed")),
    (CANCELLED, _("Not sent")),
)
PURPOSES = (("transactional", _("a matter at hand")), ("marketing", _("advertising")))


def new_message_id(env: Env) -> str:
    """An id that no other message has."""
    domain = home_domain(env)
    return f"<{secrets.token_hex(16)}@{domain.name if domain else 'banyan.invalid'}>"


class Mail(Model):
    """One mail to one address. Making it, by whatever way, is asking for it to be sent, after the commit.

    purpose: what it is for; one that does not say counts as advertising, which goes to nobody who has opted out.
    Whether that is so is asked when it is made and once more when it is sent. state: waiting, being sent, sent, came
    back, failed for good, or not sent since its receiver has opted out; reason: why. not_before: an instant. is_kept:
    it did not leave, since no server is set, and is in the mailbox here. `address`: email_to as two are compared.
    """

    _name = "mail.mail"
    _label = _("Mail")
    _label_plural = _("Mails")
    _title = "subject"
    _order = ("-id",)
    _constraints = (Unique("header_id", message=_("This mail is there already.")),)

    subject = fields.Char(_("Subject"), size=300, search=True)
    body = fields.Html(_("Content"), wire="body_html")
    email_to = fields.Char(_("To"), size=320, required=True, search=True)
    email_from = fields.Char(_("From"), size=320, default=default_sender)
    reply_to = fields.Char(_("Answers to"), size=320)
    purpose = fields.Selection(PURPOSES, _("For"), default="marketing", required=True)
    partner = fields.Many2one(Partner, _("Contact"), on_delete="clear", index=True, wire="recipient_id")
    language = fields.Char(_("Language"), size=8, wire="lang")
    message = fields.Many2one(Message, _("Message"), on_delete="clear", index=True, wire="mail_message_id")
    not_before = fields.DateTime(_("Not before"), wire="scheduled_date")
    state = fields.Selection(STATES, _("State"), default=OUTGOING, required=True, readonly=True, index=True, copy=False)
    reason = fields.Char(_("Why"), size=500, readonly=True, copy=False, wire="failure_reason")
    tries = fields.Integer(_("Failed tries"), readonly=True, copy=False)
    header_id = fields.Char(
        _("Message-ID"), size=400, readonly=True, copy=False, default=new_message_id, required=True, wire="message_id"
    )
    server = fields.Many2one(Server, _("Server"), readonly=True, on_delete="clear", copy=False)
    is_kept = fields.Boolean(_("Kept here"), readonly=True, copy=False)
    asked_at = fields.DateTime(_("Asked at"), default=lambda env: env.now(), readonly=True, copy=False)
    changed_at = fields.DateTime(_("Sent at"), readonly=True, copy=False, wire="date")
    secret = fields.Char(_("Secret"), roles=None, copy=False, help=_("Stands in the letter alone, until it has left."))
    is_queued = fields.Boolean(_("Queued"), roles=None, copy=False)

    @computed(email_to, store=True, into=fields.Char(_("Address"), size=320, index=True))
    def address(self) -> str:
        try:
            return normal_address(parse_address(self.email_to)[1])
        except Invalid:
            return ""

    @constraint(email_to, email_from, reply_to)
    def _addresses_are_some(self) -> None:
        for name in ("email_to", "email_from", "reply_to"):
            if text := getattr(self, name):
                try:
                    parse_address(text)
                except Invalid as error:
                    raise Invalid(fields={name: [error.args[0]]}) from None

    @constraint(state)
    def _waits_for_its_turn(self) -> None:
        """Whoever makes a mail, by code, form, API or import, has asked for it to be sent."""
        if self.state != OUTGOING or self.is_queued:
            return
        refused = refusal(self.env, self.address, self.purpose or "")
        if refused:
            self.write(state=CANCELLED, reason=translate(refused, self.env.main_language))
            return
        self.is_queued = True
        jobs_of(self.env.models)["mail.send_mail"].later(
            self.env.sudo("send mail"), self.id, key=f"mail {self.id}", at=self.not_before, about=self.email_to
        )

    def cancel(self) -> None:
        """Do not send it. Raises Refused where it does not wait any more."""
        self.lock()
        if self.state != OUTGOING:
            raise Refused(_("{name} does not wait any more.", name=self.display_name))
        self.write(state=CANCELLED, reason="")

    def send_again(self) -> None:
        """Send it once more, as a mail of its own, after what kept it is mended. Raises Refused where it waits."""
        self.lock()
        if self.state in (OUTGOING, SENDING):
            raise Refused(_("{name} is waiting already.", name=self.display_name))
        if SECRET in self.body and not self.env.sudo("is the link still there?")[Mail].get(self.id).secret:
            raise Refused(_("The link in it was for one letter alone. Make a new one."))
        # A new id: a receiver that has the first one already is to see that this is another.
        fresh = new_message_id(self.env)
        self.write(state=OUTGOING, reason="", tries=0, is_kept=False, header_id=fresh)
        self.env.sudo("send again")[Mail].get(self.id).is_queued = False
