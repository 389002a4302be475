"""Rows that are there and that a new constraint would not allow: asked before a plan runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def empty_rows(connection: sa.Connection, table: str, column: str) -> str:
    """What keeps a column from being required; empty where nothing does."""
    stored: sa.ColumnClause[Any] = sa.column(column)
    query = sa.select(sa.func.count()).select_from(sa.table(table, stored)).where(stored.is_(None))
    count = connection.execute(query).scalar_one()
    return f"{count} rows have no value; fill them first" if count else ""


def duplicates(connection: sa.Connection, table: str, columns: Sequence[str]) -> str:
    """What keeps columns from being unique together; empty where nothing does."""
    stored: list[sa.ColumnClause[Any]] = [sa.column(name) for name in columns]
    query = (
        sa.select(*stored)
        .select_from(sa.table(table, *stored))
        .where(*(column.is_not(None) for column in stored))
        .group_by(*stored)
        .having(sa.func.count() > 1)
        .limit(1)
    )
    found = connection.execute(query).first()
    if found is None:
        return ""
    values = ", ".join(f"{name} {value!r}" for name, value in zip(columns, found, strict=True))
    return f"several rows have {values}; change all but one of them first"
