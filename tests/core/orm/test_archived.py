"""Archived records are left out of what is searched, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from core import Env
from core.orm.filter import ALL
from core.orm.unit import UnitOfWork
from core.query import select
from tests.core.orm.trade import HOA, Currency, Lead, Partner


@pytest.fixture
def env(unit: UnitOfWork) -> Env:
    """A manager's environment, with none of the trade's own leads."""
    env = unit.env(HOA)
    env.sudo()[Lead].search().delete()
    return env


@pytest.fixture
def leads(env: Env) -> tuple[Any, Any]:
    """One that is in use and one that is archived, of the same customer."""
    partner = env.sudo()[Partner].create(name="Mộc Lan")
    partner = env[Partner].get(partner.id)
    row = {"partner": partner, "currency": env[Currency].search()[0]}
    used = env[Lead].create(**row, name="Bàn", revenue=100)
    archived = env[Lead].create(**row, name="Ghế", revenue=20, active=False)
    env.flush()
    return used, archived


def test_searching_leaves_archived_records_out(env: Env, leads: tuple[Any, Any]) -> None:
    used, _archived = leads
    assert env[Lead].search().ids == (used.id,)
    assert env[Lead].count() == 1
    assert [row["name"] for row in env[Lead].values(["name"])] == ["Bàn"]
    assert env[Lead].sums(["revenue"])["revenue"] == 100
    assert [row["__count"] for row in env[Lead].groups(["partner"])] == [1]
    assert [page.ids for page in env[Lead].stream()] == [(used.id,)]


def test_with_archived_leaves_nothing_out(env: Env, leads: tuple[Any, Any]) -> None:
    everything = env[Lead].with_archived()
    assert len(everything.search()) == everything.count() == len(everything.values(["id"])) == 2
    assert everything.sums(["revenue"])["revenue"] == 120
    assert [row["__count"] for row in everything.groups(["partner"])] == [2]
    assert sum(len(page) for page in everything.stream(size=1)) == 2


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Lead.active == False, ["Ghế"]),
        (Lead.active.in_([True, False]), ["Bàn", "Ghế"]),
        ((Lead.name == "Bàn") | ~(Lead.active == True), ["Bàn", "Ghế"]),
        (Lead.name.ilike("h") & (Lead.active == False), ["Ghế"]),
        (Lead.name.ilike("h"), []),
        (ALL, ["Bàn"]),
        (Lead.partner.is_set(), ["Bàn"]),
    ],
)  # fmt: skip
def test_filter_that_speaks_of_active_decides(env: Env, leads: Any, condition: Any, found: list[str]) -> None:
    assert sorted(row["name"] for row in env[Lead].values(["name"], condition)) == found


def test_records_that_are_named_by_their_ids_are_found(env: Env, leads: tuple[Any, Any]) -> None:
    used, archived = leads
    assert env[Lead].search(Lead.is_(archived)).ids == (archived.id,)
    assert env[Lead].count(Lead.in_([used, archived])) == 2
    assert env[Lead].count(Lead.in_([used, archived]) & Lead.name.ilike("h")) == 1
    assert env[Lead].get(archived.id).name == "Ghế"
    assert env[Lead].search(Lead.in_([used, archived]) | Lead.name.ilike("h")).ids == (used.id,)


def test_lists_of_a_record_and_reports_hold_archived_records_too(env: Env, leads: tuple[Any, Any]) -> None:
    used, archived = leads
    assert set(used.partner.leads.ids) == {used.id, archived.id}
    assert len(select(Lead, name=Lead.name).rows(env)) == 2
