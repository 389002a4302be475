"""Working calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from addons.base.models import Company, Country
from addons.base.models.company import check_time_zone
from addons.resource.models.attendance import Attendance
from addons.resource.models.exception import CalendarException
from addons.resource.public_holidays import public_holidays, subdivisions
from addons.resource.working_time import Interval, Shift, WorkingTime
from core import Invalid, Model, Records, computed, constraint, fields
from core.errors import nearest
from core.i18n import _

HOUR = 3600


class Calendar(Model):
    """When is worked: hours of the week, less public holidays and exceptions.

    company: whose calendar it is; without one all our companies have it. time_zone: whose clocks its hours are on;
    where it is not given, that of the company, its own or the one at work. country: whose public holidays are off;
    none without one. subdivision: of that country, where it has holidays of its own.
    """

    _name = "resource.calendar"
    _label = _("Working calendar")
    _label_plural = _("Working calendars")
    _order = ("name", "id")

    name = fields.Char(_("Name"), required=True, search=True, translate=True)
    company = fields.Many2one(Company, _("Company"), help=_("Empty: all our companies have it."))
    time_zone = fields.Char(_("Time zone"), size=64, wire="tz", help=_("Empty: that of the company."))
    country = fields.Many2one(Country, _("Public holidays of"), help=_("Empty: public holidays are worked."))
    subdivision = fields.Char(_("State or province"), size=10, help=_("Where its holidays differ: BY for Bavaria."))
    attendances: fields.One2many[Attendance] = fields.One2many(
        "resource.calendar.attendance", _("Working hours"), inverse="calendar", wire="attendance_ids"
    )
    exceptions: fields.One2many[CalendarException] = fields.One2many(
        "resource.calendar.leaves", _("Exceptions"), inverse="calendar", wire="leave_ids"
    )
    active = fields.Boolean(_("Active"), default=True)

    @computed("attendances.begins", "attendances.ends", store=True, into=fields.Decimal(_("Hours a week"), digits=2))
    def hours_per_week(self) -> Decimal:
        return Decimal(sum(row.ends - row.begins for row in self.attendances)) / HOUR

    @computed(hours_per_week, "attendances.weekday", store=True, into=fields.Decimal(_("Hours a day"), digits=2))
    def hours_per_day(self) -> Decimal:
        """Of a day on which anything is worked, on the average."""
        days = len({row.weekday for row in self.attendances})
        return self.hours_per_week / days if days else Decimal(0)

    @computed("country.code", "country.name", subdivision, into=fields.Text(_("Public holidays, this year and next")))
    def holidays_text(self) -> str:
        """As the country has them; what a company works all the same is an exception."""
        if self.country is None:
            return ""
        year = self.env.today().year
        found = {
            day: name
            for each in (year, year + 1)
            for day, name in public_holidays(self.country.code, each, self.env.language, self.subdivision).items()
        }
        return "\n".join([f"{self.country.name}:", *(f"{day.isoformat()}  {name}" for day, name in found.items())])

    @constraint(time_zone)
    def _time_zone_exists(self) -> None:
        if self.time_zone:
            check_time_zone(self.time_zone)

    @constraint(subdivision, country)
    def _subdivision_is_one(self) -> None:
        known = subdivisions(self.country.code) if self.country else ()
        if self.subdivision and self.subdivision not in known:
            hint = nearest(self.subdivision, known) or ", ".join(known) or _("the country has none")
            raise Invalid(fields={"subdivision": [_("is not known to have holidays of its own; {hint}", hint=hint)]})

    # -- reckoning ----------------------------------------------------------------------------------

    def hours_between(self, start: datetime, end: datetime) -> Decimal:
        """Working hours between two instants; less than nothing where the end is first."""
        return Decimal(int(self.working_time().between(start, end).total_seconds())) / HOUR

    def add_hours(self, start: datetime, hours: Decimal) -> datetime:
        """The first instant by which so many working hours have passed, or the last before which. In UTC.

        Raises NoWorkingTime.
        """
        return self.working_time().add(start, timedelta(seconds=int(hours * HOUR)))

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many working days later, or earlier. In UTC. Raises NoWorkingTime."""
        return self.working_time().add_days(start, days)

    def is_working(self, instant: datetime) -> bool:
        """Whether an instant is working time."""
        return self.working_time().is_working(instant)

    def next_working(self, instant: datetime) -> datetime:
        """The instant itself where it is working time, else the next that is. In UTC. Raises NoWorkingTime."""
        return self.working_time().next_working(instant)

    def working_time(self) -> WorkingTime:
        """The calendar to reckon with: for many questions it is asked for once."""
        # What is worked is no secret, and a due date is the same whoever looks at it.
        known = self.env.sudo("working time of a calendar")[Calendar].get(self.id)
        company = known.company or (
            None if self.env.company_id is None else known.env[Company].get(self.env.company_id)
        )
        zone = ZoneInfo(known.time_zone or (company.time_zone if company else "UTC"))
        exceptions = _exceptions(known, company)
        shifts = [Shift(int(row.weekday or 0), row.begins, row.ends) for row in known.attendances]
        holidays = _Holidays(
            known.country.code if known.country else "", known.subdivision, zone, _of_kind(exceptions, "usual")
        )
        return WorkingTime(zone, shifts, holidays.is_off, _of_kind(exceptions, "off"), _of_kind(exceptions, "extra"))


def _exceptions(calendar: Calendar, company: Company | None) -> Records[CalendarException]:
    """Those of the calendar, and those for all calendars of its company."""
    for_all = CalendarException.calendar.is_(None) & CalendarException.company.is_(None)
    met = CalendarException.calendar.is_(calendar) | for_all
    if company is not None:
        met = met | (CalendarException.calendar.is_(None) & CalendarException.company.is_(company))
    return calendar.env[CalendarException].search(met)


def _of_kind(exceptions: Records[CalendarException], kind: str) -> list[Interval]:
    return [
        (row.begins_at, row.ends_at)
        for row in exceptions
        if row.kind == kind and row.begins_at is not None and row.ends_at is not None
    ]


class _Holidays:
    """Which days are off as public holidays."""

    def __init__(self, country: str, subdivision: str, zone: ZoneInfo, worked: list[Interval]) -> None:
        self._country, self._subdivision = country, subdivision
        self._worked = [
            (since.astimezone(zone).date(), (until - timedelta(microseconds=1)).astimezone(zone).date())
            for since, until in worked
        ]

    def is_off(self, day: date) -> bool:
        """Whether it is a holiday that is not worked all the same."""
        if not self._country or day not in public_holidays(self._country, day.year, "", self._subdivision):
            return False
        return not any(first <= day <= last for first, last in self._worked)
