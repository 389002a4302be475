"""Records that hang on records of any model: as visible as what they hang on, by every way to the data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import AccessDenied, Grant, Invalid, Missing, Model, Role, allowed_beyond, fields
from core.query import count, select
from core.testing.bench import Bench, identity


class Deal(Model):
    _name = "crm.deal"
    name = fields.Char(required=True)
    owner = fields.Integer()


class Bill(Model):
    _name = "shop.bill"
    name = fields.Char(required=True)
    is_public = fields.Boolean()


class Diary(Model):
    _name = "diary.page"
    _history = False
    name = fields.Char()


class Note(Model):
    _name = "note.note"
    _order = ("id",)
    text = fields.Char()
    about = fields.Reference(None, "About", on_delete="delete")
    scraps: fields.One2many[Scrap] = fields.One2many("note.scrap", inverse="note")


class Scrap(Model):
    _name = "note.scrap"
    name = fields.Char()
    note = fields.Many2one(Note, required=True, on_delete="delete")


seller, clerk = Role("seller", "Seller"), Role("clerk", "Clerk")
ACCESS = [
    seller,
    clerk,
    Grant(seller, Deal, "read", "write", where=lambda env: Deal.owner == env.user_id),
    Grant(clerk, Deal, "read"),
    Grant(clerk, Bill, "read", "write", where=lambda env: Bill.is_public == True),
    *(Grant(role, Note, "read", where=lambda env: allowed_beyond(env, Note.about)) for role in (seller, clerk)),
    *(
        Grant(role, Note, "create", where=lambda env: allowed_beyond(env, Note.about, "write"))
        for role in (seller, clerk)
    ),
    *(Grant(role, Scrap, "read", where=lambda env: allowed_beyond(env, Scrap.note.about)) for role in (seller, clerk)),
]
LAN, MINH, HOA = identity(1, "seller"), identity(2, "seller"), identity(3, "clerk")


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    bench = make_models(Deal, Bill, Diary, Note, Scrap, access=ACCESS)
    with bench.unit() as unit:
        env = unit.system_env()
        lans, minhs = env[Deal].create_many([{"name": "Lan's", "owner": 1}, {"name": "Minh's", "owner": 2}])
        shown, kept = env[Bill].create_many([{"name": "shown", "is_public": True}, {"name": "kept"}])
        for about in (lans, minhs, shown, kept, None):
            note = env[Note].create(text=about.name if about else "nothing", about=about)
            env[Scrap].create(name=note.text, note=note)
    return bench


SEEN = [(LAN, ["Lan's"]), (MINH, ["Minh's"]), (HOA, ["Lan's", "Minh's", "shown"])]


@pytest.mark.parametrize(("who", "texts"), SEEN)
def test_what_hangs_on_a_record_is_as_visible_as_it(bench, who, texts):
    with bench.unit() as unit:
        env = unit.env(who)
        assert [note.text for note in env[Note].search()] == texts
        assert env[Note].count() == len(texts)
        assert sorted(row["text"] for row in env[Note].values(["text"])) == texts
        assert sorted(row["text"] for row in env[Note].groups(["text"])) == texts
        assert sorted(scrap.name for scrap in env[Scrap].search()) == texts
        assert env[Scrap].count(Scrap.note.text.in_(texts)) == len(texts)
        assert env[Note].count(Note.scraps.any()) == len(texts)
        assert select(Note, n=count()).value(env) == len(texts)


def test_hidden_is_not_found_by_its_id(bench):
    with bench.unit() as unit:
        hidden = unit.system_env()[Note].search(Note.text == "Minh's")[0].id
        with pytest.raises(Missing):
            unit.env(LAN)[Note].get(hidden)


def test_moving_the_record_hides_what_hangs_on_it_at_once(bench):
    with bench.unit() as unit:
        env = unit.env(LAN)
        note = env[Note].search()[0]
        unit.system_env()[Deal].search(Deal.owner == 1).write(owner=2)
        unit.flush()
        with pytest.raises(Missing):
            env[Note].get(note.id)
        assert env[Note].count() == 0


def test_writing_about_a_record_needs_what_the_grant_says_of_it(bench):
    with bench.unit() as unit:
        system = unit.system_env()
        deal = system[Deal].search(Deal.owner == 1)[0]
        unit.env(LAN)[Note].create(text="mine", about=unit.env(LAN)[Deal].get(deal.id))
    with pytest.raises(AccessDenied), bench.unit() as unit:
        unit.env(HOA)[Note].create(text="I only read", about=unit.env(HOA)[Deal].get(deal.id))
    with pytest.raises(AccessDenied), bench.unit() as unit:
        unit.env(LAN)[Note].create(text="about nothing")
    with pytest.raises(Invalid), bench.unit() as unit:
        hidden = unit.system_env()[Deal].search(Deal.owner == 2)[0].id
        unit.env(LAN)[Note].create(text="about Minh's", about=("crm.deal", hidden))


def test_an_open_reference_points_at_no_model_that_keeps_no_history_or_hangs_itself(bench):
    for model in (Diary, Note, Deal):
        with bench.unit() as unit:
            env = unit.system_env()
            target = env[model].create(**({"name": "x"} if model is not Note else {}))
            if model is Deal:
                env[Note].create(about=target)
                continue
            with pytest.raises(Invalid, match="cannot point at"):
                env[Note].create(about=target)
    with bench.unit() as unit, pytest.raises(Invalid, match="cannot point at"):
        unit.system_env()[Note].create(about="no.model,1")


def test_what_hangs_on_a_record_goes_with_it(bench):
    with bench.unit() as unit:
        env = unit.system_env()
        env[Deal].search(Deal.owner == 1)[0].delete()
        assert env[Note].count() == 4
        assert env[Scrap].count() == 4


def test_an_explanation_says_what_it_points_at(bench):
    with bench.unit() as unit:
        env = unit.system_env()
        note = env[Note].search(Note.text == "Minh's")[0]
        told = str(env.explain(note, who=LAN))
    assert "may not read" in told
    assert "about points at crm.deal with (owner = 1)" in told


def test_a_filter_on_what_is_pointed_at_matches_in_memory_as_in_the_database(bench):
    with bench.unit() as unit:
        env = unit.env(HOA)
        condition = allowed_beyond(unit.env(LAN), Note.about)
        found = {note.text for note in env[Note].search(condition)}
        assert found == {note.text for note in env[Note].search() if condition.matches(note)} == {"Lan's"}
        assert {note.text for note in env[Note].search(~condition)} == {"Minh's", "shown"}
