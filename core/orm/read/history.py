"""Reading the history of a record, for those who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.view import View


@dataclass(frozen=True)
class Change:
    """What one writing did to a record. changes: field → (old, new). derived: those that followed from others."""

    at: datetime
    user_id: int | None
    action: str
    reason: str
    changes: Mapping[str, tuple[Any, Any]]
    derived: frozenset[str]


def read_history(view: View, identity: int, limit: int) -> list[Change]:
    """The latest changes of a record that the reader may see, of the fields that they may see."""
    unit, info = view.env._unit, view.info
    unit._pending.write()
    view.version(view.cls(view, identity, _One((identity,))))
    table = unit.models.history
    statement = (
        sa.select(table)
        .where(table.c.model == info.name, table.c.record_id == identity)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    found = []
    for row in unit._run(statement).mappings():
        changes = {}
        for name, (old, new) in row["changes"].items():
            field = info.fields.get(name)
            if field is not None and view.may_see(name):
                changes[name] = (field.decode(old), field.decode(new))
        derived = frozenset(changes).intersection(row["derived"].split(","))
        found.append(Change(row["at"], row["user_id"], row["action"], row["reason"], changes, derived))
    return found


@dataclass(frozen=True)
class _One:
    ids: tuple[int, ...]
