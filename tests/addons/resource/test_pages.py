"""What people do with calendars on the pages."""

from __future__ import annotations

import pytest

from addons.resource.models import Calendar
from core.testing.forms import read_form

pytestmark = [pytest.mark.addons("resource"), pytest.mark.engine("sqlite")]


def test_calendar_gets_hours_a_country_and_a_day_off(system, make_user, client):
    boss = make_user("boss", "resource.manager")
    with system.unit() as unit:
        country = unit.env(boss)["res.country"].search(unit.env(boss)["res.country"].info.cls.code == "VN")[0].id
    browser = client(boss)
    form = read_form(browser.get("/records/resource.calendar/new").text)
    sent = {"name": "Shop", "time_zone": "Asia/Ho_Chi_Minh", "country": "Vietnam", "country.id": str(country)}
    address = form.fill(**sent).submit(browser).location
    made = int(address.rpartition("/")[2])
    form = read_form(browser.get(f"/records/resource.calendar.attendance/new?set.calendar={made}").text)
    assert form.fill(weekday="5", begins="7:30", ends="11:30").submit(browser).status_code == 303
    form = read_form(browser.get(f"/records/resource.calendar.leaves/new?set.calendar={made}").text)
    off = {"name": "Summer", "begins_at": "01/08/2026 00:00", "ends_at": "16/08/2026 00:00"}
    assert form.fill(**off).submit(browser).status_code == 303
    page = browser.get(address).text
    assert "7:30" in page
    assert "Summer" in page
    assert "National Day" in page
    with system.unit() as unit:
        assert unit.env(boss)[Calendar].get(made).hours_per_week == 4


def test_hours_that_overlap_are_told_on_the_form(system, make_user, client):
    boss = make_user("boss", "resource.manager")
    with system.unit() as unit:
        office = unit.env(boss)[Calendar].search()[0].id
    browser = client(boss)
    form = read_form(browser.get(f"/records/resource.calendar.attendance/new?set.calendar={office}").text)
    answer = form.fill(weekday="0", begins="11:00", ends="14:00").submit(browser)
    assert answer.status_code == 422
    assert "is within other hours of this day" in answer.text
