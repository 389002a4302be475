"""What deleting does to those that point at a record is declared, told before, and then happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core import Grant, Missing, Model, Role, fields
from core.errors import DeclarationError, Refused
from core.orm.compose import compose_models
from core.testing.bench import Bench, as_parts, identity


class Owner(Model):
    _name = "zoo.owner"
    _label, _label_plural = "Owner", "Owners"
    name = fields.Char()


class Animal(Model):
    _name = "zoo.animal"
    _label, _label_plural = "Animal", "Animals"
    name = fields.Char()
    active = fields.Boolean(default=True)
    is_private = fields.Boolean()
    owner = fields.Many2one(Owner, "Owner", on_delete="archive")
    keeper = fields.Many2one(Owner, "Keeper", on_delete="clear")
    fans = fields.Many2many(Owner, "Fans")


class House(Model):
    _name = "zoo.house"
    _label, _label_plural = "House", "Houses"
    owner = fields.Many2one(Owner, "Owner", on_delete="delete")


class Key(Model):
    _name = "zoo.key"
    _label, _label_plural = "Key", "Keys"
    house = fields.Many2one(House, "House", on_delete="delete")


class Debt(Model):
    _name = "zoo.debt"
    _label, _label_plural = "Debt", "Debts"
    house = fields.Many2one(House, "House", required=True)


visitor = Role("zoo.visitor", "Visitor")
ACCESS = [
    visitor,
    Grant(visitor, Owner, "read", "delete"),
    Grant(visitor, Animal, "read", where=lambda env: Animal.is_private == False),
]
VISITOR = identity(5, "zoo.visitor")


@pytest.fixture
def zoo(make_models: Callable[..., Bench]) -> Iterator[Bench]:
    bench = make_models(Owner, Animal, House, Key, Debt, access=ACCESS)
    with bench.env() as env:
        an = env[Owner].create(name="An")
        env[Animal].create_many([{"name": "Mun", "owner": an, "fans": [an]}, {"name": "Vàng", "keeper": an}])
        house = env[House].create(owner=an)
        env[Key].create_many([{"house": house}, {"house": house}])
    yield bench
    bench.close()


def _told(touched: object) -> list[tuple[str, str, str, int]]:
    return [(one.model, one.field, one.label, one.count) for one in touched]  # type: ignore[attr-defined]


def test_what_would_happen_is_told_and_then_happens(zoo: Bench) -> None:
    with zoo.env() as env:
        an = env[Owner].search()[0]
        plan = an.deletion_plan()
        assert plan.possible
        assert _told(plan.deleted) == [("zoo.house", "", "House", 1), ("zoo.key", "", "Keys", 2)]
        assert _told(plan.archived) == [("zoo.animal", "owner", "Animal", 1)]
        assert _told(plan.cleared) == [("zoo.animal", "keeper", "Animal", 1)]
        assert _told(plan.unlinked) == [("zoo.animal", "fans", "Animal", 1)]
        assert env[House].count() == 1, "nothing has happened yet"
        an.delete()
        assert (env[House].count(), env[Key].count()) == (0, 0)
        found = [
            (one.name, one.active, one.owner, one.keeper, len(one.fans))
            for one in env[Animal].with_archived().search(order=["id"])
        ]
        assert found == [("Mun", False, None, None, 0), ("Vàng", True, None, None, 0)]


def test_what_keeps_it_is_named(zoo: Bench) -> None:
    with zoo.env() as env:
        an = env[Owner].search()[0]
        env[Debt].create(house=env[House].search()[0])
        plan = an.deletion_plan()
        assert not plan.possible
        assert _told(plan.refused) == [("zoo.debt", "house", "Debt", 1)]
        with pytest.raises(Refused, match="This House is used by Debts and cannot"), env.savepoint():
            an.delete()


def test_what_a_reader_may_not_see_is_neither_named_nor_counted(zoo: Bench) -> None:
    with zoo.env() as env:
        owner = env[Owner].search()[0]
        env[Animal].create_many([{"name": "Riêng", "is_private": True, "owner": owner}] * 7)
    with zoo.env(VISITOR) as env:
        plan = env[Owner].search()[0].deletion_plan()
        assert _told(plan.deleted) == [("", "", "", 0)]
        assert _told(plan.archived) == [("zoo.animal", "owner", "Animal", 1), ("", "", "", 0)]
        assert _told(plan.cleared) == [("zoo.animal", "keeper", "Animal", 1)]


def test_a_model_without_a_grant_stays_unnamed(zoo: Bench) -> None:
    with zoo.env(VISITOR) as env:
        plan = env[Owner].search()[0].deletion_plan()
        assert _told(plan.deleted) == [("", "", "", 0)]
        assert _told(plan.archived) == [("zoo.animal", "owner", "Animal", 1)]
        with pytest.raises(Missing):
            env[Owner].browse(99)[0].deletion_plan()


class Stone(Model):
    _name = "zoo.stone"
    owner = fields.Many2one(Owner, on_delete="archive")


class Cage(Model):
    _name = "zoo.cage"
    active = fields.Boolean(default=True)
    owner = fields.Many2one(Owner, required=True, on_delete="archive")


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (Stone, "zoo.stone.owner archives its record, which has no field 'active'"),
        (Cage, "zoo.cage.owner is required, so it cannot be cleared"),
    ],
)
def test_archiving_is_declared_where_it_can_be_done(model: type[Model], told: str) -> None:
    with pytest.raises(DeclarationError, match=told):
        compose_models(as_parts([Owner, model]))


class Guide(Model):
    _name = "zoo.guide"
    _label, _label_plural = "Guide", "Guides"
    name = fields.Char()
    animals = fields.Many2many(Animal, "Shows", on_delete="refuse")


def test_member_of_a_list_that_does_not_let_it_go_stays(make_models: Callable[..., Bench]) -> None:
    bench = make_models(Owner, Animal, House, Key, Debt, Guide)
    with bench.env() as env:
        bear, owl = env[Animal].create(name="Bear"), env[Animal].create(name="Owl")
        guide = env[Guide].create(name="Lan", animals=[bear, owl])
        assert [touched.model for touched in bear.deletion_plan().refused] == ["zoo.guide"]
        with pytest.raises(Refused, match="This Animal is used by Guides and cannot be deleted"), env.savepoint():
            bear.delete()
        guide.animals = [owl]
        assert bear.deletion_plan().possible
        bear.delete()
        guide.delete()
        assert [animal.name for animal in env[Animal].search()] == ["Owl"]


def test_a_list_knows_two_ways_to_lose_a_member() -> None:
    with pytest.raises(DeclarationError, match="'delete' is no value of on_delete of a many-to-many"):
        fields.Many2many(Animal, on_delete="delete")
