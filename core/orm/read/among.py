"""`column IN (ids)` as one bound value, however many ids there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa


def among(column: Any, ids: Iterable[int], dialect: str) -> sa.ColumnElement[bool]:
    """The column holds one of `ids`; none of an empty list. One statement whatever their number."""
    listed = list(ids)
    if len(listed) == 1:
        return column == listed[0]  # type: ignore[no-any-return]
    if dialect == "postgresql":
        return column == sa.func.any(sa.bindparam(None, listed, type_=sa.ARRAY(sa.BigInteger)))  # type: ignore[no-any-return]
    members = sa.func.json_each(json.dumps(listed)).table_valued("value", name="members")
    return column.in_(sa.select(members.c.value))  # type: ignore[no-any-return]
