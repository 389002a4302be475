"""Hours of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import Invalid, Model, constraint, fields
from core.i18n import _

if TYPE_CHECKING:
    from addons.resource.models.calendar import Calendar

WEEKDAYS = (
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")), ("4", _("Friday")),
    ("5", _("Saturday")), ("6", _("Sunday")),
)  # fmt: skip
PERIODS = (("morning", _("Morning")), ("afternoon", _("Afternoon")), ("night", _("Night")))
MIDNIGHT = 24 * 3600


class Attendance(Model):
    """Hours that are worked on a day of the week, on the clocks of the calendar's time zone.

    begins, ends: seconds after midnight, shown as hours:minutes; a shift over midnight is two rows, until 24:00 and
    from 0:00.
    """

    _name = "resource.calendar.attendance"
    _label = _("Working hours")
    _label_plural = _("Working hours")
    _order = ("calendar", "weekday", "begins", "id")

    calendar: fields.Many2one[Calendar, Calendar] = fields.Many2one(
        "resource.calendar", _("Calendar"), required=True, on_delete="delete"
    )
    weekday = fields.Selection(WEEKDAYS, _("Day"), required=True, default="0", wire="dayofweek")
    period = fields.Selection(PERIODS, _("Part of the day"), required=True, default="morning", wire="day_period")
    begins = fields.Duration(_("From"), within=(0, MIDNIGHT), wire="hour_from")
    ends = fields.Duration(_("Until"), within=(0, MIDNIGHT), wire="hour_to")

    @constraint(begins, ends)
    def _ends_after_it_begins(self) -> None:
        if self.ends <= self.begins:
            raise Invalid(fields={"ends": [_("must be later than the beginning; over midnight there are two rows")]})

    @constraint(weekday, begins, ends, "calendar.attendances")
    def _no_hour_is_worked_twice(self) -> None:
        for other in self.calendar.attendances:
            together = other.weekday == self.weekday and other.begins < self.ends and self.begins < other.ends
            if other != self and together:
                raise Invalid(fields={"begins": [_("is within other hours of this day")]})
