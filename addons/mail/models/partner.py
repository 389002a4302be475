"""What mail adds to contacts."""

from __future__ import annotations

from addons.base.models import Partner as BasePartner
from core import fields
from core.i18n import _


class Partner(BasePartner):
    """A contact, with what is known of its address.

    email_bounces: how many mails could not be delivered for good since one was.
    """

    email_bounces = fields.Integer(_("Mails that came back"), readonly=True, copy=False, wire="message_bounce")
    email_problem = fields.Char(_("Why mail came back"), size=500, readonly=True, copy=False)
