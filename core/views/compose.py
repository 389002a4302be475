"""From the declared views of all enabled addons to the checked views of one registry.

Everything a view names is looked up here: fields, verbs, filters, orders, roles, menus, anchors. What is
missing stops the composition with addon, file, line and the nearest right name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from core.errors import DeclarationError, nearest
from core.views.board import Board
from core.views.chart import Chart
from core.views.composed import FormView, ListView, MenuAt, SearchView, ViewAt
from core.views.extend import Extend, Operation, extended
from core.views.finding import Finder
from core.views.kinds import Form, List, Menu, Search, View
from core.views.menus import compose_menus
from core.views.nodes import Node, as_item
from core.views.pivot import Pivot

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models

V = TypeVar("V")

BUILT_IN: tuple[type[View], ...] = (List, Form, Search, Board, Pivot, Chart)
"""The kinds of view that the core brings; others are known where an addon declares a view of theirs."""


class Views:
    """The views of a registry. A model without one gets that of its kind by default, when it is first asked for.

    kinds: the kinds of view that there are, by their name. bound: (model, name) → kind and the view that was declared.
    """

    def __init__(
        self,
        models: Models,
        kinds: Mapping[str, type[View]],
        bound: dict[tuple[str, str], ViewAt | None],
        menus: tuple[MenuAt, ...],
    ) -> None:
        self._models, self._bound = models, bound
        self.kinds, self.menus = kinds, menus

    def list(self, model: str) -> ListView:
        return self._of(ListView, model, List)

    def form(self, model: str) -> FormView:
        return self._of(FormView, model, Form)

    def search(self, model: str) -> SearchView:
        return self._of(SearchView, model, Search)

    def view(self, model: str, name: str) -> ViewAt | None:
        """The view of a model that addresses call so; None where it has none."""
        key = (model, name)
        if key not in self._bound:
            kind = self.kinds.get(name)
            made = None if kind is None else kind.default(self._models[model])
            found = None if made is None else _bound(Finder(self._models, self._models[model].addon), made)
            self._bound[key] = found
        return self._bound[key]

    def choices(self, model: str) -> tuple[ViewAt, ...]:
        """The views of many records that a model has, in the order in which people choose from them."""
        names = dict.fromkeys([*self.kinds, *(name for one, name in tuple(self._bound) if one == model)])
        found = (self.view(model, name) for name in names)
        return tuple(sorted((one for one in found if one is not None and one.caption), key=lambda one: one.place))

    def _of(self, wanted: type[V], model: str, kind: type[View]) -> V:
        found = self.view(model, kind.kind)
        if found is None or not isinstance(found.view, wanted):
            raise LookupError(f"{model} has no {kind.kind}")
        return found.view


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
    bound: dict[tuple[str, str], ViewAt | None] = {}
    taken: dict[tuple[str, str], View] = {}
    for addon, view in views:
        finder = Finder(models, addon)
        info = finder.model(view.model, view.where)
        first = taken.setdefault((info.name, view.name), view)
        if first is not view:
            hint = f"extend the one at {first.where}"
            if view.place:
                hint += ", or give this one another name=…"
            raise finder.complain(f"{view.model} has a {view.name} already", view.where, hint)
        finder.icon(view.icon, view.where)
        final = _extended(models, info, view, changes.get(id(view), []))
        bound[info.name, view.name] = _bound(finder, final)
    kinds = {kind.kind: kind for kind in (*BUILT_IN, *(type(view) for _addon, view in views))}
    menus = [(addon, item) for addon, item in items if isinstance(item, Menu)]
    composed = Views(models, kinds, bound, ())
    composed.menus = compose_menus(models, composed, menus)
    models.caches["views"] = {"composed": composed}
    return composed


def _bound(finder: Finder, view: View) -> ViewAt:
    return ViewAt(view.kind, view.name, view.bind(finder), view.caption, view.icon, view.place)


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
                for given in operation.nodes:
                    view.check(finder, info, given if isinstance(given, Node) else as_item(given))
        except DeclarationError as error:
            if error.addon:
                raise
            raise DeclarationError(error.message, addon=addon, where=error.where, hint=error.hint) from None
    return view
