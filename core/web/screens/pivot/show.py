"""The page of a pivot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING

from core.i18n import translate
from core.orm.filter import Filter
from core.orm.notation import to_json
from core.views import MeasureAt, PivotView
from core.web.screens.address import LIST
from core.web.screens.context import env, formats
from core.web.screens.finding import filter_of
from core.web.screens.grouped import Choosing, Groups, Wanted, axes_of, read_groups
from core.web.screens.grouped.names import every
from core.web.screens.grouped.tally import amount_text
from core.web.screens.pivot.table import Key, Line, Table

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from core.web.screens.grouped import Axis
    from core.web.screens.page import Page

ROWS, ACROSS = 3, 2
"""Fields of the rows and of the columns."""
MOST_LINES, MOST_COLUMNS = 500, 60


@dataclass(frozen=True)
class Cell:
    """Texts of one figure, one a currency, and the address of its records."""

    texts: Sequence[str]
    href: str = ""


@dataclass(frozen=True)
class Row:
    """A row. toggle: address with it open or shut; "" where nothing is below it."""

    text: str
    depth: int
    cells: Sequence[Cell]
    toggle: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Span:
    """A head above several columns."""

    text: str
    width: int


@dataclass(frozen=True)
class Sorted:
    """The head of a figure in the column of totals: its address sorts by it."""

    label: str
    href: str
    sorted: str


@dataclass(frozen=True)
class Pivoted:
    """What a pivot's address asks for, read. Nothing is read where there are too many records."""

    view: PivotView
    choosing: Choosing
    rows: Wanted
    across: Wanted
    measures: Sequence[MeasureAt]
    groups: Groups
    table: Table


def pivoted(page: Page) -> Pivoted:
    """The table that an address asks for: one statement, and one for each relation that makes groups."""
    view = page.found.view
    assert isinstance(view, PivotView)
    asked = page.asked
    choosing = Choosing(env(), asked, view.offered, view.figures)
    rows, across = choosing.by("rows", view.rows, ROWS), choosing.by("across", view.across, ACROSS)
    taken = set(rows.names)
    across = Wanted([one for one in across.by if one.name not in taken])
    measures = choosing.measures(view.measures)
    by = [*rows.by, *across.by]
    groups = read_groups(env(), page.info.name, by, measures, page.conditions, everything=asked.everything)
    axes = axes_of(env(), formats(), by, groups.rows)
    table = Table(axes[: len(rows.by)], axes[len(rows.by) :], measures, groups.rows)
    return Pivoted(view, choosing, rows, across, measures, groups, table)


def show(page: Page) -> Response:
    """The pivot, with what it could be by beside what it is by."""
    found = pivoted(page)
    table, asked = found.table, page.asked
    shut, sort = frozenset(asked.values("shut")), asked.value("sort")
    columns = [*table.columns[:MOST_COLUMNS], ()] if found.across.by else [()]
    lines = list(islice(table.lines(shut, sort), MOST_LINES + 1))
    rows = [_row(page, found, line, columns, shut) for line in lines[:MOST_LINES]]
    return page.show(
        "pivot.html",
        lines=found.groups.count,
        groups=found.groups,
        rows=rows,
        total=_cells(page, found, (), columns),
        heads=_heads(table, columns[:-1]),
        measures=[found.choosing.label(one) for one in found.measures],
        sorts=[_sorted(page, found, one, sort) for one in found.measures],
        width=len(columns),
        row_label=" / ".join(axis.label for axis in table.rows),
        by=" · ".join(axis.label for axis in table.across),
        row_offers=found.choosing.offers("rows", found.rows, ROWS),
        across_offers=found.choosing.offers("across", found.across, ACROSS),
        measure_offers=found.choosing.figure_offers(found.measures, single=False),
        swapped=asked.keeping(rows=found.across.names or ["-"], across=found.rows.names or ["-"]).list_address(),
        cut=len(lines) > MOST_LINES or len(table.columns) > MOST_COLUMNS,
    )


def _row(page: Page, found: Pivoted, line: Line, columns: Sequence[Key], shut: frozenset[str]) -> Row:
    table, depth = found.table, len(line.key)
    name, toggle = table.name(line.key), ""
    if line.below:
        kept = [one for one in page.asked.values("shut") if one != name]
        toggle = page.asked.keeping(shut=kept if name in shut else [*kept, name]).list_address()
    text = table.rows[depth - 1].text(line.key[-1])
    return Row(text, depth, _cells(page, found, line.key, columns), toggle, name not in shut)


def _cells(page: Page, found: Pivoted, row: Key, columns: Sequence[Key]) -> list[Cell]:
    cells, whole = [], found.table.tally(())
    orders = [list(whole.currencies(measure)) for measure in found.measures]
    for column in columns:
        tally = found.table.tally(row, column)
        href = records_address(page, [*zip(found.table.rows, row, strict=False), *zip(found.table.across, column,
                                      strict=False)]) if tally.count else ""  # fmt: skip
        for measure, order in zip(found.measures, orders, strict=True):
            amounts = tally.amounts(measure, order) if tally.count else []
            cells.append(Cell([amount_text(env(), formats(), measure, one) for one in amounts], href))
    return cells


def records_address(page: Page, values: Sequence[tuple[Axis, object]]) -> str:
    """The list of the records that some groups stand for, among those of the page."""
    own = filter_of(env(), page.asked)
    conditions: list[Filter] = [] if own is None else [own]
    conditions += [axis.condition(env(), value) for axis, value in values]
    told = to_json(every(conditions), env().models)
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str) if told else ""
    return page.asked.with_view(LIST).flat().with_filter(text).list_address()


def _heads(table: Table, columns: Sequence[Key]) -> list[list[Span]]:
    """A row of heads for each field of the columns; the same value above neighbours is said once."""
    heads = []
    for depth, axis in enumerate(table.across):
        runs = groupby(columns, key=lambda key: key[: depth + 1])
        heads.append([Span(axis.text(key[-1]), len(list(run))) for key, run in runs])
    return heads


def _sorted(page: Page, found: Pivoted, measure: MeasureAt, sort: str) -> Sorted:
    name = measure.name
    other = name if sort == f"-{name}" else f"-{name}"
    state = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    label = translate(found.choosing.label(measure), env().language)
    return Sorted(label, page.asked.keeping(sort=other).list_address(), state)
