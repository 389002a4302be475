"""Boards, pivots, charts and kinds of an addon's own: declared, extended, chosen from, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from core.errors import DeclarationError
from core.i18n import _
from core.orm import fields
from core.orm.compose import Part, compose_models
from core.orm.model import Model
from core.orm.registry import ModelInfo, Models
from core.views import (
    Board,
    BoardView,
    By,
    Chart,
    ChartView,
    Column,
    Extend,
    List,
    Measure,
    Menu,
    Pivot,
    PivotView,
    View,
    after,
    compose_views,
    inside,
)


class Step(Model):
    """A step of the way."""

    _name = "test.step"
    _label = "Step"

    name = fields.Char(_("Step"), required=True)
    is_folded = fields.Boolean(_("Folded"))


class Offer(Model):
    """Something that goes from step to step."""

    _name = "test.offer"
    _label = "Offer"
    _label_plural = "Offers"

    name = fields.Char(_("Name"), required=True)
    code = fields.Char(_("Code"), required=True)
    step = fields.Many2one(Step, _("Step"))
    size = fields.Selection([("s", _("Small")), ("l", _("Large"))], _("Size"), default="s")
    pieces = fields.Integer(_("Pieces"))
    ends_on = fields.Date(_("Ends on"))
    notes = fields.Text(_("Notes"))


@pytest.fixture(scope="module")
def models() -> Models:
    return compose_models([Part("home", Step), Part("home", Offer)])


def composed(models: Models, *items: object) -> Any:
    return compose_views(models, [("home", item) for item in items])


def test_a_board_knows_what_a_new_card_is_asked_for(models: Models) -> None:
    views = composed(models, Board(Offer, group=Offer.step, fold=Step.is_folded, fields=[Offer.pieces]))
    board = views.view("test.offer", "board").view
    assert isinstance(board, BoardView)
    assert [at.path for at in board.quick] == ["name", "code"]
    assert board.fold is not None


def test_pivots_and_charts_offer_every_field_that_makes_groups_and_every_number(models: Models) -> None:
    views = composed(
        models,
        Pivot(Offer, rows=[By(Offer.ends_on, period="quarter")], measures=[Measure(Offer.pieces, function="max")]),
        Chart(Offer, by=["step", "size"]),
    )
    pivot, chart = views.view("test.offer", "pivot").view, views.view("test.offer", "chart").view
    assert isinstance(pivot, PivotView)
    assert [one.name for one in pivot.rows] == ["ends_on:quarter"]
    assert [one.at.path for one in pivot.offered] == ["ends_on", "step", "size"]
    assert [one.name for one in pivot.figures] == ["__count", "pieces:max", "pieces", "pieces:avg"]
    assert isinstance(chart, ChartView)
    assert (chart.measure.name, [one.name for one in chart.by]) == ("__count", ["step", "size"])


def test_the_views_to_choose_from_stand_in_their_order(models: Models) -> None:
    views = composed(
        models,
        Chart(Offer, by=[Offer.size]),
        Board(Offer, group=Offer.step),
        Board(Offer, name="plan", caption="Plan", group=Offer.ends_on, period="month"),
        List(Offer, columns=[Offer.name]),
    )
    assert [one.name for one in views.choices("test.offer")] == ["board", "plan", "list", "chart"]
    assert [one.name for one in views.choices("test.step")] == ["list"]


def test_other_addons_extend_boards_and_pivots(models: Models) -> None:
    board = Board(Offer, group=Offer.step, fields=[Offer.code])
    pivot = Pivot(Offer, rows=[Offer.step])
    views = composed(
        models,
        board,
        pivot,
        Extend(board, after(Offer.code, Offer.pieces)),
        Extend(pivot, inside("measures", Offer.pieces), inside("across", By(Offer.ends_on))),
    )
    assert [column.at.path for column in views.view("test.offer", "board").view.cards] == ["code", "pieces"]
    found = views.view("test.offer", "pivot").view
    assert [one.name for one in found.measures] == ["pieces"]
    assert [one.name for one in found.across] == ["ends_on:month"]


@dataclass(frozen=True)
class TimelineView:
    """A timeline with its field found."""

    model: ModelInfo
    column: Any


class Timeline(View):
    """A kind of view that an addon makes."""

    kind = "timeline"
    parts: ClassVar[Mapping[str, tuple[type[Any], ...]]] = {"fields": (Column,)}
    place = 30
    caption = "Timeline"
    icon = "calendar"

    def __init__(self, model: Any, *columns: Any) -> None:
        super().__init__(model, "")
        self.fields = tuple(Column(column) for column in columns)

    def bind(self, finder: Any) -> TimelineView:
        info = finder.model(self.model, self.where)
        return TimelineView(info, finder.field(info, self.fields[0].ref))


def test_an_addon_makes_a_kind_of_its_own(models: Models) -> None:
    timeline = Timeline(Offer, Offer.ends_on)
    views = composed(
        models,
        timeline,
        Extend(timeline, inside("fields", Offer.code)),
        Menu("offers", "Offers", model=Offer, view="timeline", icon="box"),
    )
    assert views.view("test.offer", "timeline").view.column.path == "ends_on"
    assert [one.name for one in views.choices("test.offer")] == ["list", "timeline"]
    assert views.menus[0].view == "timeline"


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: Board(Offer, group=Offer.notes), "'notes' makes no columns"),
        (lambda: Board(Offer, group=Offer.ends_on), 'say how long they are: period="month"'),
        (lambda: Board(Offer, group=Offer.size, fold="is_folded"), "'size' points at no records to choose among"),
        (lambda: Board(Offer, group=Offer.step, fold="name"), "'name' cannot stand there"),
        (lambda: Board(Offer, group=Offer.step, total=Offer.code), "'code' has no total"),
        (lambda: Board(Offer, group=Offer.step, sequence=Offer.code), "'code' cannot stand there"),
        (lambda: Board(Offer, group=Offer.step, columns=Offer.size == "s"), "the filter is about test.offer"),
        (lambda: Board(Offer, group="stepp"), "nearest: 'step'"),
        (lambda: Pivot(Offer, rows=[Offer.notes]), "'notes' makes no groups"),
        (lambda: Pivot(Offer, rows=[By(Offer.size, period="month")]), "'size' has no periods"),
        (lambda: Pivot(Offer, measures=[Offer.code]), "'code' is no number of test.offer that adds up"),
        (lambda: Chart(Offer, by=[]), "a chart is by one field or two"),
        (lambda: Menu("offers", "Offers", model=Offer, view="bord", icon="box"), "test.offer has no view 'bord'"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(models: Models, declare: Callable[[], object], message: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        composed(models, declare())
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: By(Offer.ends_on, period="moon"), "'moon' is no period"),
        (lambda: Measure(Offer.pieces, function="median"), "'median' is no figure"),
        (lambda: Chart(Offer, by=[Offer.size], shape="cake"), "'cake' is no shape"),
    ],
)
def test_a_word_that_there_is_not_is_refused_at_once(declare: Callable[[], object], message: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        declare()
    assert message in str(raised.value)


def test_a_second_view_of_a_kind_needs_a_name(models: Models) -> None:
    with pytest.raises(DeclarationError) as raised:
        composed(models, Chart(Offer, by=[Offer.size]), Chart(Offer, by=[Offer.step]))
    assert "test.offer has a chart already" in str(raised.value)
    assert "give this one another name" in str(raised.value)
