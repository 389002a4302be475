"""Exact sums on both engines, however large they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

LOW = 10**9
"""SQLite adds up 64-bit integers and fails beyond them, so high and low digits are added up apart."""


@dataclass(frozen=True)
class Figure:
    """A sum: what to select for it, and how the answer is put together."""

    expressions: tuple[Any, ...]
    value: Callable[[Sequence[Any]], Any]


def exact_sum(column: Any, digits: int, dialect: str) -> Figure:
    """The sum of a column of exact numbers with so many digits after the point."""
    if dialect == "postgresql":
        total = sa.func.sum(sa.cast(column, sa.Numeric))
        return Figure((total,), lambda row: _scaled(0, digits) if row[0] is None else Decimal(row[0]))
    whole = sa.type_coerce(column, sa.BigInteger)
    high, low = sa.func.sum(whole.op("/")(LOW)), sa.func.sum(whole.op("%")(LOW))
    return Figure((high, low), lambda row: _scaled((row[0] or 0) * LOW + (row[1] or 0), digits))


def in_order(high: Any, low: Any) -> tuple[Any, Any]:
    """The halves of a sum so that the order of the first is that of the sums, and of the second among equals."""
    base = sa.literal_column(str(LOW), sa.BigInteger())
    rest = grouped(grouped(grouped(low.op("%")(base)) + base).op("%")(base))
    return high + grouped(grouped(low - rest).op("/")(base)), rest


def grouped(sql: Any) -> Any:
    """The expression in parentheses: what SQLAlchemy takes for one of its own it may not put into any."""
    return sa.sql.elements.Grouping(sql)


def _scaled(number: int, digits: int) -> Decimal:
    """The number with the point put in; by its text, since arithmetic would round to 28 digits."""
    return Decimal(f"{number}E-{digits}")
