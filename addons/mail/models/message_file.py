"""Files of messages."""

from __future__ import annotations

from addons.mail.models.message import Message
from core import Model, fields
from core.i18n import _


class MessageFile(Model):
    """A file that came with a message or goes with it. Who may read the message may read it."""

    _name = "mail.message.file"
    _label = _("File of a message")
    _label_plural = _("Files of messages")
    _order = ("id",)

    name = fields.Char(_("Name"), required=True)
    message = fields.Many2one(Message, _("Message"), required=True, on_delete="delete", index=True)
    file = fields.Binary(_("File"), required=True, wire="datas")
