"""Why deals are lost."""

from __future__ import annotations

from core import Model, fields
from core.i18n import _


class LostReason(Model):
    """Why a deal was lost, in words that can be counted."""

    _name = "crm.lost.reason"
    _label = _("Lost reason")
    _label_plural = _("Lost reasons")
    _order = ("name",)

    name = fields.Char(_("Reason"), required=True, search=True, translate=True)
    active = fields.Boolean(_("Active"), default=True)
