"""Giving a decimal column more or fewer digits after the point: every value stays what it is, or nothing is done.

PostgreSQL converts the column. SQLite keeps a decimal as the value times a power of ten, so there the rows are
multiplied.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.addons.obstacles import rows
from core.addons.widening import numeric
from core.orm.types import PRECISION


def rescales(before: str, after: str) -> bool:
    """Whether two types, in PostgreSQL's words, are decimals of ours that differ in their digits after the point."""
    old, new = numeric(before), numeric(after)
    return len(old) == len(new) == 2 and old[0] == new[0] == PRECISION and old[1] != new[1]


def unfit(connection: sa.Connection, table: str, column: str, before: str, after: str) -> str:
    """What keeps the values from having so many digits; empty where nothing does."""
    old, new = numeric(before)[1], numeric(after)[1]
    condition = misfits(connection.dialect.name, column, old, new)
    query = sa.select(sa.func.count()).select_from(sa.table(table)).where(condition)
    count = connection.execute(query).scalar_one()
    return f"{rows(count)} a value that {new} digits after the point do not hold" if count else ""


def misfits(dialect: str, column: str, old: int, new: int) -> sa.ColumnElement[bool]:
    """The condition of the rows whose value in a decimal column cannot have `new` digits after the point."""
    value: sa.ColumnClause[Any] = sa.column(column)
    if dialect != "sqlite":
        return sa.or_(sa.func.abs(value) >= 10 ** (PRECISION - new), value != sa.func.round(value, new))
    if new > old:
        return sa.and_(sa.func.abs(value) >= 10 ** (PRECISION - new + old))
    return sa.and_(value % sa.literal(10 ** (old - new)) != 0)


def rescale(connection: sa.Connection, table: str, column: str, before: str, after: str) -> None:
    """Give the column its new digits."""
    quote = connection.dialect.identifier_preparer.quote
    old, new = numeric(before)[1], numeric(after)[1]
    name, place = quote(column), quote(table)
    if connection.dialect.name == "sqlite":
        step = f"{name} * {10 ** (new - old)}" if new > old else f"{name} / {10 ** (old - new)}"
        connection.execute(sa.text(f"UPDATE {place} SET {name} = {step}"))
    else:
        connection.execute(sa.text(f"ALTER TABLE {place} ALTER COLUMN {name} TYPE {after}"))
