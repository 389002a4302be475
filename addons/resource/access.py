"""Who may do what with calendars: everybody who works here sees them, a role looks after them."""

from __future__ import annotations

from addons.base.access import user
from addons.resource.models import Attendance, Calendar, CalendarException
from core import Env, Filter, Grant, Role, Rule
from core.i18n import _

manager = Role(
    "resource.manager", _("Working calendars"), implies=(user,), help=_("Makes and changes calendars and days off.")
)


def of_our_calendars(env: Env) -> Filter:
    """Hours of calendars of one's own companies, and of those that all have."""
    return Attendance.calendar.company.in_(env.company_ids) | Attendance.calendar.company.is_(None)


access = [
    Rule(Attendance, where=of_our_calendars),
    *(Grant(user, model, "read") for model in (Calendar, Attendance, CalendarException)),
    *(Grant(manager, model, "write", "create", "delete") for model in (Calendar, Attendance, CalendarException)),
]
