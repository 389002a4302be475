"""Rows that are there and that a new constraint would not allow: asked before a plan runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def empty_rows(connection: sa.Connection, table: str, column: str) -> str:
    """What keeps a column from being required; empty where nothing does."""
    stored: sa.ColumnClause[Any] = sa.column(column)
    query = sa.select(sa.func.count()).select_from(sa.table(table, stored)).where(stored.is_(None))
    count = connection.execute(query).scalar_one()
    return f"{count} rows have no value; fill them first" if count else ""


def duplicates(connection: sa.Connection, index: sa.Index) -> str:
    """What keeps the columns of an index from being unique together; empty where nothing does."""
    stored, present = list(index.columns), index.dialect_options["sqlite"]["where"]
    query = sa.select(*stored).where(*(column.is_not(None) for column in stored))
    if present is not None:
        query = query.where(present)
    found = connection.execute(query.group_by(*stored).having(sa.func.count() > 1).limit(1)).first()
    if found is None:
        return ""
    values = ", ".join(f"{column.name} {value!r}" for column, value in zip(stored, found, strict=True))
    return f"several rows have {values}; change all but one of them first"
