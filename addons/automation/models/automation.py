"""Automations: when – if – then."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from addons.automation.operations.check import check_automation
from addons.base.models import CustomModel, User
from core import Check, Invalid, Model, computed, constraint, fields
from core.i18n import _
from core.jobs.times import UNITS, Interval, Times, read_times

if TYPE_CHECKING:
    from addons.automation.models.action import Action

TRIGGERS = (
    ("created", _("A record is made")),
    ("changed", _("A record is changed")),
    ("created_or_changed", _("A record is made or changed")),
    ("date", _("A date is reached")),
    ("schedule", _("By a schedule")),
)
RIGHTS = (("user", _("As a user")), ("elevated", _("With all rights")))
SIDES = (("after", _("after it")), ("before", _("before it")))
UNIT_WORDS = (
    ("minutes", _("minutes")),
    ("hours", _("hours")),
    ("days", _("days")),
    ("weeks", _("weeks")),
    ("months", _("months")),
)
DIRECT = ("created", "changed", "created_or_changed")
"""The triggers that are changes of a record themselves."""


class Automation(Model):
    """When something happens to records of one model, and they meet a filter, its actions are done.

    before, after: filters as JSON lists, on the record as it was and as it is now. Of a changed record, `after` alone
    means that it meets it now and did not before; with `watched`, names of fields as the API has them, one of these has
    changed and the filter is met. date: the field whose moment counts, `delay` units before or after it; each record
    once for each value of it. rights: the actions see and change what `user` may, or everything; the history has
    "automation" and the name as the reason. changed_on: dates before it are past. stopped_at, problem: it has set
    itself off again and again, alone or with others, and rests until a person switches it on.
    """

    _name = "base.automation"
    _label = _("Automation")
    _label_plural = _("Automations")
    _order = ("sequence", "id")
    _constraints = (
        Check("delay", "delay >= 0", _("A delay is 0 at the least.")),
        Check("interval", "interval_number > 0", _("An interval is 1 at the least.")),
    )

    name = fields.Char(_("Name"), size=120, required=True, search=True)
    about = fields.Many2one(CustomModel, _("Records of"), required=True, on_delete="refuse", wire="model_id")
    trigger = fields.Selection(TRIGGERS, _("When"), required=True, default="changed")
    active = fields.Boolean(_("Active"), default=True)
    sequence = fields.Integer(_("Order"), default=10)
    owner = fields.Many2one(User, _("Looked after by"), default=lambda env: env.user_id, on_delete="clear")
    before = fields.Text(_("Filter before"), wire="filter_pre_domain", help=_("What the record met before the change."))
    after = fields.Text(
        _("Filter"), wire="filter_domain", help=_('What the record meets, as a list: [["stage_id.is_won", "=", true]].')
    )
    watched = fields.Char(
        _("One of these fields changed"), wire="trigger_field_ids", help=_("As the API names them, with commas.")
    )
    date = fields.Char(_("Date field"), size=64, wire="trg_date_id", help=_("As the API names it."))
    delay = fields.Integer(_("Delay"), wire="trg_date_range")
    delay_unit = fields.Selection(UNIT_WORDS, _("Unit of the delay"), default="days", wire="trg_date_range_type")
    delay_side = fields.Selection(SIDES, _("Before or after"), default="after")
    interval_number = fields.Integer(_("Every"), default=1)
    interval_unit = fields.Selection(UNIT_WORDS, _("Unit"), default="days")
    times = fields.Char(
        _("Or at"), size=100, help=_("A time of day, 03:00; or minute, hour, day, month, weekday: 0 3 * * 1-5.")
    )
    rights = fields.Selection(RIGHTS, _("Rights"), required=True, default="user")
    user = fields.Many2one(
        User,
        _("Acts as"),
        on_delete="refuse",
        default=lambda env: env.user_id,
        help=_("Sees and changes what they may."),
    )
    actions: fields.One2many[Action] = fields.One2many(
        "base.automation.action", _("Actions"), inverse="automation", sequence="sequence", wire="action_server_ids"
    )
    stopped_at = fields.DateTime(_("Stopped at"), readonly=True, copy=False)
    problem = fields.Text(_("Stopped because"), readonly=True, copy=False)
    changed_on = fields.DateTime(_("In force since"), readonly=True, copy=False, default=lambda env: env.now())

    @computed("stopped_at", "active", into=fields.Char(_("State")))
    def status(self) -> str:
        if self.stopped_at is not None:
            return _("Stopped")
        return _("At work") if self.active else _("Switched off")

    @constraint(
        name, about, trigger, before, after, watched, date, delay_unit, interval_unit, times, rights, user
    )  # fmt: skip
    def _can_run(self) -> None:
        check_automation(self)

    @constraint(about)
    def _actions_fit(self) -> None:
        for action in self.actions:
            action.check()

    @constraint(times)
    def _times_can_be_read(self) -> None:
        try:
            if self.times:
                read_times(self.times)
        except ValueError as error:
            raise Invalid(fields={"times": [error.args[0]]}) from None

    @constraint(trigger, date, active, delay, delay_unit, delay_side)
    def _counts_from_now(self) -> None:
        """Dates that were reached before it was made, or switched on, are past."""
        if self.trigger == "date":
            self.changed_on = self.env.now()

    @property
    def timing(self) -> Interval | Times:
        """When a schedule is due."""
        if self.times:
            return read_times(self.times)
        return Interval(self.interval_number, self.interval_unit or UNITS[2])

    @property
    def delay_as_interval(self) -> Interval:
        """The delay; its number is negative where it is before the date."""
        return Interval(self.delay * (-1 if self.delay_side == "before" else 1), self.delay_unit or "days")

    def resume(self) -> None:
        """It may run again. Raises Invalid where it is not stopped."""
        if self.stopped_at is None:
            raise Invalid(_("{name} is not stopped.", name=self.name))
        self.write(stopped_at=None, problem="")

    def stop(self, why: str, at: datetime) -> None:
        """Let it rest until a person switches it on again. why: for that person."""
        self.write(stopped_at=at, problem=why)
