"""Where those who look after calendars find them."""

from __future__ import annotations

from addons.resource.models import Calendar, CalendarException
from core.i18n import _
from core.views import Menu

LOOKS_AFTER = ("resource.manager",)

area = Menu("resource", _("Calendars"), icon="calendar", sequence=82, roles=LOOKS_AFTER)
calendars = Menu(
    "resource.calendars", _("Working calendars"), parent="resource", model=Calendar, sequence=10, roles=LOOKS_AFTER
)
exceptions = Menu(
    "resource.exceptions", _("Exceptions"), parent="resource", model=CalendarException, sequence=20, roles=LOOKS_AFTER
)
