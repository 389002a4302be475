"""Typed, read-only queries for reports: what SQL can ask, within what the reader may see.

    from core import query

    monthly = (
        query.select(Lead, month=query.period(Lead.closed_on, "month"), total=query.sum(Lead.expected_revenue))
        .where(Lead.outcome == "won")
        .group_by("month")
        .order_by("month")
    )
    for row in monthly.rows(env): ...

Every table comes with the rule of the environment that asks, and every field with its roles, exactly as in a
search; `docs/queries.md` has the whole of it.
"""

from core.orm.query.build import Query, Select, Union, select
from core.orm.query.expressions import Figure, Window
from core.orm.query.functions import (
    alias,
    among,
    avg,
    case,
    coalesce,
    count,
    days,
    dense_rank,
    descending,
    divide,
    equal,
    exists,
    first,
    id_of,
    lag,
    last,
    lead,
    max,
    min,
    name_of,
    part,
    path,
    period,
    rank,
    rounded,
    row_number,
    scalar,
    sum,
    value,
)
from core.orm.query.sources import Table
from core.orm.query.term import Expression, Term

__all__ = [
    "Expression", "Figure", "Query", "Select", "Table", "Term", "Union", "Window", "alias", "among", "avg", "case",
    "coalesce", "count", "days", "dense_rank", "descending", "divide", "equal", "exists", "first", "id_of", "lag",
    "last", "lead", "max", "min", "name_of", "part", "path", "period", "rank", "rounded", "row_number", "scalar",
    "select", "sum", "value",
]  # fmt: skip
