"""References: a field that points at a record of one of several models."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import Grant, Invalid, Model, Refused, Restricted, Role, Rule, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.notation import from_json, to_json
from core.orm.wire import dump, load
from core.testing.bench import Bench, identity
from core.testing.statements import count_statements


class Lead(Model):
    _name = "crm.lead"
    _label = "Lead"
    name = fields.Char(required=True)
    is_secret = fields.Boolean()


class Order(Model):
    _name = "sale.order"
    _label = "Order"
    name = fields.Char(required=True)


class Task(Model):
    _name = "todo.task"
    _label = "Task"
    _label_plural = "Tasks"
    name = fields.Char(required=True)
    about = fields.Reference([Lead, "sale.order"], "About")


class Proof(Model):
    _name = "todo.proof"
    _label = "Proof"
    of = fields.Reference([Order], on_delete="refuse")


class Note(Model):
    _name = "todo.note"
    on = fields.Reference([Lead], on_delete="delete")


worker = Role("worker", "Worker")
EVERYTHING = ("read", "write", "create", "delete")
ACCESS = [
    worker,
    Grant(worker, Lead, *EVERYTHING),
    Grant(worker, Task, *EVERYTHING),
    Rule(Lead, where=lambda env: Lead.is_secret == False),
]
LAN = identity(1, "worker")


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Lead, Order, Task, Proof, Note, access=ACCESS)


def test_reference_points_at_records_of_several_models(bench: Bench) -> None:
    with bench.env() as env:
        lead, order = env[Lead].create(name="50 chairs"), env[Order].create(name="SO1")
        call = env[Task].create(name="call", about=lead)
        ship = env[Task].create(name="ship", about=order)
        rest = env[Task].create(name="rest")
        assert (call.about, ship.about, rest.about) == (lead, order, None)
        assert isinstance(call.about, Lead)
        assert call.about.name == "50 chairs"
        assert env[Task].search(Task.about.is_(order)).ids == (ship.id,)
        assert env[Task].search(Task.about.in_([lead, order])).ids == (call.id, ship.id)
        assert env[Task].search(Task.about.is_(None)).ids == (rest.id,)
        assert (Task.about.is_(order)).matches(ship)
        assert not (Task.about.is_(order)).matches(call)
        assert (Task.about.is_set()).matches(call)
        call.about = order
        env.flush()
        assert call.history(1)[0].changes["about"] == (f"crm.lead,{lead.id}", f"sale.order,{order.id}")


def test_references_of_a_set_are_read_together(bench: Bench) -> None:
    with bench.env() as env:
        for number in range(20):
            env[Task].create(name=f"t{number}", about=env[Lead].create(name=f"lead {number}"))
    with bench.env() as env:
        with count_statements() as statements:
            assert [task.about.display_name for task in env[Task].search(order=("id",))][:2] == ["lead 0", "lead 1"]
        assert statements.total <= 2


def test_reference_that_cannot_be_is_refused(bench: Bench) -> None:
    with bench.env() as env:
        task = env[Task].create(name="x")
        with pytest.raises(Invalid, match="must be a record of one of crm.lead, sale.order, not of todo.task"):
            task.about = task
        with pytest.raises(Invalid, match="must be a record, or its model and id"):
            task.about = 7
        with pytest.raises(Invalid, match="points at no Lead that you may see"):
            env[Task].create(name="x", about="crm.lead,99")
    with bench.env() as env:
        secret = env[Lead].create(name="secret", is_secret=True)
        hidden = env[Task].create(name="hidden", about=secret)
        ids = secret.id, hidden.id
    with bench.env(LAN) as env:
        with pytest.raises(Invalid, match="points at no Lead that you may see"):
            env[Task].create(name="x", about=f"crm.lead,{ids[0]}")
        with pytest.raises(Restricted, match="About is restricted"):
            _ = env[Task].get(ids[1]).about


def test_deleting_the_target_does_what_is_declared(bench: Bench) -> None:
    with bench.env() as env:
        lead, order = env[Lead].create(name="a"), env[Order].create(name="b")
        task, proof = env[Task].create(name="x", about=lead), env[Proof].create(of=order)
        note = env[Note].create(on=lead)
        lead.delete()
        assert task.about is None
        assert not note.exists()
        with pytest.raises(Refused, match="This Order is used by Proofs and cannot be deleted"):
            order.delete()
        assert proof.of == order


def test_reference_travels_as_model_and_id(bench: Bench) -> None:
    with bench.env() as env:
        lead = env[Lead].create(name="a")
        values = load(env, "todo.task", {"name": "x", "about": {"model": "crm.lead", "id": lead.id}}, partial=False)
        task = env[Task].create(**values)
        assert task.about == lead
        assert load(env, "todo.task", {"about": f"crm.lead,{lead.id}"}, partial=True) == {
            "about": f"crm.lead,{lead.id}"
        }
        row = env[Task].values(["about"])[0]
        assert dump(env, "todo.task", row, ["about"]) == {
            "about": {"model": "crm.lead", "id": lead.id, "display_name": "a"}
        }
        condition = Task.about.is_(lead)
        assert from_json(env.models, "todo.task", to_json(condition, env.models)) == condition


def test_reference_to_a_model_that_is_not_there_is_refused() -> None:
    class Bad(Model):
        _name = "a.bad"
        about = fields.Reference(["crm.leed"])

    with pytest.raises(DeclarationError, match=r"may point at 'crm.leed', which no enabled addon.*nearest: 'crm.lead'"):
        compose_models([Part("crm", Lead), Part("a", Bad)])
