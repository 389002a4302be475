"""The models of resource, for other addons to import: `from addons.resource.models import Calendar`."""

from addons.resource.models.attendance import Attendance
from addons.resource.models.calendar import Calendar
from addons.resource.models.company import Company
from addons.resource.models.exception import CalendarException

__all__ = ["Attendance", "Calendar", "CalendarException", "Company"]
