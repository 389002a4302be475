"""The foot of a list: how many records it finds, and the sums of its totalled columns over all of them.

One statement a currency field groups by currency and counts at once; amounts of different currencies are
never added up. Beyond `MOST` records nothing is added up, and no more are counted, until somebody asks for it:
a list opens as fast with a million records as with ten thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.orm.filter import Filter
from core.views.amounts import currency_of, currency_paths
from core.views.composed import ColumnAt

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.env import Env


MOST = 10_000
"""Records that are counted and added up unasked."""


@dataclass
class Totals:
    """count: of all records, or `MOST` where there are more. texts: path of a column → its sum as people read it, one
    part a currency; none where `has_more`."""

    count: int
    has_more: bool = False
    texts: dict[str, list[str]] = field(default_factory=dict)


def totals(
    env: Env,
    formats: Formats,
    model: str,
    columns: Sequence[ColumnAt],
    filters: Sequence[Filter],
    *,
    everything: bool = False,
) -> Totals:
    """Exact figures over what the filters leave. everything: however many these are."""
    summed = [column for column in columns if column.total]
    if not summed:
        count = env[model].count(*filters, most=None if everything else MOST)
        return Totals(count, count.has_more)
    found = Totals(0)
    plain = [column.at.path for column in summed if column.at.kind != "monetary"]
    by_currency: dict[tuple[str, ...], list[ColumnAt]] = {}
    for column in summed:
        if column.at.kind == "monetary":
            # The currency itself too: two that the reader may not see would else become one group.
            by = (str(getattr(column.at.field(), "currency")), *currency_paths(column.at))
            by_currency.setdefault(by, []).append(column)
    for by, amounts in (by_currency or {(): []}).items():
        figures = [*(column.at.path for column in amounts), *plain]
        if everything:
            groups = env[model].groups(by, figures, *filters)
        else:
            count, groups = env[model].totals(by, figures, *filters, most=MOST)
            if count.has_more:
                return Totals(count, has_more=True)
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


def totals_by(
    env: Env, formats: Formats, model: str, columns: Sequence[ColumnAt], filters: Sequence[Filter], key: str
) -> dict[Any, dict[str, list[str]]]:
    """Value of `key` → path of a column → its exact sum over that group, one part a currency."""
    plain = [column.at.path for column in columns if column.total and column.at.kind != "monetary"]
    by_currency: dict[tuple[str, ...], list[ColumnAt]] = {}
    for column in columns:
        if column.total and column.at.kind == "monetary":
            by = (str(getattr(column.at.field(), "currency")), *currency_paths(column.at))
            by_currency.setdefault(by, []).append(column)
    found: dict[Any, dict[str, list[str]]] = {}
    for by, amounts in by_currency.items():
        figures = [column.at.path for column in amounts]
        for group in sorted(env[model].groups([key, *by], figures, *filters), key=lambda group: -group["__count"]):
            texts = found.setdefault(group[key], {})
            for column in amounts:
                amount = group[column.at.path]
                if amount:
                    parts = texts.setdefault(column.at.path, [])
                    parts.append(formats.money(amount, currency_of(column.at, group)))
    if plain:
        for group in env[model].groups([key], plain, *filters):
            found.setdefault(group[key], {}).update({path: [formats.number(group[path])] for path in plain})
    return found


def _sum(groups: Sequence[dict[str, Any]], path: str) -> Decimal:
    return sum((group[path] or Decimal(0) for group in groups), Decimal(0))
