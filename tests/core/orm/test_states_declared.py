"""How states are declared, added to by other addons, and what composition refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import Approval, Env, Filter, Grant, Model, Refused, Role, States, computed, fields, move
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.states.carry import possible_moves
from core.orm.states.compose import check_lifecycles
from core.orm.states.table import rows_of
from core.testing.bench import Bench, as_parts, identity

STATES = (("draft", "Draft"), ("sent", "Sent"), ("done", "Done"))
clerk, manager = Role("test.clerk", "Clerk"), Role("test.manager", "Manager")


class Paper(Model):
    _name = "test.paper"
    _label = "Paper"

    name = fields.Char("Name")
    trail = fields.Char("Trail")
    state = fields.Selection(STATES, "State", default="draft")

    _states = States(state)

    @move("draft", "sent", roles="test.clerk")
    def send(self) -> None:
        self.trail += f"sent as {self.state} "


class Checked(Paper):
    """Another addon: a further state, a further move, and more for one that there is."""

    state = fields.Selection(add_options=[("checked", "Checked", "draft")])

    @move("draft", "checked", roles="test.manager")
    def check(self) -> None:
        self.trail += "checked "

    @move(also="checked", roles="test.manager", when=lambda env: Checked.name != "secret", why="It is secret.")
    def send(self) -> None:
        self.trail += "before "
        super().send()
        self.trail += "after "


class Stamped(Paper):
    """A third one, that knows of neither: it does more, and says nothing about the move."""

    def send(self) -> None:
        super().send()
        self.trail += "stamped "


access = [clerk, manager, *(Grant(role, Paper, "read", "write", "create") for role in (clerk, manager))]


@pytest.fixture
def office(make_models: Callable[..., Bench]) -> Bench:
    parts = Part("papers", Paper), Part("checks", Checked), Part("stamps", Stamped)
    return make_models(*parts, access=access)


def test_addons_add_states_moves_roles_and_conditions_by_subclassing(office: Bench) -> None:
    with office.env(identity(1, "test.manager")) as env:
        paper = env[Paper].create(name="x")
        env["test.paper"].get(paper.id).check()
        paper.send()
        assert (paper.state, paper.trail) == ("sent", "checked before sent as sent after stamped ")
        secret = env[Paper].create(name="secret")
        with pytest.raises(Refused, match=r"It is secret\."):
            secret.send()
        assert [one.move.name for one in possible_moves(secret) if one.allowed] == ["check"]
    with office.env(identity(2, "test.clerk")) as env:
        env[Paper].create(name="y").send()


def test_moves_are_printed_as_a_table(office: Bench) -> None:
    rows = [row[:4] for row in rows_of(office.models["test.paper"])]
    assert rows == [
        ("(made)", "", "draft", ""),
        ("send", "draft, checked", "sent", "test.clerk, test.manager"),
        ("check", "draft", "checked", "test.manager"),
    ]


def test_a_move_is_explained(office: Bench) -> None:
    with office.env(identity(1, "test.manager")) as env:
        paper = env[Paper].create(name="secret")
    with office.env() as env:
        told = str(env.explain_move(env[Paper].get(paper.id), "send", who=identity(2, "test.clerk")))
    assert "user2 may not send test.paper" in told
    assert "[yes] it starts from draft, checked, and the state is draft" in told
    assert "[no]  condition" in told
    assert "[yes] one of the roles test.clerk, test.manager" in told


# ---- what is refused ------------------------------------------------------------------------------------


def refused(*classes: type[Model], access: tuple[object, ...] = ()) -> str:
    with pytest.raises(DeclarationError) as error:
        check_lifecycles(compose_models(as_parts(classes), access))  # type: ignore[arg-type]
    assert "test_states_declared.py:" in str(error.value)
    return f"{error.value.message}; {error.value.hint}"


def everything(env: Env) -> Filter:
    return Paper.trial != ""  # type: ignore[attr-defined]  # misspelt on purpose


def test_misspelt_states_fields_and_roles_are_named() -> None:
    class WrongTarget(Paper):
        @move("draft", "dome", roles="test.clerk")
        def close(self) -> None: ...

    assert refused(Paper, WrongTarget) == "test.paper has no state 'dome'; nearest: 'done'"

    class WrongRole(Paper):
        @move("draft", "done", roles="test.clark")
        def close(self) -> None: ...

    message = "'close' of test.paper is for the role 'test.clark', which no enabled addon declares"
    assert refused(Paper, WrongRole, access=(clerk,)) == f"{message}; nearest: 'test.clerk'"

    class WrongField(Paper):
        @move("draft", "done", roles="test.clerk", when=everything)
        def close(self) -> None: ...

    assert refused(Paper, WrongField, access=(clerk,)) == "field 'trial' is not on test.paper; nearest: 'trail'"

    class WrongStart(Paper):
        _states = States("state", start="draught")

    assert refused(Paper, WrongStart) == "test.paper has no state 'draught'; nearest: 'draft'"

    class NoField(Paper):
        _states = States("stat")

    assert refused(Paper, NoField) == "_states of test.paper: field 'stat' is not on test.paper; nearest: 'state'"


def test_moves_that_cannot_be_are_refused() -> None:
    class ForNobody(Paper):
        @move("draft", "done", roles=())
        def close(self) -> None: ...

    assert refused(Paper, ForNobody).startswith("the move 'close' of test.paper is for nobody")

    class InPlace(Paper):
        @move("draft", "draft", roles="test.clerk")
        def close(self) -> None: ...

    assert refused(Paper, InPlace).startswith("the move 'close' of test.paper leads from draft to draft")

    class Twice(Paper):
        @move("draft", "done", roles="test.clerk")
        def send(self) -> None:
            super().send()

    assert refused(Paper, Twice).startswith("'send' of test.paper is declared as a move already")

    class OfNothing(Paper):
        @move(also="done", roles="test.clerk")
        def close(self) -> None: ...

    assert refused(Paper, OfNothing).startswith("'close' of test.paper adds to a move that no class below declares")

    class WithArgument(Paper):
        @move("draft", "done", roles="test.clerk")  # type: ignore[arg-type]
        def close(self, why: str) -> None: ...

    assert refused(Paper, WithArgument).startswith("the move 'close' of test.paper takes an argument")


def test_states_are_a_selection_that_is_written() -> None:
    class Derived(Model):
        _name = "test.derived"
        name = fields.Char("Name")

        @computed(name, store=True, into=fields.Selection(STATES, "State"))
        def state(self) -> str | None:
            return None

        _states = States("state")

    assert refused(Derived).startswith("_states of test.derived: 'state' is no selection that is written")

    class Stateless(Model):
        _name = "test.stateless"
        name = fields.Char("Name")

        @move("draft", "done", roles="test.clerk")
        def close(self) -> None: ...

    assert refused(Stateless).startswith("'close' of test.stateless is a move, and the model declares no states")


def test_approvals_need_the_model_of_their_requests() -> None:
    class Agreed(Paper):
        @move("draft", "done", roles="test.clerk", approval=Approval(by="test.manager"))
        def close(self) -> None: ...

    assert "no enabled addon declares 'approval.request'; depend on 'base'" in refused(Paper, Agreed)
    with pytest.raises(DeclarationError, match="by at least one role and one person"):
        Approval(by=())


def test_a_misspelt_attribute_is_told() -> None:
    with pytest.raises(DeclarationError, match="_states"):

        class Wrong(Model):
            _name = "test.wrong"
            _state = States("state")
