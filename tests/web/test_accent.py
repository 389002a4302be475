"""The colour of a company tints the pages, and everything stays readable whatever the colour."""

from __future__ import annotations

import itertools

import pytest

from addons.base.models import Company
from core import Invalid
from core.web.accent import DARK_GROUNDS, ENOUGH, LIGHT_GROUNDS, NIGHT, WHITE, _rgb, contrast, tones

COLOURS = [f"#{red}{green}{blue}" for red, green, blue in itertools.product(("00", "33", "80", "cc", "ff"), repeat=3)]


@pytest.mark.parametrize(("grounds", "paper", "step"), [(LIGHT_GROUNDS, WHITE, -1), (DARK_GROUNDS, NIGHT, 1)])
def test_every_colour_can_be_read_on_all_that_it_meets(grounds, paper, step):
    for colour in COLOURS:
        found = {name: _rgb(value) for name, value in tones(colour, grounds, paper, step).items()}
        for ground in (*grounds, found["accent-soft"], found["accent-ink"]):
            assert contrast(found["accent"], ground) >= ENOUGH, colour
        assert contrast(found["accent-strong"], found["accent-ink"]) >= ENOUGH, colour


def test_colour_that_can_be_read_stays_as_it_is():
    assert tones("#0e6b4c", LIGHT_GROUNDS, WHITE, -1)["accent"] == "#0e6b4c"


def test_pages_of_a_company_have_its_colour(system, client, make_user):
    lan = make_user("lan", "crm.salesperson")
    assert "/accent/" not in client(lan).get("/").text
    with system.unit(write=True) as unit:
        unit.system_env()[Company].search()[0].colour = "#b3261e"
    browser = client(lan)
    assert 'href="/accent/b3261e.css"' in browser.get("/").text
    answer = browser.get("/accent/b3261e.css")
    assert answer.content_type.startswith("text/css")
    assert "--accent: light-dark(#" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]


def test_what_is_no_colour_is_refused(system, client):
    for digits in ("b3261", "B3261E", "zzzzzz", "b3261e;}"):
        assert client().get(f"/accent/{digits}.css").status_code == 404
    for colour in ("red", "#B3261E", "#fff", "b3261e;"):
        with pytest.raises(Invalid, match="is no colour"), system.unit(write=True) as unit:
            unit.system_env()[Company].search()[0].colour = colour
            unit.flush()
