"""Many-to-many whose links are records of a model, with fields of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import AccessDenied, Filter, Grant, Model, Role, Rule, Unique, computed, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.testing.bench import Bench, identity


class Person(Model):
    _name = "hr.person"
    _order = ("name",)
    name = fields.Char(required=True)
    weight = fields.Integer()


class Project(Model):
    _name = "hr.project"
    name = fields.Char(required=True)
    members = fields.Many2many(Person, "Members", through="hr.membership")
    members_count = fields.Count(members)

    @computed("members.weight", store=True)
    def weight(self) -> int:
        return sum(person.weight for person in self.members)


class Membership(Model):
    _name = "hr.membership"
    _constraints = (Unique("project", "person"),)
    project = fields.Many2one(Project, required=True, on_delete="delete")
    person = fields.Many2one(Person, required=True, on_delete="delete")
    role = fields.Char(default="member")


MODELS = (Person, Project, Membership)
worker, outsider = Role("worker", "Worker"), Role("outsider", "Outsider")


def _led_by_lan(env: object) -> Filter:
    return Project.members.any(Person.name != "hidden")


ACCESS = [
    worker, outsider,
    Grant(worker, Project, "read", "write", "create"), Grant(worker, Person, "read"),
    Grant(worker, Membership, "read", "create", "delete"),
    Grant(outsider, Project, "read", "write"), Grant(outsider, Person, "read"),
    Rule(Project, where=_led_by_lan),
]  # fmt: skip
LAN, MINH = identity(1, "worker"), identity(2, "outsider")


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(*MODELS, access=ACCESS)


def test_linking_makes_records_with_their_defaults(bench: Bench) -> None:
    with bench.env() as env:
        an, binh, chi = env[Person].create_many(
            [{"name": n, "weight": w} for n, w in (("an", 1), ("binh", 2), ("chi", 4))]
        )
        project = env[Project].create(name="House", members=[an, binh])
        assert [person.name for person in project.members] == ["an", "binh"]
        assert (project.weight, project.members_count) == (3, 2)
        assert env[Membership].values(["role", "project", "person"], order=("person",)) == [
            {"role": "member", "project": project.id, "person": an.id},
            {"role": "member", "project": project.id, "person": binh.id},
        ]
        project.members = [binh, chi]
        assert [person.name for person in project.members] == ["binh", "chi"]
        assert (project.weight, project.members_count, env[Membership].count()) == (6, 2, 2)
        gone, made = env[Membership].search()[0].history(), project.row_version
        assert ([change.action for change in gone], made) == (["create"], 2)
        assert env[Project].search(Project.members.any(Person.name == "chi")).ids == (project.id,)


def test_links_that_are_written_themselves_count_as_well(bench: Bench) -> None:
    with bench.env() as env:
        an, binh = env[Person].create_many([{"name": "an", "weight": 1}, {"name": "binh", "weight": 2}])
        house, barn = env[Project].create_many([{"name": "House"}, {"name": "Barn"}])
        assert len(house.members) == 0
        link = env[Membership].create(project=house, person=an, role="lead")
        assert ([one.name for one in house.members], house.weight) == (["an"], 1)
        link.person = binh
        assert ([one.name for one in house.members], house.weight) == (["binh"], 2)
        link.project = barn
        assert (house.weight, barn.weight, len(house.members), len(barn.members)) == (0, 2, 0, 1)
        binh.weight = 5
        assert env[Project].values(["weight"], order=("id",)) == [{"weight": 0}, {"weight": 5}]
        link.delete()
        assert (barn.weight, len(barn.members)) == (0, 0)


def test_deleting_either_end_takes_the_links_along(bench: Bench) -> None:
    with bench.env() as env:
        an, binh = env[Person].create_many([{"name": "an", "weight": 1}, {"name": "binh", "weight": 2}])
        project = env[Project].create(name="House", members=[an, binh])
        an.delete()
        assert ([one.name for one in project.members], project.weight) == (["binh"], 2)
        project.delete()
        assert env[Membership].count() == 0


def test_linking_takes_the_rights_on_the_links(bench: Bench) -> None:
    with bench.env() as env:
        an = env[Person].create(name="an")
        project = env[Project].create(name="House", members=[an])
        ids = project.id, an.id
    with bench.env(LAN) as env:
        project = env[Project].get(ids[0])
        project.members = [*project.members, env.sudo()[Person].create(name="binh")]
        assert len(project.members) == 2
    with bench.env(MINH) as env:
        project = env[Project].get(ids[0])
        assert len(project.members) == 2
        with pytest.raises(AccessDenied, match="You may not delete"), env.savepoint():
            project.members = []
    with bench.env() as env:
        env[Project].get(ids[0]).members = []
    with bench.env(LAN) as env:
        assert env[Project].search().ids == ()


def test_model_of_links_that_does_not_fit_is_refused() -> None:
    class Friends(Model):
        _name = "a.friends"
        one = fields.Many2one(Person, required=True)
        other = fields.Many2one(Person, required=True)

    class Befriended(Person):
        friends: fields.Many2many[Person] = fields.Many2many("hr.person", through="a.friends")

    class Named(Person):
        friends: fields.Many2many[Person] = fields.Many2many("hr.person", through="a.friends", near="one", far="other")

    class Misspelt(Person):
        friends: fields.Many2many[Person] = fields.Many2many("hr.person", through="a.friend")

    known = [Part("hr", Person), Part("a", Friends)]
    with pytest.raises(DeclarationError, match="which needs one many-to-one to hr.person and has one, other"):
        compose_models([*known, Part("a", Befriended)])
    with pytest.raises(DeclarationError, match=r"through 'a.friend', which no enabled.*nearest: 'a.friends'"):
        compose_models([*known, Part("a", Misspelt)])
    assert compose_models([*known, Part("a", Named)])["hr.person"].throughs["friends"].far == "other"
