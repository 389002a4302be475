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
from core.web.screens.cells import Currency

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
    found = Totals(-1)
    plain = [column.at.path for column in summed if column.at.kind != "monetary"]
    by_currency: dict[str, list[str]] = {}
    for column in summed:
        if column.at.kind == "monetary":
            by_currency.setdefault(getattr(column.at.field(), "currency"), []).append(column.at.path)
    for currency, paths in by_currency.items():
        groups = env[model].groups([currency], [*paths, *plain], *filters)
        found.count = sum(group["__count"] for group in groups)
        known = _currencies(env, model, currency, [group[currency] for group in groups])
        for path in paths:
            parts = [(group[path], known.get(group[currency])) for group in groups]
            found.texts[path] = [formats.money(amount, of) for amount, of in parts if amount or len(parts) == 1]
        for path in plain:
            found.texts[path] = [formats.number(_sum(groups, path))]
        plain = []
    if found.count < 0:
        groups = env[model].groups([], plain, *filters)
        found.count = sum(group["__count"] for group in groups)
        for path in plain:
            found.texts[path] = [formats.number(_sum(groups, path))]
    return found


def _sum(groups: Sequence[dict[str, Any]], path: str) -> Decimal:
    return sum((group[path] or Decimal(0) for group in groups), Decimal(0))


def _currencies(env: Env, model: str, name: str, ids: Sequence[int | None]) -> dict[int | None, Currency]:
    """id → how its amounts are written; one statement. A currency that the reader may not see is left out."""
    target = env[env.models[model].fields[name].target]
    wanted = [one for one in ids if one is not None]
    if not wanted or not target.can("read"):
        return {}
    condition = target.info.cls.in_(wanted)
    rows = target.values(["id", "symbol", "position", "decimal_places"], condition)
    return {row["id"]: Currency(row["symbol"], row["position"], row["decimal_places"]) for row in rows}
