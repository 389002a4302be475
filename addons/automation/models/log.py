"""What automations did."""

from __future__ import annotations

from addons.automation.models.automation import Automation
from core import Model, fields
from core.i18n import _

OUTCOMES = (("done", _("Done")), ("failed", _("Failed")), ("stopped", _("Stopped: a loop")))


class Log(Model):
    """One run of an automation on one record. changed: what became of it, field by field; message: why it failed, or
    which automations set one another off. seconds: of the whole batch that the record was in."""

    _name = "base.automation.log"
    _label = _("Run of an automation")
    _label_plural = _("Runs of automations")
    _title = "automation_name"
    _order = ("-id",)
    _history = False

    at = fields.DateTime(_("At"), required=True, index=True)
    automation = fields.Many2one(Automation, _("Automation"), on_delete="clear", index=True)
    automation_name = fields.Char(_("Name"), required=True, search=True)
    record = fields.Reference(None, _("Record"), on_delete="clear")
    record_name = fields.Char(_("Name of the record"), search=True)
    outcome = fields.Selection(OUTCOMES, _("Outcome"), required=True, index=True)
    message = fields.Text(_("Message"))
    changed = fields.Text(_("What was changed"))
    seconds = fields.Float(_("Seconds"))
