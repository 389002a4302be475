"""The first records of each of several parts, such as the columns of a board, whatever their number.

    part 1: SELECT id … ORDER BY … LIMIT 20 ─┐
    part 2: SELECT id … ORDER BY … LIMIT 20 ─┼─ UNION ALL ─► ids ─► their values
    part 3: SELECT id … ORDER BY … LIMIT 20 ─┘

A window over all records would sort them all first; each of these stops when it has enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.filter import Condition, Filter
from core.orm.read.entry import measure, tests
from core.orm.read.order import order_by
from core.orm.read.select import new_scope, values

if TYPE_CHECKING:
    from core.orm.view import View


def first_of_each(
    view: View,
    parts: Sequence[tuple[Filter, int]],
    fields: Sequence[str],
    filters: Sequence[Filter],
    order: Sequence[str] | None,
) -> list[list[dict[str, Any]]]:
    """See `Collection.first_of_each`."""
    if not parts:
        return []
    found = view.env._unit._run(_statement(view, parts, filters, order)).all()
    ids = sorted({identity for _place, identity in found})
    if not ids:
        return [[] for _part in parts]
    of_parts = Condition(view.info.name, ("id",), "in", tuple(ids))
    # In no order: asked for one, an engine may walk through all records by it to come upon these few. Each part has
    # been read in order, and its ids come as it was read.
    rows = {row["id"]: row for row in values(view, list(dict.fromkeys(["id", *fields])), [of_parts], (), None, 0)}
    members: list[list[dict[str, Any]]] = [[] for _part in parts]
    for place, identity in found:
        if identity in rows:
            members[place].append(rows[identity])
    return members


def _statement(
    view: View, parts: Sequence[tuple[Filter, int]], filters: Sequence[Filter], order: Sequence[str] | None
) -> Any:
    """(number of the part, id of a record), those of one part in the order that is asked for."""
    measure(new_scope(view), [*filters, *(part for part, _limit in parts)], max(limit for _part, limit in parts))
    selects = []
    for place, (part, limit) in enumerate(parts):
        scope = new_scope(view)
        conditions = tests(scope, [*filters, part], limit)
        terms = order_by(scope, view.info.order if order is None else order)
        first = sa.select(scope.table.c.id).select_from(scope.source).where(*conditions).order_by(*terms).limit(limit)
        some = first.subquery(f"part_{place}")
        selects.append(sa.select(sa.literal_column(str(place)).label("place"), some.c.id))
    return selects[0] if len(selects) == 1 else sa.union_all(*selects)
