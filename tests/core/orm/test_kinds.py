"""Kinds of field beyond the plain ones: rich text, durations, options of several addons, named precisions,
ordered lines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from core import Invalid, Model, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.fields.html import words_of
from core.orm.notation import from_json
from core.orm.wire import dump, load
from core.testing.bench import Bench


class Project(Model):
    _name = "project.project"
    _label = "Project"
    _order = ("name",)

    name = fields.Char(required=True)
    brief = fields.Html("Brief")
    planned = fields.Duration("Planned", within=(0, None))
    state = fields.Selection([("open", "Open"), ("done", "Done")], "State", default="open")
    price = fields.Decimal(digits="price")
    quantity = fields.Decimal(digits="quantity")
    tasks: fields.One2many[Task] = fields.One2many("project.task", inverse="project", sequence="sequence")
    planned_in_all = fields.Sum(tasks, "planned")


class Task(Model):
    _name = "project.task"
    name = fields.Char(required=True)
    project = fields.Many2one(Project, on_delete="delete")
    sequence = fields.Integer()
    planned = fields.Duration()


class Held(Project):
    state = fields.Selection(
        add_options=[("held", "On hold", "open"), ("new", "New", "")], labels={"done": "Finished"}, required=True
    )


class Cancelled(Project):
    state = fields.Selection(add_options=[("cancelled", "Cancelled")], label="Stage")


PARTS = (Part("project", Project), Part("project", Task), Part("hold", Held), Part("cancel", Cancelled))


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(*PARTS)


# -- rich text --------------------------------------------------------------------------------------


def test_rich_text_keeps_nothing_that_acts(bench: Bench) -> None:
    with bench.env() as env:
        project = env[Project].create(
            name="x",
            brief="<p onclick='x()'>Xin <b>chào</b><script>alert(1)</script></p><a href='javascript:x()'>here</a>"
            "<iframe src='//evil'></iframe><a href='https://banyan.example'>there</a>",
        )
        assert project.brief == (
            '<p>Xin <b>chào</b></p><a rel="noopener noreferrer">here</a>'
            '<a href="https://banyan.example" rel="noopener noreferrer">there</a>'
        )
        project.write(brief="<p>one<p>two & three")
        assert project.brief == "<p>one</p><p>two &amp; three</p>"
        env.flush()
        assert project.history(1)[0].changes["brief"][1] == "<p>one</p><p>two &amp; three</p>"
        assert words_of(project.brief) == "one\ntwo & three"


def test_rich_text_is_found_by_its_words(bench: Bench) -> None:
    with bench.env() as env:
        env[Project].create(name="x", brief="<p>Xin <b>chào</b></p>")
        assert env[Project].count(Project.brief.ilike("CHAO")) == 1
        assert env[Project].count(from_json(env.models, "project.project", [["brief", "ilike", "chào"]])) == 1
        with pytest.raises(Invalid, match="must be a text"):
            env[Project].create(name="x", brief=3)


# -- durations --------------------------------------------------------------------------------------


def test_duration_is_seconds_that_filter_sort_and_add_up(bench: Bench) -> None:
    with bench.env() as env:
        tasks = [{"name": "a", "planned": 60}, {"name": "b", "planned": 90}]
        project = env[Project].create(name="x", planned=5400, tasks=tasks)
        env[Project].create(name="y", planned=60)
        assert (project.planned, project.planned_in_all) == (5400, Decimal(150))
        assert env[Project].search(Project.planned > 3600).ids == (project.id,)
        assert env[Project].sums(["planned"]) == {"planned": 5460}
        assert [one.name for one in env[Project].search(order=("planned",))] == ["y", "x"]
        with pytest.raises(Invalid, match="must be 0 or more"):
            env[Project].create(name="z", planned=-1)


def test_duration_travels_as_seconds_and_is_read_from_hours_and_minutes(bench: Bench) -> None:
    with bench.env() as env:
        assert load(env, "project.project", {"name": "x", "planned": 90}, partial=False)["planned"] == 90
        assert load(env, "project.project", {"planned": "1:30"}, partial=True)["planned"] == 5400
        assert load(env, "project.project", {"planned": "1:30:05"}, partial=True)["planned"] == 5405
        with pytest.raises(Invalid, match="Write it like 1:30"):
            load(env, "project.project", {"planned": "soon"}, partial=True)
        assert dump(env, "project.project", {"planned": 5400}, ["planned"]) == {"planned": 5400}


# -- options ----------------------------------------------------------------------------------------


def test_addons_add_options_in_their_places(bench: Bench) -> None:
    state = bench.models["project.project"].fields["state"]
    assert state.options == (
        ("new", "New"), ("open", "Open"), ("held", "On hold"), ("done", "Finished"), ("cancelled", "Cancelled"),
    )  # fmt: skip
    assert (state.label, state.required, state.default) == ("Stage", True, "open")
    with bench.env() as env:
        project = env[Project].create(name="x", state="held")
        assert env[Project].count(Project.state == "held") == 1
        project.state = "cancelled"
        with pytest.raises(Invalid, match=r"cannot be 'opened'; nearest: 'open'"):
            project.state = "opened"
        with pytest.raises(Invalid, match="is required"), env.savepoint():
            project.state = None


def test_options_that_addons_disagree_about_are_refused() -> None:
    class Again(Project):
        state = fields.Selection(add_options=[("held", "Held")])

    class Lost(Project):
        state = fields.Selection(add_options=[("lost", "Lost", "opne")])

    class Named(Project):
        state = fields.Selection(labels={"finished": "x"})

    class Rooted(Model):
        _name = "a.rooted"
        state = fields.Selection(add_options=[("a", "A")])

    with pytest.raises(DeclarationError, match=r"state has the option 'held' already, from .*test_kinds"):
        compose_models([*PARTS, Part("again", Again)])
    with pytest.raises(DeclarationError, match=r"no option 'opne'.*nearest: 'open'"):
        compose_models([*PARTS, Part("lost", Lost)])
    with pytest.raises(DeclarationError, match="no option 'finished'"):
        compose_models([*PARTS, Part("named", Named)])
    with pytest.raises(DeclarationError, match="adds options to a selection that no class below declares"):
        compose_models([Part("a", Rooted)])
    with pytest.raises(DeclarationError, match="a selection has options, or"):
        fields.Selection()


# -- precision --------------------------------------------------------------------------------------


def test_precision_goes_by_use_and_a_database_may_widen_it() -> None:
    info = compose_models(PARTS)["project.project"]
    assert (info.fields["price"].digits, info.fields["quantity"].digits) == (4, 3)
    wide = compose_models(PARTS, digits={"price": 6})["project.project"]
    assert (wide.fields["price"].digits, wide.fields["quantity"].digits) == (6, 3)
    assert wide.table.c["price"].type.scale == 6  # type: ignore[attr-defined]  # a ScaledDecimal
    assert wide.fields["price"].convert(Decimal("0.000001")) == Decimal("0.000001")
    assert info.fields["price"].digits == 4
    with pytest.raises(DeclarationError, match="'price' has 4 digits and cannot have 2"):
        compose_models(PARTS, digits={"price": 2})
    with pytest.raises(DeclarationError, match=r"'pric' is no named precision.*nearest: 'price'"):
        fields.Decimal(digits="pric")


# -- ordered lines ----------------------------------------------------------------------------------


def test_lines_keep_the_order_of_the_list_that_is_assigned(bench: Bench) -> None:
    with bench.env() as env:
        project = env[Project].create(name="x", tasks=[{"name": "b"}, {"name": "a"}, {"name": "c"}])
        assert [(task.name, task.sequence) for task in project.tasks] == [("b", 1), ("a", 2), ("c", 3)]
        b, a, c = project.tasks
        project.tasks = [c, {"name": "new"}, a]
        assert [(task.name, task.sequence) for task in project.tasks] == [("c", 1), ("new", 2), ("a", 3)]
        assert b.project is None
        a.sequence = 0
        assert [task.name for task in project.tasks] == ["a", "c", "new"]
        a.sequence = 3
        env.flush()
        before = len(a.history())
        project.tasks = project.tasks
        env.flush()
        assert len(a.history()) == before


def test_list_cannot_be_ordered_by_what_is_no_number() -> None:
    class Bad(Model):
        _name = "a.bad"
        tasks: fields.One2many[BadTask] = fields.One2many("a.task", inverse="owner", sequence="nam")

    class BadTask(Model):
        _name = "a.task"
        name = fields.Char()
        owner = fields.Many2one(Bad)

    with pytest.raises(DeclarationError, match=r"ordered by 'nam', no whole number of a.task"):
        compose_models([Part("a", Bad), Part("a", BadTask)])
