"""Jobs: work in the background, that waits, has been done, or has failed."""

from __future__ import annotations

from addons.base.models.company import Company, home_time_zone
from addons.base.models.cron import Cron
from addons.base.models.user import User
from core import Env, Filter, Model, Refused, computed, fields
from core.i18n import _
from core.jobs.collect import jobs_of
from core.jobs.seen import ask_to_stop, log_of, progress_of, running_in
from core.jobs.states import CANCELLED, DONE, FAILED, WAITING

STATES = ((WAITING, _("Waiting")), (DONE, _("Done")), (FAILED, _("Failed")), (CANCELLED, _("Cancelled")))
RUNNING = "running"
SHOWN_STATES = (STATES[0], (RUNNING, _("At work")), *STATES[1:])
SETTINGS = ("base.administrator",)


def running(env: Env, operator: str, value: object) -> Filter:
    """The jobs that a worker is at work on."""
    found = Job.in_(running_in(env))
    return found if (operator in ("=", "in")) == bool(value) else ~found


class Job(Model):
    """A piece of work that runs in the background, as whoever asked for it.

    Written with the transaction that asks, and marked as done with the one that does it; only elevated code makes
    one (`core.jobs`). job: its name on the wire. user, company, companies, language: whom it runs as. elevated,
    reason: where it runs with elevated rights, and why. key: of jobs with the same key one runs at a time. due_at: not
    before. tries: how often it has failed. position: what a long job has committed. is_running, status, progress,
    log: what its worker says, which stands outside the database.
    """

    _name = "ir.job"
    _label = _("Job")
    _label_plural = _("Jobs")
    _order = ("-id",)
    _history = False

    name = fields.Char(_("What"), size=200, required=True, readonly=True, search=True)
    job = fields.Char(_("Job"), size=120, required=True, readonly=True, index=True)
    arguments = fields.Json(_("Arguments"), readonly=True, roles=SETTINGS)
    user = fields.Many2one(User, _("Asked by"), readonly=True, on_delete="clear", index=True)
    elevated = fields.Boolean(_("Elevated"), readonly=True)
    reason = fields.Char(_("Reason"), size=200, readonly=True)
    company = fields.Many2one(Company, _("Company"), readonly=True, on_delete="clear")
    companies = fields.Json(_("Company numbers"), readonly=True, roles=None)
    language = fields.Char(_("Language"), size=8, readonly=True)
    state = fields.Selection(STATES, _("State"), default=WAITING, required=True, readonly=True, index=True)
    priority = fields.Integer(_("Priority"), readonly=True)
    key = fields.Char(_("One at a time"), size=200, readonly=True)
    asked_at = fields.DateTime(_("Asked at"), readonly=True, index=True)
    due_at = fields.DateTime(_("Not before"), required=True, readonly=True)
    finished_at = fields.DateTime(_("Ended at"), readonly=True)
    tries = fields.Integer(_("Failed tries"), readonly=True)
    problem = fields.Text(_("Why it failed"), readonly=True)
    trace = fields.Text(_("Where it failed"), readonly=True, roles=SETTINGS)
    position = fields.Json(_("Position"), readonly=True, roles=None)
    cron = fields.Many2one(Cron, _("Schedule"), readonly=True, on_delete="clear")

    @computed(state, search=running, into=fields.Boolean(_("At work")))
    def is_running(self) -> bool:
        return self.id in running_in(self.env)

    @computed(state, into=fields.Selection(SHOWN_STATES, _("State")))
    def status(self) -> str | None:
        return RUNNING if self.state == WAITING and self.id in running_in(self.env) else self.state

    @computed(state, into=fields.Char(_("Progress")))
    def progress(self) -> str:
        return progress_of(self.env, self.id)

    @computed(state, lookups=["res.company"], into=fields.Text(_("Log")))
    def log(self) -> str:
        return log_of(self.env, self.id, home_time_zone(self.env))

    def cancel(self) -> None:
        """Do not run it; one that is at work stops behind its batch. Raises Refused where that cannot be."""
        if self.id in running_in(self.env):
            job = jobs_of(self.env.models).get(self.job)
            if job is not None and not job.is_long:
                raise Refused(_("{name} is at work, in one step that nobody can stop half-way.", name=self.name))
            if not ask_to_stop(self.env, self.id):
                raise Refused(_("{name} has just ended.", name=self.name))
            return
        self.lock()
        if self.state != WAITING:
            raise Refused(_("{name} does not wait any more.", name=self.name))
        self.write(state=CANCELLED, finished_at=self.env.now())

    def run_now(self) -> None:
        """Let it start at once, before others. Raises Refused where it does not wait."""
        self._again(WAITING)

    def retry(self) -> None:
        """Try again what has failed for good, or was cancelled, with all its tries."""
        self._again(FAILED, CANCELLED)

    def _again(self, *states: str) -> None:
        self.lock()
        if self.state not in states:
            raise Refused(_("{name} cannot start now; it is {state}.", name=self.name, state=self.state))
        self.write(state=WAITING, tries=0, due_at=self.env.now(), finished_at=None, problem="", trace="")
        self.env._unit.woken.append((self.id, self.priority))
