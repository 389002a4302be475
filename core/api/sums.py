"""Totals of a list: exact, as text; amounts of money by currency, since nobody may add dollars to đồng."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.orm.env import Env
from core.orm.fields.number import Monetary
from core.orm.filter import Filter
from core.orm.registry import ModelInfo
from core.orm.wire import plain


def totals(env: Env, info: ModelInfo, names: Sequence[str], where: Filter) -> dict[str, Any]:
    """Wire name → total of all records that meet `where`, not only of a page.

    A number is a text; money is an object of one text for each currency that occurs, by the currency's
    name, "" where a record has none. One statement for all numbers, one for each currency field.
    """
    found: dict[str, Any] = {}
    collection = env[info.name]
    numbers: list[str] = []
    money: dict[str, list[str]] = {}
    for name in names:
        field = info.fields[name]
        if isinstance(field, Monetary):
            money.setdefault(field.currency, []).append(name)
            found[name] = {}
        else:
            numbers.append(name)
    if numbers:
        found.update({name: plain(Decimal(total)) for name, total in collection.sums(numbers, where).items()})
    for currency, amounts in money.items():
        title = f"{currency}.display_name"
        for group in collection.groups([title], amounts, where):
            for name in amounts:
                found[name][str(group[title] or "")] = plain(Decimal(group[name]))
    return {info.fields[name].wire_name: found[name] for name in names}
