"""Rows that are there and that a new constraint would not allow: asked before a plan runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def empty_rows(connection: sa.Connection, table: str, column: str) -> str:
    """What keeps a column from being required; empty where nothing does."""
    stored: sa.ColumnClause[Any] = sa.column(column)
    query = sa.select(sa.func.count()).select_from(sa.table(table, stored)).where(stored.is_(None))
    count = connection.execute(query).scalar_one()
    return f"{rows(count)} no value; fill them first" if count else ""


def rows(count: int) -> str:
    """`1 row has`, `2 rows have`."""
    return "1 row has" if count == 1 else f"{count} rows have"


def duplicates(connection: sa.Connection, table: str, index: sa.Index) -> str:
    """What keeps the columns of an index of a table from being unique together; empty where nothing does."""
    stored: list[sa.ColumnClause[Any]] = [sa.column(column.name) for column in index.columns]
    query = sa.select(*stored).select_from(sa.table(table))
    query = query.where(*(column.is_not(None) for column in stored))
    if (present := index.dialect_options["sqlite"]["where"]) is not None:
        # As words: Alembic's copy of an index is of another table object than its condition.
        words = present.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        query = query.where(sa.text(str(words)))
    found = connection.execute(query.group_by(*stored).having(sa.func.count() > 1).limit(1)).first()
    if found is None:
        return ""
    values = ", ".join(f"{column.name} {value!r}" for column, value in zip(stored, found, strict=True))
    return f"several rows have {values}; change all but one of them first"
