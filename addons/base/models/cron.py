"""Schedules: jobs that run by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from addons.base.models.company import Company
from core import Check, Invalid, Model, Refused, constraint, fields
from core.i18n import _
from core.jobs.ask import ask
from core.jobs.collect import jobs_of
from core.jobs.states import WAITING
from core.jobs.times import UNITS, Interval, Times, read_times

if TYPE_CHECKING:
    from addons.base.models.job import Job

KINDS = (("interval", _("after an interval")), ("times", _("at a time of day")))
UNIT_WORDS = {
    "minutes": _("minutes"),
    "hours": _("hours"),
    "days": _("days"),
    "weeks": _("weeks"),
    "months": _("months"),
}


class Cron(Model):
    """A job that runs by itself, from what an addon declares; administrators change when, and switch it off.

    job: its name on the wire. kind: whether `interval_number` and `interval_type` say when, or `times`: a time of day
    in the company's time zone, or the five fields of a crontab. company: whose time zone counts; unset, that of the
    first. nextcall: when it is due. What was missed, since nobody ran jobs then, runs once. It runs elevated.
    """

    _name = "ir.cron"
    _label = _("Schedule")
    _label_plural = _("Schedules")
    _order = ("name", "id")
    _constraints = (Check("interval", "interval_number > 0", _("An interval is 1 at the least.")),)

    name = fields.Char(_("Name"), required=True, search=True)
    job = fields.Char(_("Job"), size=120, required=True, readonly=True, index=True)
    active = fields.Boolean(_("Active"), default=True)
    kind = fields.Selection(KINDS, _("Runs"), required=True, default="interval")
    interval_number = fields.Integer(_("Every"), default=1, within=(1, 10_000))
    interval_type = fields.Selection(tuple((unit, UNIT_WORDS[unit]) for unit in UNITS), _("Unit"), default="days")
    times = fields.Char(
        _("Times"), size=100, help=_("A time of day, 03:00; or minute, hour, day, month, weekday: 0 3 * * 1-5.")
    )
    company = fields.Many2one(Company, _("Time zone of"), on_delete="clear")
    nextcall = fields.DateTime(_("Next run"), index=True)
    lastcall = fields.DateTime(_("Last run"), readonly=True)
    last_job: fields.Many2one[Job | None, Job] = fields.Many2one(
        "ir.job", _("Last job"), readonly=True, on_delete="clear", copy=False
    )

    @constraint(kind, times, interval_number, interval_type)
    def _can_be_due(self) -> None:
        if self.kind == "times":
            try:
                read_times(self.times)
            except ValueError as error:
                raise Invalid(fields={"times": [error.args[0]]}) from None
        elif not self.interval_type:
            raise Invalid(fields={"interval_type": [_("is required")]})

    @constraint(kind, times, interval_number, interval_type, active, company)
    def _knows_when(self) -> None:
        self.reckon()

    def reckon(self) -> None:
        """Say anew when it is due: what was changed about that counts from now on."""
        now = self.env.now()
        due = self.timing.next(now, now, self._zone())
        if self.kind == "times" or self.nextcall is None or not now < self.nextcall <= due:
            self.nextcall = due

    @property
    def timing(self) -> Interval | Times:
        """When it is due."""
        if self.kind == "times":
            return read_times(self.times)
        return Interval(self.interval_number, self.interval_type or "days")

    def run_now(self) -> None:
        """Ask for the job at once, besides the times when it is due. Raises Refused where it is not over yet."""
        if not self._ask():
            raise Refused(_("{name} is at work already, or waits for its turn.", name=self.name))

    def ask_when_due(self) -> None:
        """Ask for the job, unless the last one is not over yet, and say when it is due again. For the sweep."""
        now = self.env.now()
        self._ask()
        self.write(nextcall=self.timing.next(self.nextcall or now, now, self._zone()), lastcall=now)

    def _ask(self) -> bool:
        env = self.env.sudo("a schedule asks for its job")
        job = jobs_of(env.models).get(self.job)
        last = env[Cron].get(self.id).last_job
        if job is None or (last is not None and last.state == WAITING):
            return False
        nobody = env._unit.system_env(self.name)
        asked = ask(nobody, job, (), key=f"{self._name} {self.id}", cron=self.id)
        env[Cron].get(self.id).write(last_job=asked.id)
        return True

    def _zone(self) -> ZoneInfo:
        """The clock that counts."""
        company = self.company
        if company is None:
            first = self.env.sudo("the time zone of a schedule")[Company].search(order=("id",), limit=1)
            company = first[0] if first else None
        return ZoneInfo(company.time_zone if company is not None else "UTC")
