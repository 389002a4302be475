"""Cards: the first records of each column, drawn as the board says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.i18n import _
from core.web.screens.cells import USERS, Cell, Draw, needed
from core.web.screens.columns import is_numeric
from core.web.screens.titles import titles

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env
    from core.orm.filter import Filter
    from core.views import BoardView, ColumnAt
    from core.web.screens.address import Asked
    from core.web.screens.board.lanes import Lane

CARDS = 20
"""Of a column, until more are asked for."""
CARDS_MOST = 500


@dataclass(frozen=True)
class Card:
    """A record as a card. lines: below the title; amounts, tags, face: in its last line. care: what is to be done."""

    id: int
    version: int
    title: str
    href: str
    lines: Sequence[Cell]
    amounts: Sequence[Cell]
    tags: Sequence[Cell]
    face: Cell | None
    care: str = ""


def limits(asked: Asked) -> dict[str, int]:
    """How many cards the address asks for: key of a lane → number, where it is not `CARDS`."""
    found = {}
    for text in asked.values("more"):
        key, _colon, number = text.rpartition(":")
        if key and number.isdecimal() and len(number) < 6:
            found[key] = min(max(int(number), CARDS), CARDS_MOST)
    return found


def cards_of(
    env: Env,
    formats: Formats,
    view: BoardView,
    lanes: Sequence[Lane],
    filters: Sequence[Filter],
    asked: Asked,
    care: Mapping[int, str],
) -> dict[str, list[Card]]:
    """Key of each lane → its first cards. Two statements, and one for titles of to-many values where there are any."""
    columns = [column for column in view.cards if column.at.readable(env)]
    title = view.title.path if view.title is not None and view.title.readable(env) else "display_name"
    paths = ["id", "row_version", title, *(path for column in columns for path in needed(env, column))]
    asked_for = limits(asked)
    parts = [(lane.condition, asked_for.get(lane.key, CARDS)) for lane in lanes]
    found = env[view.model.name].first_of_each(parts, paths, *filters, order=list(view.order) or None)
    draw = Draw(env, formats, titles(env, columns, [row for rows in found for row in rows]))
    return {
        lane.key: [_card(draw, columns, asked, row, row[title], care) for row in rows]
        for lane, rows in zip(lanes, found, strict=True)
    }


def _card(
    draw: Draw, columns: Sequence[ColumnAt], asked: Asked, row: Mapping[str, Any], title: str, care: Mapping[int, str]
) -> Card:
    lines: list[Cell] = []
    amounts: list[Cell] = []
    tags: list[Cell] = []
    face = None
    for column in columns:
        cell = draw.cell(column, row)
        if not cell.text and not cell.several:
            continue
        if cell.kind == "face" or column.at.target == USERS:
            face = cell
        elif column.widget in ("tag", "stars") or column.due is not None or cell.kind == "tags":
            tags.append(cell)
        elif is_numeric(column) and column.at.kind not in ("date", "datetime"):
            amounts.append(cell)
        else:
            lines.append(cell)
    return Card(
        row["id"],
        row["row_version"],
        title or draw.say(_("Without a name")),
        asked.record_address(row["id"]),
        lines,
        amounts,
        tags,
        face,
        care.get(row["id"], ""),
    )
