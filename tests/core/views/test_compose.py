"""Composition of views: what an addon declares, what others change, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.errors import DeclarationError, UnknownName
from core.i18n import _
from core.orm import fields
from core.orm.access.declare import Role
from core.orm.compose import Part, compose_models
from core.orm.model import Model
from core.orm.registry import Models
from core.views import (
    Button,
    Column,
    Extend,
    Facet,
    Form,
    FormView,
    Group,
    GroupAt,
    List,
    Menu,
    Search,
    Tab,
    Tabs,
    Widget,
    after,
    before,
    compose_views,
    inside,
    remove,
)


class Town(Model):
    """A town."""

    _name = "test.town"

    name = fields.Char(_("Town"), required=True, search=True)


class House(Model):
    """A house in a town."""

    _name = "test.house"
    _label = "House"
    _label_plural = "Houses"

    name = fields.Char(_("House"), required=True, search=True)
    town = fields.Many2one(Town, _("Town"))
    rooms_count = fields.Integer(_("Rooms"))
    price = fields.Decimal(_("Price"))
    notes = fields.Text(_("Notes"))
    rooms: fields.One2many[Room] = fields.One2many("test.room", _("Rooms"), inverse="house")

    def sell(self) -> None:
        """Sell it."""

    def value_in(self, currency: str) -> str:
        """What it is worth; takes an argument, so no button can call it."""
        return currency


class Room(Model):
    """A room of a house."""

    _name = "test.room"

    name = fields.Char(_("Room"))
    house = fields.Many2one(House, _("House"))


class Painted(House):
    """What another addon adds to a house."""

    colour = fields.Char(_("Colour"))


ROLE = Role("test.agent", "Agent")


@pytest.fixture(scope="module")
def models() -> Models:
    parts = [Part("houses", cls) for cls in (Town, House, Room)]
    return compose_models([*parts, Part("paint", Painted)], [ROLE])


def house_form() -> Form:
    return Form(
        House,
        title=House.name,
        buttons=[Button(House.sell, "Sell", main=True)],
        body=[
            Group(House.town, House.price, key="deal", label="Deal"),
            Tabs(Tab("Notes", House.notes, key="notes"), key="more"),
        ],
    )


def fields_of(form: FormView) -> list[str]:
    return [widget.at.path for widget in form.widgets()]


def test_a_view_shows_what_it_names_with_the_labels_of_the_fields(models: Models) -> None:
    listed = List(House, columns=[House.name, Column(House.price, total=True), House.town.name, "town_id"])
    view = compose_views(models, [("houses", listed)]).list("test.house")
    assert [column.at.path for column in view.columns] == ["name", "price", "town.name", "town"]
    assert [column.label for column in view.columns] == ["House", "Price", "Town", "Town"]
    assert view.label == "Houses"


def test_two_addons_extend_one_form_and_both_are_seen(models: Models) -> None:
    form = house_form()
    declared = [
        ("houses", form),
        ("paint", Extend(form, after(House.town, Painted.colour))),
        ("rooms", Extend(form, inside("deal", House.rooms_count), inside("more", Tab("Rooms", House.rooms)))),
    ]
    composed = compose_views(models, declared).form("test.house")
    assert fields_of(composed) == ["town", "colour", "price", "rooms_count", "notes", "rooms"]


def test_extending_leaves_the_declared_view_alone(models: Models) -> None:
    form = house_form()
    compose_views(models, [("houses", form), ("paint", Extend(form, before("deal", Group(Painted.colour))))])
    assert fields_of(compose_views(models, [("houses", form)]).form("test.house")) == ["town", "price", "notes"]


def test_buttons_and_columns_are_anchors_too(models: Models) -> None:
    form, listed = house_form(), List(House, columns=[House.name, House.price])
    declared = [
        ("houses", form),
        ("houses", listed),
        ("paint", Extend(form, after(House.sell, Button("sell", "Sell again")), remove(House.price))),
        ("paint", Extend("test.house.list", before(House.price, Painted.colour), inside("columns", "rooms_count"))),
    ]
    views = compose_views(models, declared)
    assert [button.label for button in views.form("test.house").buttons] == ["Sell", "Sell again"]
    assert fields_of(views.form("test.house")) == ["town", "notes"]
    assert [column.at.path for column in views.list("test.house").columns] == ["name", "colour", "price", "rooms_count"]


def test_a_node_that_two_addons_import_belongs_to_the_first(models: Models) -> None:
    form = house_form()
    compose_views(models, [("houses", form), ("paint", form)])


def test_a_model_without_views_gets_good_ones(models: Models) -> None:
    views = compose_views(models, [])
    assert [column.at.path for column in views.list("test.house").columns] == [
        "name", "town", "rooms_count", "price", "colour",
    ]  # fmt: skip
    form = views.form("test.house")
    assert form.title is not None
    assert form.title.path == "name"
    assert fields_of(form) == ["town", "rooms_count", "price", "colour", "notes", "rooms"]
    assert [field.at.path for field in views.search("test.house").fields] == ["name"]


def test_a_search_finds_a_relation_by_its_title(models: Models) -> None:
    view = compose_views(models, [("houses", Search(House, fields=[House.name, House.town]))]).search("test.house")
    assert [field.at.path for field in view.fields] == ["name", "town.name"]


def test_menus_stand_in_their_order(models: Models) -> None:
    declared = [
        Menu("town.list", "Towns", parent="houses", model=Town, sequence=20),
        Menu("houses", "Houses", icon="home"),
        Menu("house.list", "Houses", parent="houses", model=House, facets=("dear",)),
        Search(House, fields=[House.name], facets=[Facet("dear", "Dear", House.price > 1000)]),
    ]
    (area,) = compose_views(models, [("houses", item) for item in declared]).menus
    assert [entry.key for entry in area.entries] == ["house.list", "town.list"]


WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: List(House, columns=["prise"]), "field 'prise' is not on test.house; nearest: 'price'"),
    (lambda: List(House, columns=["town_id.nam"]), "field 'nam' is not on test.town; nearest: 'name'"),
    (lambda: List(House, columns=[Town.name]), "'name' is a field of test.town; this view shows test.house"),
    (lambda: List(House, columns=[Column(House.name, total=True)]), "'name' has no total: it is a char"),
    (lambda: List(House, columns=[Column(House.name, widget="tagg")]), "'tagg' is no widget; nearest: 'tag'"),
    (lambda: List(House, columns=[Column(House.name, widget="meter")]), "widget 'meter' does not show a char"),
    (lambda: List(House, columns=[House.name], order=("-prize",)), "field 'prize' is not on test.house"),
    (lambda: List("test.hose", columns=["name"]), "model 'test.hose' is not enabled; nearest: 'test.house'"),
    (lambda: Form(House, body=["name.first"]), "'name' of test.house has no fields of its own, so no 'first'"),
    (lambda: Form(House, body=[House.name, House.name]), "field 'name' stands twice in test.house.form"),
    (lambda: Form(House, status=House.price, body=[]), "'price' cannot stand there; name a many2one or selection"),
    (lambda: Form(House, body=[Widget(House.rooms, columns=["nme"])]), "field 'nme' is not on test.room"),
    (lambda: Form(House, buttons=[Button("sel", "Sell")], body=[]), "test.house has no verb 'sel'; nearest: 'sell'"),
    (lambda: Form(House, buttons=[Button("value_in", "")], body=[]), "test.house has no verb 'value_in'"),
    (
        lambda: Form(House, buttons=[Button("sell", "", when=Town.name == "x")], body=[]),
        "the filter is about test.town",
    ),
    (lambda: Form(House, buttons=[Button("sell", "", roles=["test.agnt"])], body=[]), "nearest: 'test.agent'"),
    (lambda: Search(House, fields=[House.price]), "'price' is not a text to search in"),
    (lambda: Menu("a", "A", parent="b"), "menu 'b' is not declared"),
    (lambda: Menu("a", "A", model=House, facets=("mine",)), "facet 'mine' is not in the search of test.house"),
]


@pytest.mark.parametrize(("declare", "message"), WRONG, ids=[message for _declare, message in WRONG])
def test_a_wrong_name_stops_the_composition(models: Models, declare: Callable[[], object], message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        compose_views(models, [("houses", declare())])
    assert message in str(caught.value)
    assert str(caught.value).startswith("addon 'houses': ")
    assert "test_compose.py:" in caught.value.where


def test_a_misspelt_field_is_named_where_it_is_written() -> None:
    with pytest.raises(
        UnknownName, match=r"test_compose\.py:\d+: field 'prise' is not on test.house; nearest: 'price'"
    ):
        List(House, columns=[House.prise])  # type: ignore[attr-defined]


def test_an_anchor_that_matches_nothing_names_addon_and_nearest(models: Models) -> None:
    form = house_form()
    with pytest.raises(DeclarationError, match=r"addon 'paint': .*'pric' is not in test.house.form .*nearest: 'price'"):
        compose_views(models, [("houses", form), ("paint", Extend(form, after("pric", Painted.colour)))])


def test_a_wrong_field_of_an_extension_is_its_own_mistake(models: Models) -> None:
    form = house_form()
    with pytest.raises(
        DeclarationError, match="addon 'paint': .*field 'color' is not on test.house; nearest: 'colour'"
    ):
        compose_views(models, [("houses", form), ("paint", Extend(form, after(House.town, "color")))])


def test_an_anchor_that_matches_twice_is_refused(models: Models) -> None:
    form = Form(House, body=[Group(House.name, key="a"), Group(House.price, key="a")])
    with pytest.raises(DeclarationError, match="'a' stands 2 times in test.house.form"):
        compose_views(models, [("houses", form), ("paint", Extend(form, inside("a", Painted.colour)))])


def test_a_group_does_not_fit_among_columns(models: Models) -> None:
    listed = List(House, columns=[House.name])
    with pytest.raises(DeclarationError, match="a Group does not fit beside or inside 'name'; it holds: Column"):
        compose_views(models, [("houses", listed), ("paint", Extend(listed, after(House.name, Group(Painted.colour))))])


def test_a_second_form_of_a_model_points_at_the_first(models: Models) -> None:
    with pytest.raises(
        DeclarationError, match=r"test.house has a form already; extend the one at .*test_compose.py:\d+"
    ):
        compose_views(models, [("houses", house_form()), ("paint", house_form())])


def test_an_extension_of_a_view_that_is_not_enabled_is_refused(models: Models) -> None:
    with pytest.raises(DeclarationError, match="view 'test.house.form' is not enabled"):
        compose_views(models, [("paint", Extend(house_form(), remove(House.price)))])


def test_what_is_no_field_is_refused_at_once() -> None:
    with pytest.raises(DeclarationError, match="'House' is not a field"):
        Group(House)


def test_a_group_inside_a_group_is_kept(models: Models) -> None:
    form = compose_views(models, [("houses", Form(House, body=[Group(Group(House.name, key="in"), key="out")]))])
    (outer,) = form.form("test.house").body
    assert isinstance(outer, GroupAt)
    assert isinstance(outer.items[0], GroupAt)
