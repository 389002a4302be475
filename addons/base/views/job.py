"""How administrators see what runs in the background."""

from __future__ import annotations

from addons.base.models import Cron, Job
from core.i18n import _
from core.jobs.states import CANCELLED, DONE, FAILED, WAITING
from core.views import Button, Column, Facet, Form, Group, List, Search, Tab, Tabs, Widget

TONES = {
    "warn": (Job.state == WAITING) & (Job.tries > 0),
    "info": Job.state == WAITING,
    "good": Job.state == DONE,
    "bad": Job.state == FAILED,
}

job_list = List(
    Job,
    columns=[
        Job.name,
        Column(Job.status, widget="tag", tones=TONES),
        Job.progress,
        Column(Job.user, widget="face"),
        Job.asked_at,
        Job.finished_at,
        Job.problem,
    ],
)
job_form = Form(
    Job,
    title=Job.name,
    buttons=[
        Button(Job.run_now, _("Run now"), main=True, when=(Job.state == WAITING) & (Job.is_running == False)),
        Button(Job.retry, _("Try again"), main=True, when=Job.state.in_((FAILED, CANCELLED))),
        Button(Job.cancel, _("Cancel"), when=Job.state == WAITING),
    ],
    body=[
        Group(Widget(Job.status, widget="tag", tones=TONES), Job.progress, Job.problem, key="state"),
        Group(Job.user, Job.company, Job.elevated, Job.reason, key="who", label=_("Runs as")),
        Group(
            Job.asked_at, Job.due_at, Job.finished_at, Job.tries, Job.priority, Job.cron, key="when", label=_("When")
        ),
        Tabs(
            Tab(_("Log"), Job.log, key="log"),
            Tab(_("For whoever mends it"), Job.job, Job.arguments, Job.key, Job.trace, key="technical"),
            key="tabs",
        ),
    ],
)
job_search = Search(
    Job,
    fields=[Job.name, Job.user],
    facets=[
        Facet("running", _("At work"), Job.is_running == True),
        Facet("waiting", _("Waiting"), Job.state == WAITING),
        Facet("failed", _("Failed"), Job.state == FAILED),
        Facet("done", _("Done"), Job.state == DONE),
    ],
)

cron_list = List(
    Cron, columns=[Cron.name, Cron.nextcall, Cron.lastcall, Column("last_job.state", label=_("Outcome")), Cron.active]
)
cron_form = Form(
    Cron,
    title=Cron.name,
    buttons=[Button(Cron.run_now, _("Run now"), main=True)],
    body=[
        Group(Cron.kind, Cron.interval_number, Cron.interval_type, Cron.times, Cron.company, key="when"),
        Group(Cron.active, Cron.nextcall, Cron.lastcall, Cron.last_job, Cron.job, key="now"),
    ],
)
cron_search = Search(Cron, fields=[Cron.name], facets=[Facet("archived", _("Switched off"), Cron.active == False)])
