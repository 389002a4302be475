"""Messages on records: notes, comments and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models import Partner, User
from core import Model, Unique, computed, fields
from core.i18n import _

if TYPE_CHECKING:
    from addons.mail.models.message_file import MessageFile

KINDS = (("note", _("Note")), ("comment", _("Comment")), ("email", _("Email")))


class Message(Model):
    """What somebody has said about a record.

    record: any record; who may read that may read the message. kind: a note is for who works here, a comment goes to
    those who follow the record as well, an email came in or went out. user: who of us wrote it; author: the contact
    who did. message_id: of the mail that it came as or went out as, with its brackets. A message without a record is
    seen by its user alone.
    """

    _name = "mail.message"
    _label = _("Message")
    _label_plural = _("Messages")
    _title = "preview"
    _order = ("-id",)
    _constraints = (Unique("message_id", message=_("This mail is there already.")),)

    record = fields.Reference(None, _("About"), on_delete="delete")
    kind = fields.Selection(KINDS, _("Kind"), default="note", required=True, wire="message_type")
    subject = fields.Char(_("Subject"), size=300, search=True)
    body = fields.Html(_("Content"))
    user = fields.Many2one(User, _("Written by"), default=lambda env: env.user_id, on_delete="clear", wire="create_uid")
    author = fields.Many2one(Partner, _("Contact"), on_delete="clear", index=True)
    email_from = fields.Char(_("From"), size=320)
    at = fields.DateTime(_("At"), default=lambda env: env.now(), required=True, readonly=True, wire="date")
    parent: fields.Many2one[Message | None, Message] = fields.Many2one(
        "mail.message", _("In answer to"), on_delete="clear"
    )
    message_id = fields.Char(_("Message-ID"), size=400, readonly=True, copy=False, index=True, default=None)
    files: fields.One2many[MessageFile] = fields.One2many(
        "mail.message.file", _("Files"), inverse="message", wire="attachment_ids"
    )

    @computed(subject, body, store=True, into=fields.Char(_("Message"), size=300))
    def preview(self) -> str:
        return self.subject or _first_words(self.body)


def _first_words(html: str) -> str:
    from core.orm.fields.html import words_of

    return " ".join(words_of(html).split())[:80]
