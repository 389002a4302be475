"""The list of a model: sorted, searched and paged by its address; the same few statements for any size.

rows of the page · groups by currency, which count too · currencies · titles of to-many values, where shown; in groups,
these and their totals instead of the rows
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, g, request
from werkzeug.wrappers import Response

from core.i18n import _, translate
from core.web.screens.address import LIST, PAGE, Asked
from core.web.screens.cells import Cell, Draw, needed
from core.web.screens.columns import STARTS_HIGH, is_numeric, is_sortable, places_on_phone
from core.web.screens.context import env, formats, views
from core.web.screens.finding import filters, readable_model
from core.web.screens.list_columns import chooser, list_view
from core.web.screens.list_groups import GroupRow, Groups, Level, level_of
from core.web.screens.menu import menu_for, menu_of
from core.web.screens.page import Page, screens
from core.web.screens.titles import titles
from core.web.screens.totals import Totals, totals

if TYPE_CHECKING:
    from core.views import ColumnAt, ListView

blueprint = Blueprint("list", __name__)
SAID = 60
"""Characters of what an address says that are repeated."""


@dataclass(frozen=True)
class Head:
    """The head of a column. href: sorts by it, or the other way round. sorted: "ascending", "descending" or ""."""

    label: str
    numeric: bool
    place: str
    href: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Line:
    """A row with the id and the address of its record."""

    id: int
    href: str
    cells: Sequence[Cell]


@blueprint.get("/records/<model>")
def records(model: str) -> Response:
    """The records that the address asks for, in the view that it names. Raises Missing, AccessDenied or Invalid."""
    page = page_of(model)
    return screens()[page.found.kind](page)


def page_of(model: str) -> Page:
    """What the address of the request asks for. Raises Missing, AccessDenied or Invalid."""
    info = readable_model(env(), model)
    asked = Asked.read(model, request.args)
    menu = menu_of(env(), asked.menu) if asked.menu else None
    g.menu = menu.key if menu is not None else menu_for(env(), model)
    found = views().view(model, asked.view)
    if found is None or not found.caption:
        name = asked.view[:SAID]
        flash(translate(_("There is no view “{name}” here, so this is the list.", name=name), env().language), "info")
        asked = asked.with_view(LIST)
        found = views().view(model, LIST)
        assert found is not None, "every model has a list"
    return Page(info, asked, menu, found, filters(env(), views(), asked, menu))


def show(page: Page) -> Response:
    """A page of the list."""
    model, asked, conditions = page.info.name, page.asked, page.conditions
    view = list_view(env(), views(), asked)
    readable = [column for column in view.columns if column.at.readable(env())]
    columns = [column for column in readable if not column.in_foot]
    _say_what_is_ignored(view, asked)
    shown = totals(env(), formats(), model, readable, conditions, everything=asked.everything)
    paths = list(dict.fromkeys(["id", *(path for column in columns for path in needed(env(), column))]))
    order = order_of(view, asked)
    levels = _levels(asked)
    grouped: list[GroupRow] = []
    has_more = False
    if levels:
        groups = Groups(env(), formats(), asked, levels, readable, conditions, paths, order)
        grouped, has_more = groups.read()
        rows = groups.rows
    else:
        rows = env()[model].values(paths, *conditions, order=order, limit=PAGE, offset=asked.offset)
    draw = Draw(env(), formats(), titles(env(), columns, rows))

    def line(row: dict[str, Any], place: int = 0) -> Line:
        # A record that is opened from a group has no place among all of them.
        here = replace(asked, opened=(), groups=()) if levels else asked
        return Line(row["id"], here.record_address(row["id"], place), [draw.cell(column, row) for column in columns])

    _draw_groups(grouped, line)
    lines = [] if levels else [line(row, asked.offset + position) for position, row in enumerate(rows, 1)]
    return page.show(
        "list.html",
        heads=_heads(view, asked, columns),
        lines=lines,
        totals=shown,
        foot=_foot(columns, shown),
        below=[
            (column.label, shown.texts[column.at.path])
            for column in readable
            if column.at.path in shown.texts and column.in_foot
        ],
        sums=any(column.total for column in readable),
        first=asked.offset + 1,
        last=asked.offset + len(grouped or lines),
        has_next=has_more or (len(lines) == PAGE and (shown.has_more or asked.offset + PAGE < shown.count)),
        grouped=grouped,
        paths=[column.at.path for column in columns],
        span=_span(columns),
        chooser=chooser(env(), views(), asked, view),
    )


def order_of(view: ListView, asked: Asked) -> list[str] | None:
    """The order of the address where it names a column that can be sorted by, else the list's own."""
    if asked.order and _is_sorted_by(view, asked.order):
        name = asked.order.removeprefix("-")
        return [asked.order, *(item for item in view.order or view.model.order if item.removeprefix("-") != name)]
    return list(view.order) or None


def _is_sorted_by(view: ListView, order: str) -> bool:
    name = order.removeprefix("-")
    return any(column.at.path == name and is_sortable(column) and column.at.readable(env()) for column in view.columns)


def _say_what_is_ignored(view: ListView, asked: Asked) -> None:
    """An address that somebody wrote or kept may ask for what there is not: they are told, and the list is shown."""
    page, told = request.args.get("page", ""), []
    if asked.order and not _is_sorted_by(view, asked.order):
        name = asked.order.removeprefix("-")[:SAID]
        told.append(_("This list cannot be sorted by “{name}”, so it is in its own order.", name=name))
    if page and asked.page == 1 and request.args.get("page", 0, type=int) != 1:
        told.append(_("There is no page “{page}”, so this is the first one.", page=page[:SAID]))
    for text in told:
        flash(translate(text, env().language), "info")


def _heads(view: ListView, asked: Asked, columns: Sequence[ColumnAt]) -> list[Head]:
    order = asked.order or next(iter(view.order or view.model.order), "")
    places = places_on_phone(columns)
    heads = []
    for column in columns:
        path, numeric = column.at.path, is_numeric(column)
        if not is_sortable(column):
            heads.append(Head(column.label, numeric, places[path]))
            continue
        sorted_by = {path: "ascending", f"-{path}": "descending"}.get(order, "")
        first = f"-{path}" if column.at.kind in STARTS_HIGH else path
        other = path if first == f"-{path}" else f"-{path}"
        to = (other if order == first else first) if sorted_by else first
        heads.append(Head(column.label, numeric, places[path], asked.with_order(to).list_address(), sorted_by))
    return heads


def _foot(columns: Sequence[ColumnAt], shown: Totals) -> list[tuple[bool, list[str]]]:
    """(is a total, its parts) for each column."""
    return [(column.at.path in shown.texts, shown.texts.get(column.at.path, [])) for column in columns]


def _levels(asked: Asked) -> list[Level]:
    """What the address groups by; what it cannot be grouped by is told and left out."""
    levels = []
    for name in asked.groups:
        level = level_of(env(), asked.model, name)
        if level is None:
            text = _("This list cannot be grouped by “{name}”.", name=name[:SAID])
            flash(translate(text, env().language), "info")
        else:
            levels.append(level)
    return levels


def _draw_groups(groups: Sequence[GroupRow], line: Callable[[dict[str, Any]], Line]) -> None:
    for group in groups:
        group.lines = [line(row) for row in group.rows]
        _draw_groups(group.groups, line)


def _span(columns: Sequence[ColumnAt]) -> int:
    """So many columns the name of a group may take: those before the first total."""
    before = next((place for place, column in enumerate(columns) if column.total and place), len(columns))
    return max(1, before)
