"""INSERT … ON CONFLICT, which both engines speak and SQLAlchemy keeps in their dialects."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def insert_or(table: sa.Table, dialect: str) -> Any:
    """An INSERT into `table` that can say what to do where the row is there already."""
    if dialect == "postgresql":  # loaded when needed: a server on SQLite does without the other dialect
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
