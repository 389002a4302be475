"""Who may do what with calendars: everybody who works here sees them, a role looks after them."""

from __future__ import annotations

from addons.base.access import user
from addons.resource.models import Attendance, Calendar, CalendarException
from core import Grant, Role
from core.i18n import _

manager = Role(
    "resource.manager", _("Working calendars"), implies=(user,), help=_("Makes and changes calendars and days off.")
)

access = [
    *(Grant(user, model, "read") for model in (Calendar, Attendance, CalendarException)),
    *(Grant(manager, model, "write", "create", "delete") for model in (Calendar, Attendance, CalendarException)),
]
