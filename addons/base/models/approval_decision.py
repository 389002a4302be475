"""What somebody decided about a request for an approval."""

from __future__ import annotations

from addons.base.models.approval import ApprovalRequest
from addons.base.models.user import User
from core import Model, fields
from core.i18n import _


class ApprovalDecision(Model):
    """One person's yes or no. Only the installation makes them, and nobody changes one."""

    _name = "approval.decision"
    _label = _("Decision")
    _label_plural = _("Decisions")
    _order = ("id",)

    request = fields.Many2one(ApprovalRequest, _("Approval"), required=True, readonly=True, on_delete="delete")
    by = fields.Many2one(User, _("By"), required=True, readonly=True, on_delete="delete")
    at = fields.DateTime(_("At"), required=True, readonly=True)
    agrees = fields.Boolean(_("Agrees"), readonly=True)
    step = fields.Integer(_("Step"), readonly=True)
    reason = fields.Text(_("Reason"), readonly=True)
