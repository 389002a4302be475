"""Computed fields that are written and searched, and those that follow from themselves along a tree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from core import AccessDenied, Env, Filter, Grant, Invalid, Model, Role, computed, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.notation import from_json
from core.orm.wire import load
from core.testing.bench import Bench, identity

TODAY = date(2026, 3, 1)


class Person(Model):
    _name = "hr.person"
    _order = ("id",)
    first = fields.Char()
    last = fields.Char()
    born_on = fields.Date()
    boss: fields.Many2one[Person | None, Person] = fields.Many2one("hr.person")

    def _split(self, value: str) -> None:
        first, _gap, last = value.partition(" ")
        self.write(first=first, last=last)

    @staticmethod
    def _named(env: Env, operator: str, value: object) -> Filter:
        if operator != "=" or not isinstance(value, str):
            raise Invalid("Ask for a whole name.")
        first, _gap, last = value.partition(" ")
        return (Person.first == first) & (Person.last == last)

    @computed(first, last, inverse=_split, search=_named)
    def full_name(self) -> str:
        return f"{self.first} {self.last}".strip()

    def _set_age(self, value: int) -> None:
        self.born_on = TODAY - timedelta(days=365 * value)

    @computed(born_on, store=True, inverse=_set_age, into=fields.Integer("Age"))
    def age(self) -> int:
        return (TODAY - self.born_on).days // 365 if self.born_on else 0


class Area(Model):
    _name = "site.area"
    _parent = "parent"
    name = fields.Char(required=True)
    size = fields.Integer()
    parent: fields.Many2one[Area | None, Area] = fields.Many2one("site.area")
    children: fields.One2many[Area] = fields.One2many("site.area", inverse="parent")

    @computed(size, "children.total", store=True)
    def total(self) -> int:
        return self.size + sum(child.total for child in self.children)

    @computed(name, "parent.path", store=True, into=fields.Text("Path"))
    def path(self) -> str:
        return f"{self.parent.path} / {self.name}" if self.parent else self.name


clerk = Role("clerk", "Clerk")
ACCESS = [clerk, Grant(clerk, Person, "read", "create")]


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Person, Area, access=ACCESS)


# -- written and searched ---------------------------------------------------------------------------


def test_inverse_writes_what_the_value_follows_from(bench: Bench) -> None:
    with bench.env() as env:
        lan = env[Person].create(full_name="Lan Phạm", age=30)
        assert (lan.first, lan.last, lan.full_name, lan.age) == ("Lan", "Phạm", "Lan Phạm", 30)
        lan.full_name = "Lan Trần"
        lan.write(age=31, first="Lan Anh")
        assert (lan.full_name, lan.age, lan.born_on) == ("Lan Anh Trần", 31, TODAY - timedelta(days=365 * 31))
        people = env[Person].create_many([{"full_name": "A B"}, {"first": "C"}])
        people.write(full_name="X Y")
        assert [person.first for person in people] == ["X", "X"]
        assert env[Person].count(Person.age == 31) == 1
        assert load(env, "hr.person", {"full_name": "M N"}, partial=False) == {"full_name": "M N"}
        with pytest.raises(Invalid, match="must be a whole number"):
            lan.write(age="old")
        env.flush()
        assert lan.history(1)[0].derived == frozenset({"age"})


def test_inverse_acts_as_the_user(bench: Bench) -> None:
    with bench.env(identity(1, "clerk")) as env:
        with pytest.raises(AccessDenied, match="You may not change"), env.savepoint():
            env[Person].create(full_name="Lan Phạm")
        assert env[Person].count() == 0


def test_search_says_what_a_filter_means(bench: Bench) -> None:
    with bench.env() as env:
        lan, minh = env[Person].create_many([{"full_name": "Lan Phạm"}, {"full_name": "Minh Lê"}])
        minh.boss = lan
        people = env[Person]
        assert people.search(Person.full_name == "Lan Phạm").ids == (lan.id,)
        assert people.search(Person.full_name != "Lan Phạm").ids == (minh.id,)
        assert people.search(~(Person.full_name == "Minh Lê")).ids == (lan.id,)
        assert people.search(Person.boss.full_name == "Lan Phạm").ids == (minh.id,)
        assert people.search(Person.boss.full_name != "Lan Phạm").ids == (lan.id,)
        assert people.search(from_json(env.models, "hr.person", [["full_name", "=", "Minh Lê"]])).ids == (minh.id,)
        assert [(Person.full_name == "Lan Phạm").matches(person) for person in people.search()] == [True, False]
        with pytest.raises(Invalid, match="Ask for a whole name"):
            people.search(Person.full_name > "A")


def test_declarations_that_contradict_themselves_are_refused() -> None:
    class Both(Model):
        _name = "a.both"
        name = fields.Char()

        def _set(self, value: str) -> None:
            self.name = value

        @computed(name, editable=True, inverse=_set)
        def copy_of_name(self) -> str:
            return self.name

    class Missing(Model):
        _name = "a.missing"
        name = fields.Char()

        @computed(name, inverse="_set_it")
        def copy_of_name(self) -> str:
            return self.name

    with pytest.raises(DeclarationError, match="copy_of_name is editable and has an inverse"):
        compose_models([Part("a", Both)])
    with pytest.raises(DeclarationError, match="its inverse '_set_it' is no method of the model"):
        compose_models([Part("a", Missing)])


# -- along a tree -----------------------------------------------------------------------------------


def _expected(env: Env) -> dict[int, tuple[int, str]]:
    areas = {area.id: area for area in env[Area].search()}
    parents = {one: area.parent.id if area.parent else None for one, area in areas.items()}

    def total(one: int) -> int:
        return areas[one].size + sum(total(child) for child, parent in parents.items() if parent == one)

    def path(one: int) -> str:
        above = parents[one]
        return f"{path(above)} / {areas[one].name}" if above else areas[one].name

    return {one: (total(one), path(one)) for one in areas}


def _kept(env: Env) -> dict[int, tuple[int, str]]:
    return {row["id"]: (row["total"], row["path"]) for row in env[Area].values(["id", "total", "path"])}


def test_totals_and_paths_follow_every_change_of_a_tree(bench: Bench) -> None:
    random = Random(7)
    with bench.env() as env:
        ids = list(env[Area].create_many([{"name": f"a{n}", "size": n} for n in range(4)]).ids)
        for round in range(80):
            one = env[Area].get(random.choice(ids))
            match random.randrange(5):
                case 0:
                    ids.append(env[Area].create(name=f"n{round}", size=round, parent=one).id)
                case 1:
                    one.size = random.randrange(100)
                case 2:
                    one.name = f"r{round}"
                case 3 if len(ids) > 3:
                    one.delete()
                    ids.remove(one.id)
                case _:
                    try:
                        with env.savepoint():
                            one.parent = random.choice([*ids, None])
                    except Invalid:
                        continue
            if round % 3 == 0:
                seen = env[Area].get(random.choice(ids))
                assert (seen.total, seen.path) == _expected(env)[seen.id], round
        assert _kept(env) == _expected(env)


def test_value_of_a_record_above_itself_is_refused(bench: Bench) -> None:
    with bench.env() as env:
        house = env[Area].create(name="House")
        roof = env[Area].create(name="Roof", parent=house)
        with pytest.raises(Invalid, match="cannot be Roof, which is below it") as raised, env.savepoint():
            house.parent = roof
            _ = house.path
        assert "parent" in raised.value.fields
        with pytest.raises(Invalid, match="cannot be Roof, which is below it"), env.savepoint():
            house.parent = roof
        with pytest.raises(Invalid, match="cannot be Roof, which is below it"), env.savepoint():
            house.parent = roof
            _ = roof.total
        with pytest.raises(Invalid, match="cannot be the record itself"), env.savepoint():
            roof.parent = roof
            _ = roof.total
        assert (house.total, roof.path) == (0, "House / Roof")


def test_deep_tree_settles_level_by_level(bench: Bench) -> None:
    with bench.env() as env:
        above = None
        for number in range(400):
            above = env[Area].create(name=f"{number}", size=1, parent=above)
        assert above is not None
        root = env[Area].search(Area.parent.is_(None))[0].id
        leaf = above.id
    with bench.env() as env:
        assert env[Area].get(root).total == 400
        env[Area].get(leaf).size = 11
        env[Area].get(root).name = "root"
        assert env[Area].get(root).total == 410
        assert env[Area].get(leaf).path.startswith("root / 1 / 2 / ")
    with bench.env() as env:
        assert env[Area].values(["total"], Area.name == "root") == [{"total": 410}]


def test_other_circles_are_refused() -> None:
    class Loop(Model):
        _name = "a.loop"
        parent: fields.Many2one[Loop | None, Loop] = fields.Many2one("a.loop")
        children: fields.One2many[Loop] = fields.One2many("a.loop", inverse="parent")

        @computed("children.total", store=True)
        def total(self) -> int:
            return sum(child.total for child in self.children)

    class Fleeting(Model):
        _name = "a.fleeting"
        _parent = "parent"
        parent: fields.Many2one[Fleeting | None, Fleeting] = fields.Many2one("a.fleeting")

        @computed("parent.depth")
        def depth(self) -> int:
            return self.parent.depth + 1 if self.parent else 0

    class Both(Model):
        _name = "a.both"
        _parent = "parent"
        parent: fields.Many2one[Both | None, Both] = fields.Many2one("a.both")
        children: fields.One2many[Both] = fields.One2many("a.both", inverse="parent")

        @computed("children.total", "parent.total", store=True)
        def total(self) -> int:
            return 0

    for model in (Loop, Fleeting, Both):
        with pytest.raises(DeclarationError, match=r"depend on one another in a circle: .* along a tree \(_parent\)"):
            compose_models([Part("a", model)])
