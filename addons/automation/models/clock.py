"""When automations that wait for a time are looked at next."""

from __future__ import annotations

from addons.automation.models.automation import Automation
from core import Model, Unique, fields
from core.i18n import _


class Clock(Model):
    """Kept beside the automation, so that looking at the clock is no change of it. checked_until: up to which moment
    dates have been looked at; next_at: when its schedule is due."""

    _name = "base.automation.clock"
    _label = _("Clock of an automation")
    _label_plural = _("Clocks of automations")
    _title = "timing"
    _history = False
    _constraints = (Unique("automation", message=_("This automation has a clock already.")),)

    automation = fields.Many2one(Automation, _("Automation"), required=True, on_delete="delete")
    checked_until = fields.DateTime(_("Looked at until"))
    next_at = fields.DateTime(_("Next run"), index=True)
    timing = fields.Char(_("Reckoned for"), size=200)
