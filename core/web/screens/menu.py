"""The rail and the bar: the areas and entries that the reader may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.views.composed import MenuAt
from core.web.screens.context import views

if TYPE_CHECKING:
    from core.orm.env import Env

ICON = "box"  # of an area that names none


@dataclass(frozen=True)
class Link:
    """An entry of an area."""

    key: str
    label: str
    url: str
    model: str
    current: bool = False


@dataclass(frozen=True)
class Area:
    """An area with the entries that the reader may open; it opens the first of them."""

    key: str
    label: str
    icon: str
    items: tuple[Link, ...]
    current: bool = False

    @property
    def url(self) -> str:
        return self.items[0].url


@dataclass(frozen=True)
class Navigation:
    """All areas of the reader, the one that they are in, and its entries."""

    areas: tuple[Area, ...]
    area: Area | None = None

    @property
    def items(self) -> tuple[Link, ...]:
        return self.area.items if self.area else ()


def navigation(env: Env, current: str = "") -> Navigation:
    """What the reader may open. current: key of the menu that the page belongs to. It costs no statement."""
    areas = []
    for area in views().menus:
        if not _offered(env, area):
            continue
        entries = [entry for entry in (area, *area.entries) if (entry.model or entry.page) and _offered(env, entry)]
        links = tuple(_link(entry, current) for entry in entries)
        if links:
            inside = area.key == current or any(link.current for link in links)
            areas.append(Area(area.key, area.label, area.icon or ICON, links, inside))
    return Navigation(tuple(areas), next((area for area in areas if area.current), None))


def menu_of(env: Env, key: str) -> MenuAt | None:
    """The menu of that key, where there is one that the reader is offered."""
    for area in views().menus:
        for entry in (area, *area.entries):
            if entry.key == key and entry.model and _offered(env, area) and _offered(env, entry):
                return entry
    return None


def menu_for(env: Env, model: str) -> str:
    """The key of the menu that lists a model, best without a limit, for pages whose address names none; or ""."""
    found = [
        entry
        for area in views().menus
        for entry in (area, *area.entries)
        if entry.model == model and _offered(env, area) and _offered(env, entry)
    ]
    return next((entry.key for entry in sorted(found, key=lambda entry: entry.where is not None)), "")


def _offered(env: Env, menu: MenuAt) -> bool:
    if menu.roles and not any(env.has_role(role) for role in menu.roles):
        return False
    # Asked of the table of grants, since a collection for each model of each menu would cost more than the menu.
    return not menu.model or env.elevated or bool(env.models.access.grants(env.roles, "read", menu.model))


def _link(menu: MenuAt, current: str) -> Link:
    if menu.page:
        return Link(menu.key, menu.label, menu.page, "", menu.key == current)
    return Link(menu.key, menu.label, f"/menu/{menu.key}", menu.model, menu.key == current)
