"""What is worked, or not, against the week of a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models import Company, home_company
from core import Invalid, Model, constraint, fields
from core.i18n import _

if TYPE_CHECKING:
    from addons.resource.models.calendar import Calendar

KINDS = (
    ("off", _("Not worked")),
    ("usual", _("Worked as usual, though a public holiday")),
    ("extra", _("Worked beside the usual hours")),
)


class CalendarException(Model):
    """A time that is not worked, a public holiday that is, or work beside the usual hours.

    calendar: without one, all calendars of the company. company: without one, all companies. begins_at, ends_at: a
    whole day is from midnight to midnight; of a public holiday that is worked, the days count, not the hours.
    """

    _name = "resource.calendar.leaves"
    _label = _("Exception")
    _label_plural = _("Exceptions")
    _order = ("-begins_at", "id")

    name = fields.Char(_("Reason"), required=True, search=True)
    kind = fields.Selection(KINDS, _("Kind"), required=True, default="off")
    begins_at = fields.DateTime(_("From"), required=True, wire="date_from")
    ends_at = fields.DateTime(_("Until"), required=True, wire="date_to")
    calendar: fields.Many2one[Calendar | None, Calendar] = fields.Many2one(
        "resource.calendar", _("Calendar"), on_delete="delete", help=_("Empty: all calendars.")
    )
    company = fields.Many2one(Company, _("Company"), default=home_company, help=_("Empty: for all our companies."))

    @constraint(begins_at, ends_at)
    def _ends_after_it_begins(self) -> None:
        if self.begins_at is not None and self.ends_at is not None and self.ends_at <= self.begins_at:
            raise Invalid(fields={"ends_at": [_("must be later than the beginning")]})
