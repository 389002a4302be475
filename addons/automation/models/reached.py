"""Which dates of which records automations have seen to."""

from __future__ import annotations

from addons.automation.models.automation import Automation
from core import Model, Unique, fields
from core.i18n import _


class Reached(Model):
    """A record whose date has been reached, for one value of it; written with what the automation did about it."""

    _name = "base.automation.reached"
    _label = _("Date seen to")
    _label_plural = _("Dates seen to")
    _title = "value"
    _history = False
    _constraints = (Unique("automation", "record_id", "value", message=_("This date has been seen to already.")),)

    automation = fields.Many2one(Automation, _("Automation"), required=True, on_delete="delete")
    record_id = fields.Integer(_("Number of the record"), required=True)
    value = fields.Char(_("Date"), size=40, required=True)
