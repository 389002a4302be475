"""Calendars as records: weeks, public holidays that a company switches on, and what it does otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from addons.base.models import Company, Country
from addons.resource.models import Attendance, Calendar, CalendarException
from addons.resource.public_holidays import public_holidays
from core import AccessDenied, Invalid

pytestmark = pytest.mark.addons("resource")
SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


def at(*parts):
    return datetime(*parts, tzinfo=SAIGON)


@pytest.fixture
def env(system):
    with system.unit(write=True) as unit:
        yield unit.system_env()


@pytest.fixture
def office(env):
    """The calendar that ships, with Vietnam's public holidays."""
    found = env[Calendar].search()[0]
    found.write(country=env[Country].search(Country.code == "VN")[0], time_zone="Asia/Ho_Chi_Minh")
    return found


def test_calendar_that_ships_has_forty_hours(env):
    found = env[Calendar].search()[0]
    assert (found.hours_per_week, found.hours_per_day) == (40, 8)
    assert env.in_language("vi")[Calendar].get(found.id).name == "Giờ hành chính, 40 giờ một tuần"


def test_public_holidays_of_vietnam_are_off(office):
    days = office.working_time().working_days(date(2026, 1, 1), date(2026, 12, 31))
    off = [date(2026, 1, 1), *(date(2026, 2, day) for day in range(16, 21)), date(2026, 4, 27), date(2026, 4, 30)]
    for day in (*off, date(2026, 5, 1), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24)):
        assert day not in days
    assert date(2026, 4, 28) in days
    assert office.hours_between(at(2026, 4, 27), at(2026, 5, 4)) == 16


def test_calendar_without_a_country_works_on_holidays(env):
    found = env[Calendar].search()[0]
    found.time_zone = "Asia/Ho_Chi_Minh"
    assert found.is_working(at(2026, 9, 2, 9))


def test_company_takes_a_holiday_out_and_adds_days(env, office):
    assert not office.is_working(at(2026, 8, 31, 9))
    rows = [
        ("The swap is not for us", "usual", at(2026, 8, 31), at(2026, 9, 1)),
        ("Founding day", "off", at(2026, 6, 15), at(2026, 6, 16)),
        ("Stocktaking", "extra", at(2026, 6, 13, 8), at(2026, 6, 13, 12)),
    ]
    for name, kind, begins, ends in rows:
        env[CalendarException].create(name=name, kind=kind, begins_at=begins, ends_at=ends, calendar=office)
    assert office.is_working(at(2026, 8, 31, 9))
    assert not office.is_working(at(2026, 8, 31, 12, 30))
    assert not office.is_working(at(2026, 9, 1, 9))
    assert office.hours_between(at(2026, 6, 13), at(2026, 6, 16)) == 4
    assert office.add_days(at(2026, 6, 12, 10), 2) == at(2026, 6, 16, 10)


def test_exception_may_be_for_all_calendars_of_a_company(env, office):
    company = env[Company].search()[0]
    other = env[Company].create(name="Other", currency=company.currency)
    env[CalendarException].create(name="Flood", begins_at=at(2026, 10, 5), ends_at=at(2026, 10, 7), company=company)
    assert not env.in_company(company)[Calendar].get(office.id).is_working(at(2026, 10, 5, 9))
    assert env.in_company(other)[Calendar].get(office.id).is_working(at(2026, 10, 5, 9))


def test_hours_and_days_are_added(office):
    assert office.add_hours(at(2026, 4, 24, 16), Decimal("2.5")) == at(2026, 4, 28, 9, 30)
    assert office.next_working(at(2026, 2, 14, 9)) == at(2026, 2, 23, 8)
    assert office.next_working(at(2026, 2, 14, 9)).tzinfo is UTC


def test_calendar_has_the_clocks_of_its_company_where_it_names_none(env):
    found = env[Calendar].search()[0]
    company = env[Company].search()[0]
    assert company.time_zone == "Asia/Ho_Chi_Minh"
    assert env.in_company(company)[Calendar].get(found.id).is_working(at(2026, 5, 4, 8))
    assert not found.is_working(at(2026, 5, 4, 8))  # nobody's company is at work: UTC
    assert found.is_working(datetime(2026, 5, 4, 8, tzinfo=UTC))


def test_holidays_of_a_state(env, office):
    office.write(country=env[Country].search(Country.code == "DE")[0], subdivision="BY", time_zone="Europe/Berlin")
    assert date(2026, 1, 6) not in office.working_time().working_days(date(2026, 1, 5), date(2026, 1, 7))
    with pytest.raises(Invalid, match="is not known to have holidays of its own"), env.savepoint():
        office.subdivision = "XX"


def test_holidays_are_listed_in_the_language_of_the_reader(env, office):
    assert f"{office.env.today().year}-09-02  National Day" in office.holidays_text
    assert "09-02  Quốc khánh" in env.in_language("vi")[Calendar].get(office.id).holidays_text
    assert public_holidays("VN", 2026, "vi")[date(2026, 9, 2)] == "Quốc khánh"
    assert public_holidays("VN", 2026)[date(2026, 11, 24)] == "Ngày Văn hóa Việt Nam"
    assert public_holidays("XX", 2026) == {}


def test_hours_that_make_no_sense_are_refused(env, office):
    for begins, ends, said in ((12, 8, "must be later than the beginning"), (11, 13, "is within other hours")):
        with pytest.raises(Invalid, match=said), env.savepoint():
            env[Attendance].create(calendar=office, weekday="0", begins=begins * 3600, ends=ends * 3600)
    with pytest.raises(Invalid, match="is no time zone"), env.savepoint():
        office.time_zone = "Asia/Sai_Gon"
    with pytest.raises(Invalid, match="must be later than the beginning"), env.savepoint():
        env[CalendarException].create(name="x", begins_at=at(2026, 5, 2), ends_at=at(2026, 5, 1))


def test_everybody_reckons_and_few_change(system, make_user, client):
    lan, boss = make_user("lan", "base.user"), make_user("boss", "resource.manager")
    with system.unit() as unit:
        assert unit.env(lan)[Calendar].search()[0].hours_between(at(2026, 5, 4), at(2026, 5, 5)) == 8
    with pytest.raises(AccessDenied), system.unit(write=True) as unit:
        unit.env(lan)[Calendar].search()[0].name = "Mine"
    with system.unit(write=True) as unit:
        made = unit.env(boss)[Calendar].create(
            name="Nights", attendances=[{"weekday": "0", "begins": 0, "ends": 6 * 3600}]
        )
        assert made.hours_per_week == 6
    browser = client(boss)
    assert "6:00" in browser.get(f"/records/resource.calendar/{made.id}").text
    for model in ("resource.calendar", "resource.calendar.leaves", "resource.calendar.attendance"):
        assert browser.get(f"/records/{model}").status_code == 200
    answer = browser.get(f'/api/v1/resource.calendar.attendance?filter=[["calendar_id","=",{made.id}]]').json
    assert answer["records"][0]["hour_to"] == 6 * 3600


@pytest.mark.addons("resource", demo=True)
@pytest.mark.engine("sqlite")
def test_workshop_of_the_demo_has_saturday_mornings(system):
    with system.unit() as unit:
        found = unit.system_env()[Calendar].search(Calendar.name == "Workshop, 44 hours a week")[0]
        assert found.hours_per_week == 44
        assert found.is_working(at(2026, 5, 9, 8))
        assert not found.is_working(at(2026, 5, 9, 13))
        assert not found.is_working(at(2026, 9, 2, 8))
