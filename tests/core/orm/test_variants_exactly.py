"""Whoever writes what in whichever language or company: each reader sees what dictionaries with a fall-back say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Env
from core.orm.fold import fold
from core.orm.unit import UnitOfWork
from core.testing.bench import Bench, as_parts
from core.testing.databases import Databases
from tests.core.orm.branches import ACCESS, MODELS, Company, Lead, Partner, Stage, reader
from tests.core.orm.conftest import Undo, undone

READERS = [(language, company) for language in ("en", "vi") for company in (None, 1, 2)]
NAMES = ["Won", "Thắng", "thang", "Đã xong", "A", "b"]

who = st.sampled_from(READERS)
place = st.integers(0, 2)
WRITES = st.one_of(
    st.tuples(st.just("name"), who, place, st.sampled_from(["", *NAMES])),
    st.tuples(st.just("cost"), who, place, st.none() | st.integers(0, 5)),
    st.tuples(st.just("owner"), who, place, st.none() | st.integers(0, 1)),
    st.tuples(st.just("make"), who, st.sampled_from(NAMES), st.integers(0, 5)),
    st.tuples(st.just("all_at_once"), who, place, st.sampled_from(["", *NAMES]), st.sampled_from(NAMES)),
    st.tuples(st.just("delete"), place),
)
STEPS = st.one_of(
    WRITES,
    st.tuples(st.just("read"), who),
    st.tuples(st.just("flush")),
    st.tuples(st.just("search"), who, st.sampled_from(NAMES), st.integers(0, 5)),
    st.tuples(st.just("taken_back"), st.lists(WRITES, max_size=3)),
)


class Kept:
    """What is kept of one stage and its lead: key → value, "" being the base."""

    def __init__(self, stage: int, lead: int) -> None:
        self.stage, self.lead = stage, lead
        self.name: dict[str, Any] = {}
        self.cost: dict[str, Any] = {"": Decimal(1)}
        self.owner: dict[str, Any] = {"": None}

    def copy(self) -> Kept:
        made = Kept(self.stage, self.lead)
        made.name, made.cost, made.owner = dict(self.name), dict(self.cost), dict(self.owner)
        return made


def seen(kept: dict[str, Any], key: str) -> Any:
    value = kept.get(key)
    return kept[""] if value is None else value


class Player:
    """Plays steps against the database and against dictionaries."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit, self.env = unit, unit.system_env()
        self.all: list[Kept] = []
        self.partners = self.env[Partner].create_many([{"name": "Lan"}, {"name": "Minh"}])
        for name in ("Won", "Lost"):
            self._make(("en", None), name, 1)

    def play(self, step: tuple[Any, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])

    def _as(self, who: tuple[str, int | None]) -> tuple[Env, str, str]:
        language, company = who
        return reader(self.env, language, company), "" if language == "en" else language, str(company or "")

    def _make(self, who: tuple[str, int | None], name: str, cost: int) -> None:
        env, language, company = self._as(who)
        stage = env[Stage].create(name=name)
        lead = env[Lead].create(name="x", stage=stage, cost=Decimal(cost))
        kept = Kept(stage.id, lead.id)
        kept.name = {"": name, language: name}
        kept.cost[company] = Decimal(cost)
        self.all.append(kept)

    def _name(self, who: tuple[str, int | None], place: int, name: str) -> None:
        env, language, _company = self._as(who)
        if self.all and (name or language):
            kept = self.all[place % len(self.all)]
            env[Stage].get(kept.stage).name = name
            kept.name[language] = name or None

    def _cost(self, who: tuple[str, int | None], place: int, cost: int | None) -> None:
        env, _language, company = self._as(who)
        if self.all:
            kept = self.all[place % len(self.all)]
            env[Lead].get(kept.lead).write(cost=None if cost is None else Decimal(cost))
            kept.cost[company] = Decimal(cost) if cost is not None else None if company else Decimal(0)

    def _owner(self, who: tuple[str, int | None], place: int, owner: int | None) -> None:
        env, _language, company = self._as(who)
        if self.all:
            kept = self.all[place % len(self.all)]
            partner = None if owner is None else self.partners[owner]
            env[Lead].get(kept.lead).write(owner=partner)
            kept.owner[company] = None if partner is None else partner.id

    def _all_at_once(self, who: tuple[str, int | None], place: int, vi: str, en: str) -> None:
        env, _language, _company = self._as(who)
        if self.all:
            kept = self.all[place % len(self.all)]
            env[Stage].get(kept.stage).write(**{"name@vi": vi, "name@en": en})
            kept.name = {"": en, "vi": vi or None}

    def _delete(self, place: int) -> None:
        if len(self.all) > 1:
            kept = self.all.pop(place % len(self.all))
            self.env[Lead].get(kept.lead).delete()
            self.env[Stage].get(kept.stage).delete()

    def _flush(self) -> None:
        self.env.flush()

    def _taken_back(self, steps: list[tuple[Any, ...]]) -> None:
        before = [kept.copy() for kept in self.all]
        with suppress(Undo), self.env.savepoint():
            for step in steps:
                self.play(step)
            raise Undo
        self.all = before

    def _read(self, who: tuple[str, int | None]) -> None:
        env, language, company = self._as(who)
        for kept in self.all:
            lead = env[Lead].get(kept.lead)
            name, cost, owner = seen(kept.name, language), seen(kept.cost, company), seen(kept.owner, company)
            assert (lead.stage.name, lead.cost, lead.owner and lead.owner.id) == (name, cost, owner)
            assert lead.stage.title == f"[{name}]"
            assert lead.line == f"{name} {lead.cost}"

    def _search(self, who: tuple[str, int | None], text: str, cost: int) -> None:
        env, language, company = self._as(who)
        names = {kept.stage: seen(kept.name, language) for kept in self.all}
        costs = {kept.lead: seen(kept.cost, company) for kept in self.all}
        for condition, found in (
            (Stage.name == text, {stage for stage, name in names.items() if name == text}),
            (Stage.name.ilike(text), {stage for stage, name in names.items() if fold(text) in fold(name)}),
            (Stage.leads.any(Lead.cost == cost), {kept.stage for kept in self.all if costs[kept.lead] == cost}),
        ):
            assert set(env[Stage].search(condition).ids) == found
            assert {stage.id for stage in env[Stage].search() if condition.matches(stage)} == found
        ordered = sorted(names, key=lambda stage: (fold(names[stage]), stage))
        assert list(env[Stage].search(order=["name"]).ids) == ordered
        assert env[Lead].sums(["cost"])["cost"] == sum(costs.values(), Decimal(0))
        filters = (Lead.cost >= cost) & (Lead.stage.name != text)
        kept_ones = {each.lead for each in self.all if costs[each.lead] >= cost and names[each.stage] != text}
        assert {row["id"] for row in env[Lead].values(["id"], filters)} == kept_ones


@pytest.fixture(scope="module")
def companies(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(MODELS), ACCESS)
    with bench.env() as env:
        env[Company].create_many([{"name": "One"}, {"name": "Two"}])
    yield bench
    bench.close()
    databases.drop(address)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_each_reader_sees_what_dictionaries_with_a_fall_back_say(
    companies: Bench, steps: list[tuple[Any, ...]]
) -> None:
    with undone(companies) as unit:
        player = Player(unit)
        for step in steps:
            player.play(step)
        for who in READERS:
            player.play(("read", who))
            player.play(("search", who, "Thắng", 1))
