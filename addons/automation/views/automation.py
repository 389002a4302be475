"""How administrators see automations."""

from __future__ import annotations

from addons.automation.models import Action, Automation, Log
from core.i18n import _
from core.views import Button, Column, Facet, Form, Group, List, Search, Tab, Tabs, Widget

TONES = {"bad": Automation.stopped_at.is_set(), "good": Automation.active == True}
OUTCOMES = {"good": Log.outcome == "done", "bad": Log.outcome.in_(("failed", "stopped"))}

automation_list = List(
    Automation,
    columns=[
        Automation.name,
        Automation.about,
        Automation.trigger,
        Column(Automation.status, widget="tag", tones=TONES),
        Automation.problem,
    ],
)
automation_form = Form(
    Automation,
    title=Automation.name,
    buttons=[Button(Automation.resume, _("Switch on again"), main=True, when=Automation.stopped_at.is_set())],
    body=[
        Group(Widget(Automation.status, widget="tag", tones=TONES), Automation.problem, key="state"),
        Group(
            Automation.about, Automation.trigger, Automation.active, Automation.sequence, key="when", label=_("When")
        ),
        Group(Automation.after, Automation.before, Automation.watched, key="if", label=_("If")),
        Group(
            Automation.date, Automation.delay, Automation.delay_unit, Automation.delay_side,
            key="date", label=_("Where a date is reached"),
        ),
        Group(
            Automation.interval_number, Automation.interval_unit, Automation.times,
            key="schedule", label=_("By a schedule"),
        ),
        Group(Automation.rights, Automation.user, Automation.owner, key="who", label=_("Runs as")),
        Tabs(
            Tab(
                _("Actions"),
                Widget(Automation.actions, columns=["kind", "words", "target", "verb", "job"]),
                key="actions",
            ),
            key="tabs",
        ),
    ],
)  # fmt: skip
automation_search = Search(
    Automation,
    fields=[Automation.name, Automation.about],
    facets=[
        Facet("stopped", _("Stopped"), Automation.stopped_at.is_set()),
        Facet("off", _("Switched off"), Automation.active == False),
    ],
)

action_list = List(Action, columns=[Action.automation, Action.kind, Action.words, Action.verb, Action.job])
action_form = Form(
    Action,
    body=[
        Group(Action.automation, Action.kind, Action.sequence, key="action"),
        Group(Action.words, Action.target, Action.verb, Action.job, key="what", label=_("By what is done")),
    ],
)

log_list = List(
    Log,
    columns=[
        Log.automation_name,
        Log.record_name,
        Column(Log.outcome, widget="tag", tones=OUTCOMES),
        Log.at,
    ],
)
log_form = Form(
    Log,
    title=Log.automation_name,
    body=[
        Group(Widget(Log.outcome, widget="tag", tones=OUTCOMES), Log.at, Log.seconds, key="state"),
        Group(Log.automation, Log.record, Log.record_name, key="what"),
        Group(Log.message, Log.changed, key="told"),
    ],
)
log_search = Search(
    Log,
    fields=[Log.automation_name, Log.record_name],
    facets=[
        Facet("failed", _("Failed"), Log.outcome == "failed"),
        Facet("stopped", _("Stopped: a loop"), Log.outcome == "stopped"),
    ],
)
