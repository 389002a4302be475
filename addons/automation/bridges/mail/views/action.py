"""What actions need that send mails or plan activities."""

from __future__ import annotations

from addons.automation.bridges.mail.models import Action
from addons.automation.views.automation import action_form
from core.i18n import _
from core.views import Extend, Group, after

views = [
    Extend(
        action_form,
        after(
            "what",
            Group(Action.template, key="mail", label=_("A mail")),
            Group(
                Action.activity, Action.summary, Action.days, Action.doer, Action.person,
                key="activity", label=_("An activity"),
            ),
        ),
    )
]  # fmt: skip
