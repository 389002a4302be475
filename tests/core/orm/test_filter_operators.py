"""Patterns, trees and dates told from now: in the database as in memory, in Python as in JSON."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Env, Filter, Grant, Invalid, Model, Role, Rule, fields, relative
from core.orm.notation import from_json, to_json
from core.orm.pattern import fits, for_glob
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts, identity
from core.testing.databases import Databases

NOW = dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC)
"""The night in which clocks go forward in Berlin; in Hanoi it is half past seven in the morning."""


class Place(Model):
    _name = "test.place"
    _parent = "parent"

    name = fields.Char(search=True)
    parent: fields.Many2one[Place | None, Place] = fields.Many2one("test.place")
    visits: fields.One2many[Visit] = fields.One2many("test.visit", inverse="place")


class Topic(Model):
    """A tree that does not say so."""

    _name = "test.topic"

    name = fields.Char()
    parent: fields.Many2one[Topic | None, Topic] = fields.Many2one("test.topic")
    is_hidden = fields.Boolean()


class Visit(Model):
    _name = "test.visit"

    name = fields.Char()
    note = fields.Char(search=True)
    cost = fields.Decimal(digits=2)
    place = fields.Many2one(Place)
    topics = fields.Many2many(Topic)
    came_on = fields.Date()
    seen_at = fields.DateTime()


TEXTS = ["", "Huế", "hue", "HUẾ", "Đà Nẵng", "da nang", "a%b", "a_b", "a\\b", "a*b", "a?b", "[a]", "aab", "z", "Ünï"]
PIECES = [
    "",
    "%",
    "_",
    "%_%",
    "h%",
    "%ế",
    "H_ế",
    "hue",
    "HUẾ",
    "a\\%b",
    "a\\_b",
    "a%b",
    "a*b",
    "[a]",
    "%a_b",
    "\\",
    "%%",
    "d%g",
]
SPANS = [
    "today", "now", "this week", "this month", "last month", "next quarter", "this year", "today -1d", "today +1m",
    "today -7d +2h", "now -2h", "now +30min", "this month -1y", "last day", "this quarter -1q", "now -1m +1d",
]  # fmt: skip
ZONES = ["UTC", "Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York"]


def _fill(env: Env) -> None:
    world = env[Place].create(name="World")
    north, south = (env[Place].create(name=name, parent=world) for name in ("North", "South"))
    hue = env[Place].create(name="Huế", parent=north)
    env[Place].create(name="Mars")
    root = env[Topic].create(name="all")
    wood = env[Topic].create(name="wood", parent=root, is_hidden=True)
    chairs = env[Topic].create(name="chairs", parent=wood)
    stone = env[Topic].create(name="stone")
    places, topics = [hue, south, north, world, None], [chairs, stone, root]
    hours = (-24 * 365, -24 * 40, -24 * 7, -25, -24, -23, -2, -1, 0, 1, 5, 17, 22, 24, 24 * 3, 24 * 31)
    env[Visit].create_many(
        [
            {
                "name": TEXTS[place % len(TEXTS)], "note": TEXTS[-place % len(TEXTS)], "cost": Decimal(place),
                "place": places[place % 5], "topics": topics[: place % 4],
                "came_on": None if place % 7 == 6 else (NOW + dt.timedelta(hours=hour)).date(),
                "seen_at": None if place % 7 == 5 else NOW + dt.timedelta(hours=hour),
            }
            for place, hour in enumerate(hours)
        ]
    )  # fmt: skip


guide = Role("test.guide", "Guide")
ACCESS = [
    guide, Grant(guide, Place, "read"), Grant(guide, Visit, "read"), Grant(guide, Topic, "read"),
    Rule(Topic, where=lambda env: Topic.is_hidden == False),
]  # fmt: skip
KIM = identity(1, "test.guide")


@pytest.fixture(scope="module")
def travels(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts([Place, Topic, Visit]), ACCESS)
    with bench.env() as env:
        _fill(env)
    bench.database._clock = lambda: NOW
    yield bench
    bench.close()
    databases.drop(address)


@pytest.fixture
def unit(travels: Bench) -> Iterator[UnitOfWork]:
    with travels.unit(write=False) as opened:
        yield opened


texts, spans = st.sampled_from([*TEXTS, *PIECES]), st.sampled_from(SPANS).map(relative)
ids, lists = st.integers(1, 6), st.lists(st.integers(1, 6), max_size=3)


def _text(path: Any) -> st.SearchStrategy[Filter]:
    return st.one_of(
        texts.map(path.like), texts.map(path.ilike), texts.map(path.fits),
        texts.map(lambda text: path.fits(text, exact=True)), texts.map(lambda text: path._is("not like", text)),
    )  # fmt: skip


def _moment(path: Any) -> st.SearchStrategy[Filter]:
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        st.tuples(signs, spans).map(lambda pair: path._is(*pair)),
        st.lists(st.one_of(spans, st.none()), max_size=3).map(path.in_),
        st.lists(spans, max_size=3).map(path.not_in),
    )


def _tree(path: Any) -> st.SearchStrategy[Filter]:
    return st.one_of(
        ids.map(path.child_of), lists.map(path.child_of), ids.map(path.parent_of), lists.map(path.parent_of)
    )


CONDITIONS = st.one_of(
    _text(Visit.name), _text(Visit.note), _text(Visit.place.name), _moment(Visit.came_on), _moment(Visit.seen_at),
    _tree(Visit.place), _tree(Visit.topics), _tree(Visit.place.parent),
    _moment(Visit.place.visits.came_on), _moment(Visit.place.visits.seen_at),
)  # fmt: skip
FILTERS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda part: ~part),
    ),
    max_leaves=4,
)


def _agree(travels: Bench, condition: Filter, zone: str) -> None:
    with travels.unit(write=False) as unit:
        for env in (unit.env(replace(KIM, time_zone=zone)), unit.system_env()):
            visits = env[Visit].search(order=["id"])
            found = env[Visit].search(condition, order=["id"])
            opposite = env[Visit].search(~condition, order=["id"])
            assert visits.filtered(condition) == found
            assert visits.filtered(~condition) == opposite
            assert sorted((*found.ids, *opposite.ids)) == sorted(visits.ids)
            back = from_json(env.models, "test.visit", json.loads(json.dumps(to_json(condition, env.models))))
            assert env[Visit].search(back, order=["id"]) == found, "also by way of JSON"


free = settings(deadline=None, suppress_health_check=list(HealthCheck))


@given(condition=FILTERS, zone=st.sampled_from(ZONES))
@settings(free, max_examples=80)
def test_the_database_answers_as_a_record_does(travels: Bench, condition: Filter, zone: str) -> None:
    _agree(travels, condition, zone)


@pytest.mark.proof
@given(condition=FILTERS, zone=st.sampled_from(ZONES))
@settings(free, max_examples=2000)
def test_the_database_answers_as_a_record_does_at_length(travels: Bench, condition: Filter, zone: str) -> None:
    _agree(travels, condition, zone)


# -- one by one --------------------------------------------------------------------------------------------


def _names(env: Env, *filters: Filter) -> list[str]:
    return [visit.name for visit in env[Visit].search(*filters, order=["id"])]


def test_like_minds_case_and_accents_and_patterns_have_wildcards(unit: UnitOfWork) -> None:
    env = unit.system_env()
    assert _names(env, Visit.name.like("ế")) == ["Huế"]
    assert _names(env, Visit.name.like("a%")) == ["a%b"]
    assert _names(env, Visit.name.fits("h%")) == ["Huế", "hue", "HUẾ"]
    assert _names(env, Visit.name.fits("h%", exact=True)) == ["hue"]
    assert _names(env, Visit.name.fits("a_b")) == ["a%b", "a_b", "a\\b", "a*b", "a?b", "aab"]
    assert _names(env, Visit.name.fits("a\\_b")) == ["a_b"]
    assert _names(env, Visit.name.fits("da nang")) == ["Đà Nẵng", "da nang"]


def test_below_and_above_in_a_tree(unit: UnitOfWork) -> None:
    env = unit.system_env()
    places = {place.name: place for place in env[Place].search()}

    def found(condition: Filter) -> list[str]:
        return sorted(place.name for place in env[Place].search(condition))

    assert found(Place.child_of(places["World"])) == ["Huế", "North", "South", "World"]
    assert found(Place.parent_of(places["Huế"])) == ["Huế", "North", "World"]
    assert found(Place.child_of([places["North"], places["Mars"]])) == ["Huế", "Mars", "North"]
    assert found(~Place.child_of(places["World"])) == ["Mars"]
    assert found(Place.child_of([])) == found(Place.child_of(999)) == []
    with pytest.raises(Invalid, match="Topics leads to no record|is no tree"):
        env[Visit].search(Visit.child_of(1))
    with pytest.raises(Invalid, match="Name leads to no record, which would be in a tree"):
        env[Visit].search(Visit.name.child_of(1))


def test_days_begin_where_the_reader_is(travels: Bench) -> None:
    with travels.unit(write=False) as unit:
        hanoi, newyork = (unit.env(replace(KIM, time_zone=zone)) for zone in ("Asia/Ho_Chi_Minh", "America/New_York"))
        assert relative("today").span(hanoi, "date") == (dt.date(2026, 3, 29), dt.date(2026, 3, 30), False)
        assert relative("today").span(newyork, "date") == (dt.date(2026, 3, 28), dt.date(2026, 3, 29), False)
        first, end, _moment = relative("today").span(newyork, "datetime")
        assert first == dt.datetime(2026, 3, 28, 4, tzinfo=dt.UTC)
        assert end == dt.datetime(2026, 3, 29, 4, tzinfo=dt.UTC)
        berlin = unit.env(replace(KIM, time_zone="Europe/Berlin"))
        first, end, _moment = relative("today").span(berlin, "datetime")
        assert end - first == dt.timedelta(hours=23), "clocks go forward"
        assert relative("this month -1m").span(hanoi, "date") == relative("last month").span(hanoi, "date")
        assert relative("last month").span(hanoi, "date")[:2] == (dt.date(2026, 2, 1), dt.date(2026, 3, 1))
        assert relative("this week").span(hanoi, "date")[0] == dt.date(2026, 3, 23)
        assert relative("today -1m").span(hanoi, "date")[0] == dt.date(2026, 2, 28)


@pytest.mark.parametrize("now", [dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 2, 29, 20, tzinfo=dt.UTC)])
@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "America/New_York"])
@pytest.mark.parametrize(
    "base", ["now", "today", *(f"this {period}" for period in ("week", "month", "quarter", "year"))]
)
def test_dates_from_now_stay_within_the_calendar(travels: Bench, base: str, zone: str, now: dt.datetime) -> None:
    with travels.unit(write=False) as unit:
        env = unit.env(replace(KIM, time_zone=zone))
        env.now = lambda: now  # type: ignore[method-assign]
        for shift in ("-2025y", "-2024y", "-99999m", "-99999y", "-99999w -99999w", "+7973y", "+99999y", "+ 99999q"):
            for kind in ("date", "datetime"):
                first, end, is_moment = relative(f"{base} {shift}").span(env, kind)
                assert first <= end if is_moment else first < end


@pytest.mark.parametrize(
    "text", ["", "soon", "today -7", "today 7d", "this hour", "yesterday", "now - - 2h", "today; x"]
)
def test_what_is_no_date_from_now_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it like today -7d"):
        relative(text)


def test_dates_from_now_in_json(travels: Bench) -> None:
    with travels.unit(write=False) as unit:
        env = unit.system_env()
        noted = from_json(env.models, "test.visit", [["came_on", ">=", "today  -7d"], ["seen_at", "<", "now -2h"]])
        assert to_json(noted, env.models) == [["came_on", ">=", "today -7d"], ["seen_at", "<", "now -2h"]]
        assert _names(env, noted) == _names(
            env, Visit.came_on >= relative("today -7d"), Visit.seen_at < relative("now -2h")
        )


@given(pattern=st.text("ab%_\\", max_size=6), text=st.text("ab%_\\", max_size=6))
def test_a_pattern_in_memory_is_what_the_engine_says(pattern: str, text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        found = connection.execute("SELECT ? GLOB ?", (text, for_glob(pattern))).fetchone()
    assert fits(pattern, text) == bool(found[0])
