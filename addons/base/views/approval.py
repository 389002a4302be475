"""How people see what they are asked to approve."""

from __future__ import annotations

from addons.base.models import ApprovalDecision, ApprovalRequest
from core import Env, Filter
from core.i18n import _
from core.views import Button, Column, Facet, Form, Group, List, Search, Widget

WAITING = ApprovalRequest.state == "open"
TONES = {
    "info": WAITING,
    "good": ApprovalRequest.state == "approved",
    "bad": ApprovalRequest.state == "refused",
    "warn": ApprovalRequest.state == "void",
}


def to_approve(env: Env) -> Filter:
    """What waits for this person. Of what others ask, they see only what is theirs to decide, or was."""
    decided = ApprovalRequest.decisions.any(ApprovalDecision.by.is_(env.user_id))
    return WAITING & ~ApprovalRequest.asked_by.is_(env.user_id) & ~decided


approval_list = List(
    ApprovalRequest,
    columns=[
        ApprovalRequest.record,
        ApprovalRequest.name,
        ApprovalRequest.asked_by,
        ApprovalRequest.asked_at,
        Column(ApprovalRequest.state, widget="tag", tones=TONES),
    ],
)
approval_form = Form(
    ApprovalRequest,
    title=ApprovalRequest.name,
    status=ApprovalRequest.state,
    buttons=[
        Button(ApprovalRequest.approve, _("Approve"), main=True, when=WAITING, icon="check"),
        Button(ApprovalRequest.refuse, _("Refuse"), when=WAITING),
    ],
    body=[
        Group(
            ApprovalRequest.record,
            ApprovalRequest.asked_by,
            ApprovalRequest.asked_at,
            ApprovalRequest.deciders,
            ApprovalRequest.note,
            key="asked",
        ),
        Group(
            ApprovalRequest.reason,
            ApprovalRequest.decided_by,
            ApprovalRequest.decided_at,
            Widget(
                ApprovalRequest.decisions,
                columns=[
                    ApprovalDecision.by,
                    ApprovalDecision.at,
                    ApprovalDecision.agrees,
                    ApprovalDecision.reason,
                ],
            ),
            key="decided",
            label=_("Decision"),
        ),
    ],
)
approval_search = Search(
    ApprovalRequest,
    fields=[ApprovalRequest.name, ApprovalRequest.asked_by],
    facets=[
        Facet("waiting", _("Waiting"), WAITING),
        Facet("mine", _("Asked by me"), lambda env: ApprovalRequest.asked_by.is_(env.user_id)),
    ],
)
