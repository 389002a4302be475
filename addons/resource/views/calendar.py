"""How people see calendars, their hours and exceptions, and which one a company works by."""

from __future__ import annotations

from addons.base.views.settings import company_form
from addons.resource.models import Attendance, Calendar, CalendarException, Company
from core.i18n import _
from core.views import Column, Extend, Facet, Form, Group, List, Search, Tab, Tabs, Widget, inside

calendar_list = List(
    Calendar,
    columns=[
        Calendar.name,
        Calendar.hours_per_week,
        Calendar.hours_per_day,
        Calendar.country,
        Calendar.time_zone,
        Calendar.company,
    ],
)
calendar_form = Form(
    Calendar,
    title=Calendar.name,
    body=[
        Group(Calendar.hours_per_week, Calendar.hours_per_day, Calendar.company, Calendar.active, key="calendar"),
        Group(Calendar.country, Calendar.subdivision, Calendar.time_zone, key="place", label=_("Where")),
        Tabs(
            Tab(
                _("Working hours"),
                Widget(Calendar.attendances, columns=["weekday", "period", "begins", "ends"]),
                key="hours",
            ),
            Tab(
                _("Exceptions"),
                Widget(Calendar.exceptions, columns=["begins_at", "ends_at", "kind", "name"]),
                key="exceptions",
            ),
            Tab(_("Public holidays"), Calendar.holidays_text, key="holidays"),
            key="tabs",
        ),
    ],
)

attendance_list = List(
    Attendance, columns=[Attendance.calendar, Attendance.weekday, Attendance.period, Attendance.begins, Attendance.ends]
)
attendance_form = Form(
    Attendance,
    body=[
        Group(Attendance.calendar, Attendance.weekday, Attendance.period, key="day"),
        Group(Attendance.begins, Attendance.ends, key="hours"),
    ],
)

exception_list = List(
    CalendarException,
    columns=[
        CalendarException.name,
        Column(CalendarException.kind, widget="tag"),
        CalendarException.begins_at,
        CalendarException.ends_at,
        CalendarException.calendar,
        CalendarException.company,
    ],
)
exception_form = Form(
    CalendarException,
    title=CalendarException.name,
    body=[
        Group(CalendarException.kind, CalendarException.begins_at, CalendarException.ends_at, key="when"),
        Group(CalendarException.calendar, CalendarException.company, key="whose"),
    ],
)
exception_search = Search(
    CalendarException,
    fields=[CalendarException.name, CalendarException.calendar],
    facets=[
        Facet("off", _("Not worked"), CalendarException.kind == "off"),
        Facet("worked", _("Worked"), CalendarException.kind != "off"),
    ],
)

views = [Extend(company_form, inside("defaults", Company.calendar))]
