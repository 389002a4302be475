"""Kinds of activity."""

from __future__ import annotations

from core import Model, fields
from core.i18n import _


class ActivityType(Model):
    """What is to be done: a call, a meeting. days: how many days from now its deadline is, unless somebody says."""

    _name = "mail.activity.type"
    _label = _("Kind of activity")
    _label_plural = _("Kinds of activity")
    _order = ("sequence", "name")

    name = fields.Char(_("Name"), required=True, translate=True)
    summary = fields.Char(_("Summary"), translate=True)
    days = fields.Integer(_("Days from now"), within=(0, 3650), wire="delay_count")
    sequence = fields.Integer(_("Order"), default=10)
    active = fields.Boolean(_("Active"), default=True)
