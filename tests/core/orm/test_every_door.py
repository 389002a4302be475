"""Whatever the rules and whoever the user: a record is in the list if and only if every other door shows it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import ALL, NONE, AccessDenied, Env, Filter, Grant, Missing, Model, Restricted, Role, Rule, fields, query
from core.orm.read.shares import CAP, Shares, size_of
from core.orm.wire import dumper
from core.testing.bench import Bench, as_parts, identity
from core.testing.databases import Databases


class Folder(Model):
    _name = "door.folder"
    _order = ("id",)
    name = fields.Char()
    rank = fields.Integer()
    is_open = fields.Boolean()
    papers: fields.One2many[Paper] = fields.One2many("door.paper", inverse="folder")


class Label(Model):
    _name = "door.label"
    _order = ("id",)
    name = fields.Char()
    rank = fields.Integer()
    papers: fields.Many2many[Paper] = fields.Many2many("door.paper", relation="door_paper_label", flipped=True)


class Paper(Model):
    _name = "door.paper"
    _order = ("id",)
    name = fields.Char()
    owner = fields.Integer(index=True)
    pages = fields.Integer(index=True)
    folder = fields.Many2one(Folder)
    above: fields.Many2one[Paper | None, Paper] = fields.Many2one("door.paper")
    labels = fields.Many2many(Label, relation="door_paper_label")


DOORS = (Folder, Label, Paper)
RULES: dict[str, Any] = {}
"""(role, model) → the filter of its grant, model → that of its rule: what an example says."""


def _of(key: Any) -> Callable[[Env], Filter]:
    def where(env: Env) -> Filter:
        made: Filter = RULES.get(key, lambda user: ALL)(env.user_id)
        return made

    return where


first, second = Role("door.first", "First"), Role("door.second", "Second")
ACCESS: list[Role | Grant | Rule] = [first, second]
for model in DOORS:
    ACCESS += [Grant(role, model, "read", where=_of((role.key, model._name))) for role in (first, second)]
    ACCESS += [Rule(model, where=_of(model._name))]

number = st.integers(0, 3)
Made = Callable[[int], Filter]


def _conditions(model: Any) -> st.SearchStrategy[Made]:
    """Conditions on records of a model, as functions of the user."""
    own: list[st.SearchStrategy[Made]] = [st.just(lambda user: ALL), st.just(lambda user: NONE)]
    if model is Folder:
        own += [
            number.map(lambda n: lambda user: Folder.rank <= n),
            st.just(lambda user: Folder.is_open == True),
            number.map(lambda n: lambda user: Folder.papers.any(Paper.pages > n)),
            st.just(lambda user: Folder.papers.any(Paper.owner == user)),
        ]
    elif model is Label:
        own += [
            number.map(lambda n: lambda user: Label.rank != n),
            number.map(lambda n: lambda user: Label.papers.any(Paper.pages <= n)),
        ]
    else:
        own += [
            st.just(lambda user: Paper.owner == user),
            number.map(lambda n: lambda user: Paper.pages > n),
            st.just(lambda user: Paper.folder.is_open == True),
            number.map(lambda n: lambda user: Paper.folder.rank <= n),
            number.map(lambda n: lambda user: Paper.labels.any(Label.rank == n)),
            st.just(lambda user: Paper.above.owner == user),
            st.just(lambda user: Paper.folder.is_(None)),
        ]
    return st.one_of(own)


def _rule(model: Any) -> st.SearchStrategy[Made]:
    return st.recursive(
        _conditions(model),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda two: lambda user: two[0](user) & two[1](user)),
            st.tuples(inner, inner).map(lambda two: lambda user: two[0](user) | two[1](user)),
            inner.map(lambda one: lambda user: ~one(user)),
        ),
        max_leaves=4,
    )


rules = st.fixed_dictionaries(
    {key: _rule(model) for model in DOORS for key in (("door.first", model._name), ("door.second", model._name))}
    | {model._name: _rule(model) for model in DOORS}
)
users = st.tuples(number, st.sets(st.sampled_from(["door.first", "door.second"]), min_size=1))


@pytest.fixture(scope="module")
def doors(engine: str, databases_of: Callable[[str], Databases]) -> Iterator[Bench]:
    databases = databases_of(engine)
    address = databases.empty()
    bench = Bench(address, as_parts(DOORS), ACCESS)
    with bench.env() as env:
        folders = env[Folder].create_many(
            [{"name": f"F{place}", "rank": place, "is_open": place % 2 == 0} for place in range(4)]
        )
        labels = env[Label].create_many([{"rank": place} for place in range(4)])
        above = None
        for place in range(12):
            above = env[Paper].create(
                name=f"P{place}",
                owner=place % 4,
                pages=place % 5,
                folder=folders[place % 4] if place % 5 else None,
                above=above if place % 3 else None,
                labels=[label for label in labels if (place + label.rank) % 3 == 0],
            )
    yield bench
    RULES.clear()
    bench.close()
    databases.drop(address)


# -- the doors: each gives the ids of the records of a model that it shows ----------------------------------


def _by_reading(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    found = set()
    for record in env[model].browse(*every):
        with suppress(Missing):
            assert record.name is not None
            found.add(record.id)
    return found


def _by_getting(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    found = set()
    for id in every:
        with suppress(Missing):
            found.add(env[model].get(id).id)
    return found


def _by_values(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    return {row["id"] for row in env[model].values(["id"])}


def _by_groups(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    return {row["id"] for row in env[model].groups(["id"])}


def _by_counting(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    return {id for id in every if env[model].count(model.is_(id))}


def _by_dump(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    write = dumper(env.models, model._name, ["id", *env.models[model._name].fields])
    return {write(row)["id"] for row in env[model].values(write.columns)}


def _by_query(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    return {row["found"] for row in query.select(model, found=query.id_of(model)).rows(env)}


def _by_pages(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    return {record.id for page in env[model].stream(size=3) for record in page}


def _by_explanation(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    system = env.sudo()
    return {record.id for record in system[model].browse(*every) if system.explain(record, "read").allowed}


def _by_existence(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    return {record.id for record in env[model].browse(*every) if record.exists()}


class Said(Shares):
    """Measures that say what they are told: a large table of one model, and how many every condition passes."""

    def __init__(self, model: str, passing: int, *, others: int) -> None:
        super().__init__()
        self._large, self._passing, self._others = size_of(model), passing, others

    def get(self, key: Hashable) -> int | None:
        if key == self._large:
            return 10**9
        return self._others if isinstance(key, tuple) and key[0] == "size" else self._passing


def _by_each_way(env: Env, model: Any, every: tuple[int, ...]) -> set[int]:
    """A page, its count and its totals, entered by what few pass, and row by row."""
    found = []
    for passing, others in ((1, 10**9), (CAP + 1, 10**9), (CAP + 1, 1)):
        env._unit._shares = Said(model._name, passing, others=others)
        ids = {row["id"] for row in env[model].values(["id"], limit=100)}
        assert env[model].count(most=100) == len(ids)
        count, groups = env[model].totals(["id"], ["rank" if model is not Paper else "pages"], most=100)
        assert (count, {group["id"] for group in groups}) == (len(ids), ids)
        count, groups = env[model].totals([], [], most=1)
        assert (count, count.has_more) == (min(len(ids), 1), len(ids) > 1)
        found.append(ids)
    env._unit._shares = None
    assert found[0] == found[1] == found[2]
    return found[0]


EACH = [
    _by_reading, _by_getting, _by_values, _by_groups, _by_counting, _by_dump, _by_query, _by_pages, _by_explanation,
    _by_existence, _by_each_way,
]  # fmt: skip


def _check(bench: Bench, said: dict[Any, Made], user: int, roles: set[str]) -> None:
    RULES.clear()
    RULES.update(said)
    who = identity(user, *roles)
    with bench.unit() as unit:
        system = unit.system_env()
        every = {model: system[model].search().ids for model in DOORS}
        listed = {model: set(unit.env(who)[model].search().ids) for model in DOORS}
    for model in DOORS:
        for door in EACH:
            with bench.unit() as unit:  # a unit of its own: no door is opened by what another one loaded
                assert door(unit.env(who), model, every[model]) == listed[model], (door.__name__, model._name)
    with bench.unit() as unit:
        env = unit.env(who)
        papers = {paper.id: paper for paper in unit.system_env()[Paper].search()}
        seen = listed[Paper]
        assert env[Paper].count() == len(seen)
        assert env[Paper].sums(["pages"])["pages"] == sum(papers[id].pages for id in seen)
        total = query.select(Paper, total=query.sum(Paper.pages)).rows(env)[0]["total"]
        assert (total or 0) == sum(papers[id].pages for id in seen)
        for folder in env[Folder].search():
            assert set(folder.papers.ids) == {id for id in seen if papers[id].folder == folder}
        for label in env[Label].search():
            assert set(label.papers.ids) == {id for id in seen if label.id in papers[id].labels.ids}
        for paper in env[Paper].search():
            assert set(paper.labels.ids) == set(papers[paper.id].labels.ids) & listed[Label]
            inside = papers[paper.id].folder
            if inside is not None and inside.id not in listed[Folder]:
                with pytest.raises(Restricted):
                    assert paper.folder
            elif inside is not None:
                assert paper.folder == inside
        shown = {id for id in seen if (holder := papers[id].folder) is not None and holder.id in listed[Folder]}
        labelled = {id for id in seen if set(papers[id].labels.ids) & listed[Label]}
        for passing in (None, 1, CAP + 1):
            unit._shares = None if passing is None else Said(Paper._name, passing, others=1)
            found = {paper.id for paper in env[Paper].search(Paper.folder.rank >= 0, limit=100)}
            assert found == shown, "a user's filter through a relation tells nothing of what is hidden"
            found = {paper.id for paper in env[Paper].search(Paper.labels.any(), limit=100)}
            assert found == labelled, "nor does one through a list"


free = settings(deadline=None, suppress_health_check=list(HealthCheck))


@given(said=rules, who=users)
@settings(free, max_examples=12)
def test_every_door_shows_the_same_records(doors: Bench, said: dict[Any, Made], who: tuple[int, set[str]]) -> None:
    _check(doors, said, *who)


@pytest.mark.proof
@given(said=rules, who=users)
@settings(free, max_examples=500)
def test_every_door_shows_the_same_whatever_the_rules(
    doors: Bench, said: dict[Any, Made], who: tuple[int, set[str]]
) -> None:
    _check(doors, said, *who)


def test_nobody_sees_nothing(doors: Bench) -> None:
    with doors.unit() as unit, pytest.raises(AccessDenied):
        unit.env(identity(1))[Paper].search()
