"""From the declared views of all enabled addons to the checked views of one registry.

Everything a view names is looked up here: fields, verbs, filters, orders, roles, menus, anchors. What is
missing stops the composition with addon, file, line and the nearest right name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from core.errors import DeclarationError, nearest
from core.views.binding import bind_button, bind_column, bind_facet, bind_form, bind_item, bind_list, bind_search
from core.views.composed import FormView, ListView, MenuAt, SearchView
from core.views.defaults import default_form, default_list, default_search
from core.views.extend import Extend, Operation, extended
from core.views.finding import Finder
from core.views.kinds import Form, List, Menu, Search, View
from core.views.menus import compose_menus
from core.views.nodes import Button, Column, Facet, Node, as_item

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
            self._lists, model, lambda info: bind_list(Finder(self._models, info.addon), default_list(info))
        )

    def form(self, model: str) -> FormView:
        return self._found(
            self._forms, model, lambda info: bind_form(Finder(self._models, info.addon), default_form(info))
        )

    def search(self, model: str) -> SearchView:
        return self._found(
            self._searches, model, lambda info: bind_search(Finder(self._models, info.addon), default_search(info))
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
            lists[info.name] = bind_list(finder, final)
        elif isinstance(final, Form):
            forms[info.name] = bind_form(finder, final)
        elif isinstance(final, Search):
            searches[info.name] = bind_search(finder, final)
    menus = [(addon, item) for addon, item in items if isinstance(item, Menu)]
    composed = Views(models, lists, forms, searches, compose_menus(models, searches, menus))
    models.caches["views"] = {"composed": composed}
    return composed


def views_of(models: Models) -> Views:
    """The views that were composed for these models: those that a unit of work shows its records with."""
    found: Views = models.caches["views"]["composed"]
    return found


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
            bind_button(finder, info, node)
        elif isinstance(node, Column):
            bind_column(finder, info, node)
        elif isinstance(node, Facet):
            bind_facet(finder, info, node)
        else:
            bind_item(finder, info, node)
