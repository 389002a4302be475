"""Activities: what somebody is to do about a record, and by when."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from addons.base.models import User
from addons.mail.models.activity_type import ActivityType
from core import NONE, Env, Filter, Invalid, Model, Refused, computed, fields
from core.i18n import _

STATES = (("overdue", _("Overdue")), ("today", _("Today")), ("planned", _("Planned")), ("done", _("Done")))


def in_state(env: Env, operator: str, value: object) -> Filter:
    """The activities in a state, each by the day where the one who does it is."""
    wanted = value if isinstance(value, tuple | list) else (value,)
    found = NONE
    zones = [row["time_zone"] for row in env.sudo("where people are")[User].groups(["time_zone"])]
    for zone in zones:
        today = day_in(zone, env.now())
        open_there = (Activity.active == True) & (Activity.user.time_zone == zone)
        if "overdue" in wanted:
            found |= open_there & (Activity.deadline < today)
        if "today" in wanted:
            found |= open_there & (Activity.deadline == today)
        if "planned" in wanted:
            found |= open_there & (Activity.deadline > today)
    if "done" in wanted:
        found |= Activity.active == False
    return found


def day_in(time_zone: str, now: datetime) -> date:
    """The day that it is in a time zone."""
    return now.astimezone(ZoneInfo(time_zone)).date()


class Activity(Model):
    """A call, a meeting, a task about any record, that one person is to have done by a day.

    deadline: the last day on which it is not late. state: overdue, today or planned by the day where the one who does
    it is. What is done is archived, with what came of it and when.
    """

    _name = "mail.activity"
    _label = _("Activity")
    _label_plural = _("Activities")
    _title = "summary"
    _order = ("deadline", "id")

    record = fields.Reference(None, _("About"), required=True, on_delete="delete")
    kind = fields.Many2one(ActivityType, _("Kind"), on_delete="refuse", wire="activity_type_id")
    summary = fields.Char(_("Summary"))
    note = fields.Html(_("Note"))
    deadline = fields.Date(
        _("Deadline"), required=True, default=lambda env: env.today(), index=True, wire="date_deadline"
    )
    user = fields.Many2one(
        User, _("Who does it"), required=True, default=lambda env: env.user_id, on_delete="refuse", index=True
    )
    feedback = fields.Text(_("What came of it"))
    done_at = fields.DateTime(_("Done at"), readonly=True, copy=False)
    active = fields.Boolean(_("Active"), default=True, readonly=True, copy=False)

    @computed(deadline, active, "user.time_zone", search=in_state, into=fields.Selection(STATES, _("State")))
    def state(self) -> str | None:
        if not self.active:
            return "done"
        today = day_in(self.user.time_zone, self.env.now())
        if self.deadline is None or self.deadline == today:
            return "today"
        return "overdue" if self.deadline < today else "planned"

    def mark_done(self) -> None:
        """It has been done: what came of it becomes a note on the record. Raises Refused where it is done already."""
        if not self.active:
            raise Refused(_("{name} is done already.", name=self.display_name))
        self.write(active=False, done_at=self.env.now())
        self.env.flush()
        self.env.hooks.activity_done(env=self.env, activity=self)

    def reopen(self) -> None:
        """It is to be done after all. Raises Invalid where it is not done."""
        if self.active:
            raise Invalid(_("{name} is not done yet.", name=self.display_name))
        self.write(active=True, done_at=None)
