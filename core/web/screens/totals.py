"""The foot of a list: how many records it finds, and the sums of its totalled columns over all of them.

One statement a currency field groups by currency and counts at once; amounts of different currencies are
never added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.orm.filter import Filter
from core.views.composed import ColumnAt
from core.web.screens.cells import currency_of, currency_paths

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.web.formats import Formats


@dataclass
class Totals:
    """count: of all records. texts: path of a column → its sum as people read it, one part a currency."""

    count: int
    texts: dict[str, list[str]] = field(default_factory=dict)


def totals(env: Env, formats: Formats, model: str, columns: Sequence[ColumnAt], filters: Sequence[Filter]) -> Totals:
    """Exact figures over everything that the filters leave."""
    summed = [column for column in columns if column.total]
    if not summed:
        return Totals(env[model].count(*filters))
    found = Totals(0)
    plain = [column.at.path for column in summed if column.at.kind != "monetary"]
    by_currency: dict[tuple[str, ...], list[ColumnAt]] = {}
    for column in summed:
        if column.at.kind == "monetary":
            # The currency itself too: two that the reader may not see would else become one group.
            by = (str(getattr(column.at.field(), "currency")), *currency_paths(column.at))
            by_currency.setdefault(by, []).append(column)
    for by, amounts in (by_currency or {(): []}).items():
        groups = env[model].groups(by, [*(column.at.path for column in amounts), *plain], *filters)
        groups.sort(key=lambda group: -group["__count"])  # the currency that is used most comes first
        found.count = sum(group["__count"] for group in groups)
        for column in amounts:
            parts = [(group[column.at.path], currency_of(column.at, group)) for group in groups]
            texts = [formats.money(amount, currency) for amount, currency in parts if amount or len(parts) == 1]
            found.texts[column.at.path] = texts or [formats.number(0)]
        for path in plain:
            found.texts[path] = [formats.number(_sum(groups, path))]
        plain = []
    return found


def _sum(groups: Sequence[dict[str, Any]], path: str) -> Decimal:
    return sum((group[path] or Decimal(0) for group in groups), Decimal(0))
