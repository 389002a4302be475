"""The table of a one-to-many on a form: its records as lines with their totals, each a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from core.orm.filter import Condition
from core.views.composed import ColumnAt, WidgetAt
from core.web.screens.cells import Cell, Draw, needed
from core.web.screens.columns import is_numeric
from core.web.screens.titles import titles

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.views import Views

SHOWN = 40  # lines; the rest is a link to the list
COLUMNS = 5


@dataclass(frozen=True)
class Lines:
    """heads: label, and whether the column stands right. rows: address and cells. add, rest: addresses, or ""."""

    heads: Sequence[tuple[str, bool]]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    what: str
    add: str = ""
    rest: str = ""


def lines_of(env: Env, views: Views, formats: Formats, widget: WidgetAt, owner: int | None) -> Lines:
    """The lines of a record; of one that is yet to be made, none."""
    target, inverse = widget.at.target, str(getattr(widget.at.field(), "inverse"))
    collection, info = env[target].with_archived(), env.models[target]
    columns = [column for column in _columns(views, widget, inverse) if column.at.readable(env)]
    heads = [(column.label, is_numeric(column)) for column in columns]
    if owner is None or not collection.can("read"):
        return Lines(heads, [], info.label_plural)
    paths = dict.fromkeys(["id", *(path for column in columns for path in needed(env, column))])
    order = tuple(getattr(widget.at.field(), "order")) or None
    belongs = Condition(target, (inverse,), "=", owner)
    rows = collection.values(list(paths), belongs, order=order, limit=SHOWN + 1)
    draw = Draw(env, formats, titles(env, columns, rows))
    lines = [(f"/records/{target}/{row['id']}", [draw.cell(column, row) for column in columns]) for row in rows[:SHOWN]]
    given = urlencode({f"set.{inverse}": owner})
    wire = info.fields[inverse].wire_name
    rest = f"/records/{target}?" + urlencode({"filter": f'[["{wire}","=",{owner}]]'}) if len(rows) > SHOWN else ""
    add = f"/records/{target}/new?{given}" if collection.can("create") else ""
    return Lines(heads, lines, info.label_plural, add, rest)


def _columns(views: Views, widget: WidgetAt, inverse: str) -> list[ColumnAt]:
    """Those that the form names, else the first of the model's own list."""
    if widget.columns:
        return list(widget.columns)
    return [column for column in views.list(widget.at.target).columns if column.at.names[0] != inverse][:COLUMNS]
