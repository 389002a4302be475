"""Reading groups: one statement, within what the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.web.screens.grouped.tally import figures_of
from core.web.screens.totals import MOST

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.filter import Filter
    from core.views import ByAt, MeasureAt


@dataclass(frozen=True)
class Groups:
    """The finest groups. has_more: there are too many records to add up unasked, and there are no groups."""

    rows: Sequence[dict[str, Any]]
    count: int
    has_more: bool = False


def read_groups(
    env: Env,
    model: str,
    by: Sequence[ByAt],
    measures: Sequence[MeasureAt],
    filters: Sequence[Filter],
    *,
    everything: bool,
) -> Groups:
    """The groups of these fields, apart by currency where amounts are asked for."""
    further, figures = figures_of(measures)
    names = list(dict.fromkeys([*(one.name for one in by), *further]))
    if everything:
        rows = env[model].groups(names, figures, *filters)
        return Groups(rows, sum(row["__count"] for row in rows))
    count, rows = env[model].totals(names, figures, *filters, most=MOST)
    return Groups(rows, count, count.has_more)
