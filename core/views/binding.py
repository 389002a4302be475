"""Binding one view to the composed models: every name in it is looked up, and refused where it is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from core.i18n import Worded, _
from core.orm.archived import ACTIVE
from core.orm.fields.kinds import EXACT, TEXTS
from core.orm.filter import Condition, Some
from core.orm.words import check_word
from core.views.composed import (
    DATES,
    GROUPED,
    ButtonAt,
    ColumnAt,
    FacetAt,
    FieldAt,
    FormView,
    GroupAt,
    ItemAt,
    ListView,
    SearchView,
    TabsAt,
    WidgetAt,
    groups_by,
)
from core.views.finding import Finder
from core.views.nodes import Button, Column, Facet, Field, Group, Node, Ref, Tab, Tabs, Widget
from core.views.widgets import TONES, WIDGETS

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.views.kinds import Form, List, Search

OPTIONAL = ("show", "hide")
ARCHIVED = "archived"
"""The key of the facet that shows archived records; an addon that declares one of that key words it itself."""


def bind_list(finder: Finder, view: List) -> ListView:
    """A list with its columns found."""
    info = finder.model(view.model, view.where)
    if not view.columns:
        raise finder.complain(f"{view.key} has no columns", view.where)
    return ListView(
        info,
        view.key,
        view.label or info.label_plural,
        tuple(bind_column(finder, info, column) for column in view.columns),
        finder.order(info, view.order, view.where),
        tuple(bind_button(finder, info, button) for button in view.buttons),
    )


def bind_form(finder: Finder, view: Form) -> FormView:
    """A form with its fields found, each of which stands once."""
    info = finder.model(view.model, view.where)
    title = None if view.title is None else finder.field(info, view.title)
    status = _status(finder, info, view)
    for ref, at, kinds in ((view.title, title, ("char",)), (view.status, status, ("many2one", "selection"))):
        if at is not None and ref is not None and (not at.direct or at.kind not in kinds):
            raise finder.complain(
                f"'{ref}' cannot stand there", ref.where, f"name a {' or '.join(kinds)} field of {info.name}"
            )
    form = FormView(
        info,
        view.key,
        view.label or info.label,
        title,
        status,
        (*(bind_button(finder, info, button) for button in view.buttons), *_moves(info, view)),
        tuple(bind_item(finder, info, item) for item in view.body),
    )
    seen = [title.names] if title else []
    for widget in form.widgets():
        if widget.at.names in seen:
            raise finder.complain(f"field '{widget.at.path}' stands twice in {view.key}", view.where)
        seen.append(widget.at.names)
    return form


def _status(finder: Finder, info: ModelInfo, view: Form) -> FieldAt | None:
    """The field of the path at the top: the states of the model, where the form names none."""
    if view.status is not None:
        return finder.field(info, view.status)
    return None if info.lifecycle is None else finder.at(((info, info.fields[info.lifecycle.field]),))


def _moves(info: ModelInfo, view: Form) -> Iterator[ButtonAt]:
    """A button for each move that the form has none for."""
    named = {button.verb for button in view.buttons}
    for one in info.lifecycle.moves.values() if info.lifecycle is not None else ():
        if one.name not in named:
            yield ButtonAt(one.name, one.label, one.main, confirm=one.ask, icon=one.icon)


def bind_search(finder: Finder, view: Search) -> SearchView:
    """A search with its texts found. Where records are archived, there is a facet that shows these."""
    info = finder.model(view.model, view.where)
    fields = tuple(_searched(finder, info, field) for field in view.fields)
    facets = tuple(bind_facet(finder, info, facet) for facet in view.facets)
    if info.archivable and not any(facet.key == ARCHIVED for facet in facets):
        facets = (*facets, FacetAt(ARCHIVED, _("Archived"), Condition(info.name, (ACTIVE,), "=", False)))
    groups = tuple(_grouped(finder, info, ref) for ref in view.groups)
    dates = tuple(_grouped(finder, info, ref, DATES) for ref in view.dates)
    return SearchView(info, view.key, fields, facets, groups, dates)


def _grouped(finder: Finder, info: ModelInfo, ref: Ref, kinds: frozenset[str] = GROUPED) -> FieldAt:
    """A field that records can be grouped by, or whose spans they are limited to."""
    at = finder.field(info, ref)
    if not groups_by(at) or at.kind not in kinds:
        raise finder.complain(f"'{ref}' cannot stand there", ref.where, f"name a stored {' or '.join(sorted(kinds))}")
    return at


def _searched(finder: Finder, info: ModelInfo, column: Column) -> ColumnAt:
    """A relation is searched by the title of what it points at."""
    found = bind_column(finder, info, column)
    while found.at.kind == "many2one":
        target = finder.models[found.at.target]
        if not target.title:
            raise finder.complain(f"{target.name} has no title to search '{column.ref}' by", column.where)
        at = finder.at((*found.at.steps, (target, target.fields[target.title])))
        found = dataclasses.replace(found, at=at)
    if found.at.kind not in TEXTS or any(field.many for _info, field in found.at.steps):
        raise finder.complain(
            f"'{column.ref}' is not a text to search in", column.where, "name a Char, a Text or a Many2one"
        )
    return found


def bind_facet(finder: Finder, info: ModelInfo, facet: Facet) -> FacetAt:
    """A facet whose filter is about this model."""
    finder.filter(info, facet.filter, facet.where)
    return FacetAt(facet.key, facet.label, facet.filter, facet.group)


def bind_column(finder: Finder, info: ModelInfo, column: Column) -> ColumnAt:
    """A column that one row can fill."""
    at = finder.field(info, column.ref)
    _widget_fits(finder, column.widget, at.kind, column.where)
    if any(field.many for _info, field in at.steps[:-1]):
        raise finder.complain(
            f"'{column.ref}' passes through a list of records", column.where, "a column shows one value a row"
        )
    if not at.direct and (at.field().many or not (at.field().stored or at.field().via_stored)):
        raise finder.complain(f"'{column.ref}' is not stored, so a list cannot show it from afar", column.where)
    if column.total and at.kind not in EXACT:
        raise finder.complain(f"'{column.ref}' has no total: it is a {at.kind}", column.where)
    if column.total and not (at.direct and (at.field().stored or at.field().via_stored)):
        raise finder.complain(f"'{column.ref}' has no total: {info.name} does not store it", column.where)
    if column.optional:
        check_word(column.optional, OPTIONAL, "kind of optional column", column.where, finder.addon)
    label, looks = _label(at, column), _looks(finder, info, column)
    return ColumnAt(
        at, label, column.widget, total=column.total, in_foot=column.in_foot, optional=column.optional, **looks
    )


def bind_button(finder: Finder, info: ModelInfo, button: Button) -> ButtonAt:
    """A button whose verb, roles and condition exist."""
    finder.verb(info, button.verb, button.where)
    finder.roles(button.roles, button.where)
    finder.icon(button.icon, button.where)
    if button.when is not None:
        finder.filter(info, button.when, button.where)
    return ButtonAt(button.verb, button.label, button.main, button.when, button.roles, button.confirm, button.icon)


def bind_item(finder: Finder, info: ModelInfo, node: Node) -> ItemAt:
    """A node of a form's body."""
    if isinstance(node, Widget):
        return _widget(finder, info, node)
    if isinstance(node, Tabs):
        return TabsAt(node.key, tuple(_group(finder, info, tab) for tab in node.items if isinstance(tab, Tab)))
    if isinstance(node, Group | Tab):
        return _group(finder, info, node)
    raise finder.complain(
        f"a {type(node).__name__} cannot stand in a form's body", node.where, "put it in a Tabs or a Group"
    )


def bind_node(finder: Finder, info: ModelInfo, node: Node) -> object:
    """A node of a list, form or search."""
    if isinstance(node, Button):
        return bind_button(finder, info, node)
    if isinstance(node, Column):
        return bind_column(finder, info, node)
    if isinstance(node, Facet):
        return bind_facet(finder, info, node)
    return bind_item(finder, info, node)


def _group(finder: Finder, info: ModelInfo, node: Group | Tab) -> GroupAt:
    return GroupAt(node.key, node.label, tuple(bind_item(finder, info, item) for item in node.items))


def _widget(finder: Finder, info: ModelInfo, node: Widget) -> WidgetAt:
    at = finder.field(info, node.ref)
    _widget_fits(finder, node.widget, at.kind, node.where)
    columns: tuple[ColumnAt, ...] = ()
    if at.field().many:
        target = finder.models[at.target]
        columns = tuple(bind_column(finder, target, column) for column in node.columns)
    elif node.columns:
        raise finder.complain(f"'{node.ref}' has no columns: it is a {at.kind}", node.where)
    label, readonly = _label(at, node), node.readonly or not at.direct
    return WidgetAt(at, label, node.widget, readonly=readonly, columns=columns, **_looks(finder, info, node))


def _label(at: FieldAt, node: Field) -> str:
    """What a database calls a field goes before what a view calls it, and that before the field's own label."""
    own = at.field().label
    return own if isinstance(own, Worded) else node.label or own


def _looks(finder: Finder, info: ModelInfo, node: Field) -> dict[str, Any]:
    """The filters that decide how a field looks, and what they look at: they are asked of rows that were read."""
    for tone in node.tones:
        check_word(tone, TONES, "tone", node.where, finder.addon)
    watched: dict[tuple[str, ...], FieldAt] = {}
    for condition in (*node.tones.values(), *([node.due] if node.due is not None else [])):
        finder.filter(info, condition, node.where)
        for part in condition.conditions():
            if isinstance(part, Some):
                raise finder.complain(f"how '{node.ref}' looks cannot depend on a list of records", part.where)
            at = finder.at(finder.steps(info, part.names, part.where or node.where))
            watched[at.names] = at
    return {"tones": tuple(node.tones.items()), "due": node.due, "watched": tuple(watched.values())}


def _widget_fits(finder: Finder, widget: str, kind: str, where: str) -> None:
    if not widget:
        return
    check_word(widget, WIDGETS, "widget", where, finder.addon)
    if kind not in WIDGETS[widget]:
        raise finder.complain(
            f"widget '{widget}' does not show a {kind}", where, f"it shows: {', '.join(sorted(WIDGETS[widget]))}"
        )
