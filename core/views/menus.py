"""Menus: areas of the rail, and what each of them lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import nearest
from core.views.composed import MenuAt
from core.views.finding import Finder
from core.views.kinds import Menu

if TYPE_CHECKING:
    from core.orm.registry import Models
    from core.views.compose import Views


def compose_menus(models: Models, views: Views, declared: Sequence[tuple[str, Menu]]) -> tuple[MenuAt, ...]:
    """The areas with their entries, in order of sequence and then of declaration. Raises DeclarationError."""
    by_key: dict[str, tuple[str, Menu]] = {}
    for addon, menu in declared:
        finder = Finder(models, addon)
        if menu.key in by_key:
            raise finder.complain(
                f"menu '{menu.key}' is declared twice", menu.where, f"first at {by_key[menu.key][1].where}"
            )
        by_key[menu.key] = (addon, menu)
    entries: dict[str, list[MenuAt]] = {}
    for addon, menu in by_key.values():
        finder = Finder(models, addon)
        if menu.parent:
            if menu.parent not in by_key:
                raise finder.complain(f"menu '{menu.parent}' is not declared", menu.where, nearest(menu.parent, by_key))
            if by_key[menu.parent][1].parent:
                raise finder.complain(
                    f"menu '{menu.parent}' is an entry itself", menu.where, "an entry's parent is an area"
                )
        entries.setdefault(menu.parent, []).append(_menu(finder, views, menu))
    areas = []
    for area in sorted(entries.get("", []), key=lambda menu: menu.sequence):
        below = sorted(entries.get(area.key, []), key=lambda menu: menu.sequence)
        areas.append(replace(area, entries=tuple(below)))
    return tuple(areas)


def _menu(finder: Finder, views: Views, menu: Menu) -> MenuAt:
    finder.roles(menu.roles, menu.where)
    finder.icon(menu.icon, menu.where)
    if menu.page and (menu.model or not menu.page.startswith("/")):
        raise finder.complain(
            f"menu '{menu.key}' opens '{menu.page}'", menu.where, "a page is a path of this server, without a model"
        )
    if menu.model:
        info = finder.model(menu.model, menu.where)
        if menu.filter is not None:
            finder.filter(info, menu.filter, menu.where)
        known = [facet.key for facet in views.search(menu.model).facets] if menu.facets else []
        for facet in menu.facets:
            if facet not in known:
                raise finder.complain(
                    f"facet '{facet}' is not in the search of {menu.model}", menu.where, nearest(facet, known)
                )
        names = [one.name for one in views.choices(menu.model)] if menu.view else []
        if menu.view and menu.view not in names:
            raise finder.complain(f"{menu.model} has no view '{menu.view}'", menu.where, nearest(menu.view, names))
    elif menu.view:
        raise finder.complain(f"menu '{menu.key}' opens with a view but names no model", menu.where, "give it model=…")
    elif menu.filter is not None or menu.facets:
        raise finder.complain(f"menu '{menu.key}' limits a list but names no model", menu.where, "give it model=…")
    return MenuAt(
        menu.key, menu.label, finder.addon, menu.model, menu.icon, menu.sequence, menu.roles, menu.facets, menu.filter,
        page=menu.page, view=menu.view,
    )  # fmt: skip
