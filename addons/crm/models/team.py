"""Sales teams."""

from __future__ import annotations

from addons.base.models import Company, User
from core import Model, fields
from core.i18n import _


class Team(Model):
    """Salespeople with a leader, who sees the deals of the team. company: empty where several share it."""

    _name = "crm.team"
    _label = _("Sales team")
    _label_plural = _("Sales teams")
    _order = ("sequence", "name")

    name = fields.Char(_("Sales team"), required=True, search=True)
    sequence = fields.Integer(_("Order"), default=10)
    leader = fields.Many2one(User, _("Leader"), wire="user_id")
    members = fields.Many2many(User, _("Members"), wire="member_ids")
    office = fields.Char(_("Office"))
    company = fields.Many2one(Company, _("Our company"))
    active = fields.Boolean(_("Active"), default=True)
