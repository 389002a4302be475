"""Expressions that an engine cannot enter a table by, so that it takes the way that is left."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators


def aside(condition: Any, dialect: str) -> Any:
    """The condition, to be asked of each row."""
    test = sa.and_(condition)
    # What stands inside of something is made no join of.
    return test.is_(sa.true()) if dialect == "postgresql" else plus(test)


def plus(sql: Any) -> Any:
    """The same with a plus before it, which is how SQLite is told to use no index for it."""
    inner = sql.self_group(against=operators.inv)
    return sa.UnaryExpression(inner, operator=operators.custom_op("+"), type_=sql.type)
