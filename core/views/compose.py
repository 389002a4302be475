"""From the declared views of all enabled addons to the checked views of one registry.

Everything a view names is looked up here: fields, verbs, filters, orders, roles, menus, anchors. What is
missing stops the composition with addon, file, line and the nearest right name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from core.errors import DeclarationError, nearest
from core.orm.filter import Filter
from core.views.composed import (
    ButtonAt,
    ColumnAt,
    FacetAt,
    FormView,
    GroupAt,
    ItemAt,
    ListView,
    MenuAt,
    SearchView,
    TabsAt,
    WidgetAt,
)
from core.views.defaults import default_form, default_list, default_search
from core.views.extend import Extend, Operation, extended
from core.views.finding import Finder
from core.views.menus import compose_menus
from core.views.nodes import (
    Button,
    Column,
    Facet,
    Form,
    Group,
    List,
    Menu,
    Node,
    Search,
    Tab,
    Tabs,
    View,
    Widget,
    as_item,
)
from core.views.widgets import WIDGETS

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models

V = TypeVar("V")


class Views:
    """The views of a registry. A model without a list, form or search gets a default one when first asked."""

    def __init__(
        self,
        models: Models,
        lists: dict[str, ListView],
        forms: dict[str, FormView],
        searches: dict[str, SearchView],
        menus: tuple[MenuAt, ...],
    ) -> None:
        self._models, self._lists, self._forms, self._searches = models, lists, forms, searches
        self.menus = menus

    def list(self, model: str) -> ListView:
        return self._found(
            self._lists, model, lambda info: compose_list(Finder(self._models, info.addon), default_list(info))
        )

    def form(self, model: str) -> FormView:
        return self._found(
            self._forms, model, lambda info: compose_form(Finder(self._models, info.addon), default_form(info))
        )

    def search(self, model: str) -> SearchView:
        return self._found(
            self._searches, model, lambda info: compose_search(Finder(self._models, info.addon), default_search(info))
        )

    def _found(self, views: dict[str, V], model: str, make: Callable[[ModelInfo], V]) -> V:
        if model not in views:
            views[model] = make(self._models[model])
        return views[model]


def compose_views(models: Models, declared: Sequence[tuple[str, object]]) -> Views:
    """The checked views of `declared`, (addon, node) in load order.

    A node that several addons import counts for the first. Raises DeclarationError.
    """
    owners: dict[int, str] = {}
    items: list[tuple[str, object]] = []
    for addon, item in declared:
        if id(item) not in owners:
            owners[id(item)] = addon
            items.append((addon, item))
    views = [(addon, item) for addon, item in items if isinstance(item, View)]
    changes = _changes(views, items)
    lists: dict[str, ListView] = {}
    forms: dict[str, FormView] = {}
    searches: dict[str, SearchView] = {}
    taken: dict[tuple[str, str], View] = {}
    for addon, view in views:
        finder = Finder(models, addon)
        info = finder.model(view.model, view.where)
        first = taken.setdefault((view.kind, view.model), view)
        if first is not view:
            raise finder.complain(
                f"{view.model} has a {view.kind} already", view.where, f"extend the one at {first.where}"
            )
        final = _extended(models, info, view, changes.get(id(view), []))
        if isinstance(final, List):
            lists[info.name] = compose_list(finder, final)
        elif isinstance(final, Form):
            forms[info.name] = compose_form(finder, final)
        elif isinstance(final, Search):
            searches[info.name] = compose_search(finder, final)
    menus = [(addon, item) for addon, item in items if isinstance(item, Menu)]
    return Views(models, lists, forms, searches, compose_menus(models, searches, menus))


def _changes(
    views: Sequence[tuple[str, View]], items: Iterable[tuple[str, object]]
) -> dict[int, list[tuple[str, tuple[Operation, ...]]]]:
    """id of a view → (addon, operations) of those who extend it, in load order."""
    by_key = {view.key: view for _addon, view in views}
    known = {id(view) for _addon, view in views}
    changes: dict[int, list[tuple[str, tuple[Operation, ...]]]] = {}
    for addon, item in items:
        if not isinstance(item, Extend):
            continue
        view = by_key.get(item.view) if isinstance(item.view, str) else item.view
        if view is None or id(view) not in known:
            key = item.view if isinstance(item.view, str) else item.view.key
            raise DeclarationError(
                f"view '{key}' is not enabled", addon=addon, where=item.where, hint=nearest(key, by_key)
            )
        changes.setdefault(id(view), []).append((addon, item.operations))
    return changes


def _extended(models: Models, info: ModelInfo, view: View, changes: list[tuple[str, tuple[Operation, ...]]]) -> View:
    for addon, operations in changes:
        finder = Finder(models, addon)
        try:
            view = extended(view, operations, partial(finder.names, info))
            for operation in operations:  # an addon's own mistakes are named as its own, not as the view's owner's
                _check(finder, info, operation.nodes, operation.where)
        except DeclarationError as error:
            if error.addon:
                raise
            raise DeclarationError(error.message, addon=addon, where=error.where, hint=error.hint) from None
    return view


def _check(finder: Finder, info: ModelInfo, nodes: Iterable[object], where: str) -> None:
    for given in nodes:
        node = given if isinstance(given, Node) else as_item(given)
        if isinstance(node, Button):
            _button(finder, info, node)
        elif isinstance(node, Column):
            _column(finder, info, node)
        elif isinstance(node, Facet):
            _facet(finder, info, node)
        else:
            _item(finder, info, node)


def compose_list(finder: Finder, view: List) -> ListView:
    info = finder.model(view.model, view.where)
    if not view.columns:
        raise finder.complain(f"{view.key} has no columns", view.where)
    return ListView(
        info,
        view.key,
        view.label or info.label_plural,
        tuple(_column(finder, info, column) for column in view.columns),
        finder.order(info, view.order, view.where),
        tuple(_button(finder, info, button) for button in view.buttons),
    )


def compose_form(finder: Finder, view: Form) -> FormView:
    info = finder.model(view.model, view.where)
    title = None if view.title is None else finder.field(info, view.title)
    status = None if view.status is None else finder.field(info, view.status)
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
        tuple(_button(finder, info, button) for button in view.buttons),
        tuple(_item(finder, info, item) for item in view.body),
    )
    seen = [title.names] if title else []
    for widget in form.widgets():
        if widget.at.names in seen:
            raise finder.complain(f"field '{widget.at.path}' stands twice in {view.key}", view.where)
        seen.append(widget.at.names)
    return form


def compose_search(finder: Finder, view: Search) -> SearchView:
    info = finder.model(view.model, view.where)
    fields = tuple(_searched(finder, info, field) for field in view.fields)
    facets = tuple(_facet(finder, info, facet) for facet in view.facets)
    return SearchView(info, view.key, fields, facets)


def _searched(finder: Finder, info: ModelInfo, column: Column) -> ColumnAt:
    """A relation is searched by the title of what it points at."""
    found = _column(finder, info, column)
    while found.at.kind == "many2one":
        target = finder.models[found.at.target]
        if not target.title:
            raise finder.complain(f"{target.name} has no title to search '{column.ref}' by", column.where)
        at = finder.at((*found.at.steps, (target, target.fields[target.title])))
        found = dataclasses.replace(found, at=at)
    if found.at.kind not in ("char", "text") or any(field.many for _info, field in found.at.steps):
        raise finder.complain(
            f"'{column.ref}' is not a text to search in", column.where, "name a Char, a Text or a Many2one"
        )
    return found


def _facet(finder: Finder, info: ModelInfo, facet: Facet) -> FacetAt:
    if isinstance(facet.filter, Filter):
        finder.filter(info, facet.filter, facet.where)
    return FacetAt(facet.key, facet.label, facet.filter)


def _column(finder: Finder, info: ModelInfo, column: Column) -> ColumnAt:
    at = finder.field(info, column.ref)
    _widget_fits(finder, column.widget, at.kind, column.where)
    if any(field.many for _info, field in at.steps[:-1]):
        raise finder.complain(
            f"'{column.ref}' passes through a list of records", column.where, "a column shows one value a row"
        )
    if not at.direct and (at.field().many or not at.field().stored):
        raise finder.complain(f"'{column.ref}' is not stored, so a list cannot show it from afar", column.where)
    if column.total and at.kind not in ("integer", "decimal", "monetary"):
        raise finder.complain(f"'{column.ref}' has no total: it is a {at.kind}", column.where)
    if column.total and not (at.direct and at.field().stored):
        raise finder.complain(f"'{column.ref}' has no total: {info.name} does not store it", column.where)
    return ColumnAt(at, column.label or at.field().label, column.widget, column.total)


def _button(finder: Finder, info: ModelInfo, button: Button) -> ButtonAt:
    finder.verb(info, button.verb, button.where)
    finder.roles(button.roles, button.where)
    if button.when is not None:
        finder.filter(info, button.when, button.where)
    return ButtonAt(button.verb, button.label, button.main, button.when, button.roles, button.confirm, button.icon)


def _item(finder: Finder, info: ModelInfo, node: Node) -> ItemAt:
    if isinstance(node, Widget):
        return _widget(finder, info, node)
    if isinstance(node, Tabs):
        return TabsAt(node.key, tuple(_group(finder, info, tab) for tab in node.items if isinstance(tab, Tab)))
    if isinstance(node, Group | Tab):
        return _group(finder, info, node)
    raise finder.complain(
        f"a {type(node).__name__} cannot stand in a form's body", node.where, "put it in a Tabs or a Group"
    )


def _group(finder: Finder, info: ModelInfo, node: Group | Tab) -> GroupAt:
    return GroupAt(node.key, node.label, tuple(_item(finder, info, item) for item in node.items))


def _widget(finder: Finder, info: ModelInfo, node: Widget) -> WidgetAt:
    at = finder.field(info, node.ref)
    _widget_fits(finder, node.widget, at.kind, node.where)
    columns: tuple[ColumnAt, ...] = ()
    if at.field().many:
        target = finder.models[at.target]
        columns = tuple(_column(finder, target, column) for column in node.columns)
    elif node.columns:
        raise finder.complain(f"'{node.ref}' has no columns: it is a {at.kind}", node.where)
    return WidgetAt(at, node.label or at.field().label, node.widget, node.readonly or not at.direct, columns)


def _widget_fits(finder: Finder, widget: str, kind: str, where: str) -> None:
    if widget and widget not in WIDGETS:
        raise finder.complain(f"there is no widget '{widget}'", where, nearest(widget, WIDGETS))
    if widget and kind not in WIDGETS[widget]:
        raise finder.complain(
            f"widget '{widget}' does not show a {kind}", where, f"it shows: {', '.join(sorted(WIDGETS[widget]))}"
        )
