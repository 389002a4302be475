"""Trees: paths that follow every change, and no record above itself."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
import sqlalchemy as sa

from core import Env, Invalid, Model, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.read.tree import PATH, above, below
from core.orm.write.tree import fill_paths
from core.testing.bench import Bench


class Place(Model):
    _name = "stock.place"
    _label = "Place"
    _order = ("name",)
    _parent = "parent"
    name = fields.Char(required=True)
    parent: fields.Many2one[Place | None, Place] = fields.Many2one("stock.place", "Inside")


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Place)


def paths(env: Env) -> dict[int, str]:
    table = env.models["stock.place"].table
    env.flush()
    return {row[0]: row[1] for row in env._unit._run(sa.select(table.c.id, table.c[PATH]))}


def expected(env: Env) -> dict[int, str]:
    parents = {place.id: place.parent.id if place.parent else None for place in env[Place].search()}

    def path(identity: int | None) -> str:
        return "/" if identity is None else f"{path(parents[identity])}{identity}/"

    return {identity: path(identity) for identity in parents}


def test_paths_follow_every_change(bench: Bench) -> None:
    random = Random(4)
    with bench.env() as env:
        ids = list(env[Place].create_many([{"name": f"p{number}"} for number in range(5)]).ids)
        for round in range(120):
            match random.randrange(4):
                case 0:
                    rows = [{"name": f"n{round}", "parent": random.choice([*ids, None])} for _ in range(2)]
                    ids += env[Place].create_many(rows).ids
                case 1:
                    gone = ids.pop(random.randrange(len(ids)))
                    env[Place].get(gone).delete()
                    if not ids:
                        ids.append(env[Place].create(name="root").id)
                case _:
                    some = random.sample(ids, min(3, len(ids)))
                    try:
                        with env.savepoint():
                            for one in some:
                                env[Place].get(one).parent = random.choice([*ids, None])
                    except Invalid:
                        pass
            if round % 10 == 0:
                assert paths(env) == expected(env)
        assert paths(env) == expected(env)


def test_below_and_above_are_found_by_path(bench: Bench) -> None:
    with bench.env() as env:
        store, room, shelf, other = env[Place].create_many(
            [{"name": name} for name in ("store", "room", "shelf", "yard")]
        )
        room.parent, shelf.parent = store, room
        env.flush()
        info, run, dialect = bench.models["stock.place"], env._unit._run, env._unit._dialect
        assert set(run(below(info, [store.id], dialect)).scalars()) == {store.id, room.id, shelf.id}
        assert set(run(below(info, [room.id, other.id], dialect)).scalars()) == {room.id, shelf.id, other.id}
        assert set(run(above(info, [shelf.id], dialect)).scalars()) == {store.id, room.id, shelf.id}
        assert list(run(below(info, [], dialect)).scalars()) == []


def test_record_is_never_above_itself(bench: Bench) -> None:
    with bench.env() as env:
        house = env[Place].create(name="House")
        roof = env[Place].create(name="Roof", parent=house)
        tiles = env[Place].create(name="Tiles", parent=roof)
        with pytest.raises(Invalid, match="Inside cannot be Tiles, which is below it") as raised, env.savepoint():
            house.parent = tiles
        assert "parent" in raised.value.fields
        with pytest.raises(Invalid, match="cannot be the record itself"), env.savepoint():
            roof.parent = roof
        both = env[Place].browse(house.id, roof.id)
        with pytest.raises(Invalid, match="below it|itself"), env.savepoint():
            both.write(parent=roof)
        tiles.parent = house
        roof.parent = tiles
        assert paths(env)[roof.id] == f"/{house.id}/{tiles.id}/{roof.id}/"


def test_code_may_pass_through_a_circle_on_its_way(bench: Bench) -> None:
    with bench.env() as env:
        house = env[Place].create(name="House")
        roof = env[Place].create(name="Roof", parent=house)
        house.parent = roof
        assert env[Place].count() == 2  # writes, and checks nothing
        roof.parent = None
        assert paths(env) == {roof.id: f"/{roof.id}/", house.id: f"/{roof.id}/{house.id}/"}


def test_rows_from_before_there_was_a_tree_get_their_paths(bench: Bench) -> None:
    with bench.env() as env:
        house = env[Place].create(name="House")
        env[Place].create(name="Roof", parent=house)
        before, info = paths(env), bench.models["stock.place"]
        env._unit._run(sa.update(info.table).values({PATH: ""}))
        fill_paths(env._unit, info)
        assert paths(env) == before


def test_tree_needs_a_relation_to_itself() -> None:
    class Node(Model):
        _name = "a.node"
        _parent = "above"
        above_name = fields.Char()

    class Rooted(Model):
        _name = "a.rooted"
        _parent = "above"
        above: fields.Many2one[Rooted, Rooted] = fields.Many2one("a.rooted", required=True)

    with pytest.raises(DeclarationError, match="_parent of a.node is 'above', which is no many-to-one"):
        compose_models([Part("a", Node)])
    with pytest.raises(DeclarationError, match="a.rooted.above is required, so no tree of a.rooted has a root"):
        compose_models([Part("a", Rooted)])
