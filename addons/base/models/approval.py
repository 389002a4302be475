"""Requests for an approval: a move of some record that others have to agree to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models.company import Company
from addons.base.models.group import Group
from addons.base.models.user import User
from core import Model, Refused, States, computed, fields
from core.i18n import _
from core.orm.states.approval import decide

if TYPE_CHECKING:
    from addons.base.models.approval_decision import ApprovalDecision

STATES = (("open", _("Waiting")), ("approved", _("Approved")), ("refused", _("Refused")), ("void", _("Void")))


class ApprovalRequest(Model):
    """Somebody asks for a move of a record that needs others to agree.

    Made when somebody asks, and decided by those of `approvers` who did not ask; void as soon as what it is about
    changes. record: of any model whose moves need an approval. move: the verb; name: what people call it. steps: who
    has to agree, one after the other: roles, and how many people of them. reason: why it was refused, or is void.
    """

    _name = "approval.request"
    _label = _("Approval")
    _label_plural = _("Approvals")
    _order = ("-asked_at", "-id")

    name = fields.Char(_("Asked for"), required=True, readonly=True)
    record = fields.Reference((), _("About"), required=True, readonly=True, on_delete="delete")
    move = fields.Char(_("Move"), size=64, required=True, readonly=True)
    asked_by = fields.Many2one(User, _("Asked by"), required=True, readonly=True, on_delete="delete")
    asked_at = fields.DateTime(_("Asked at"), required=True, readonly=True)
    note = fields.Text(_("Why it is asked for"), readonly=True)
    state = fields.Selection(STATES, _("State"), default="open", required=True, index=True)
    steps = fields.Json(_("Steps"), required=True, readonly=True)
    approvers = fields.Many2many(Group, _("Roles that decide now"), readonly=True)
    company = fields.Many2one(Company, _("Our company"), readonly=True)
    reason = fields.Text(_("Reason"), help=_("Whoever refuses says why; whoever agrees may say something."))
    decided_by: fields.Many2one[User | None, User] = fields.Many2one(User, _("Decided by"), readonly=True)
    decided_at = fields.DateTime(_("Decided at"), readonly=True)
    decisions: fields.One2many[ApprovalDecision] = fields.One2many("approval.decision", inverse="request")

    _states = States(state)

    @computed("approvers.name", label=_("Who decides now"))
    def deciders(self) -> str:
        return ", ".join(role.name for role in self.approvers)

    def approve(self) -> None:
        """Agree; with the last agreement that is needed, the move is made at once."""
        decide(self, True)

    def refuse(self) -> None:
        """Say no, with a reason: the record stays in its state."""
        if not self.reason:
            raise Refused(_("Write the reason first, so that whoever asked knows why."))
        decide(self, False)
