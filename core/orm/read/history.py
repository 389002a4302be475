"""Reading the history of a record, for those who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.filter import Condition
from core.orm.read.select import search
from core.orm.read.units import need_elevated

if TYPE_CHECKING:
    from core.orm.fields.base import Field
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
    rows = unit._run(statement).mappings().all()
    members = _Members(view)
    found = []
    for row in rows:
        changes = {}
        for name, (old, new) in row["changes"].items():
            field = info.fields.get(name)
            if field is not None and view.may_see(name):
                changes[name] = (members.seen(field, field.decode(old)), members.seen(field, field.decode(new)))
        derived = frozenset(changes).intersection(row["derived"].split(","))
        found.append(Change(row["at"], row["user_id"], row["action"], row["reason"], changes, derived))
    return found


@dataclass(frozen=True)
class Happening:
    """One row of the history of a model. unit: the unit of work that wrote it; changes: field → (old, new)."""

    number: int
    record_id: int
    unit: str
    at: datetime
    user_id: int | None
    action: str
    reason: str
    changes: Mapping[str, tuple[Any, Any]]


def history_between(view: View, since: datetime, until: datetime, limit: int) -> list[Happening]:
    """What happened to all records of a model in a period, the latest first, at most `limit` rows. For elevated code.

    Raises AccessDenied for a user.
    """
    need_elevated(view.env)
    unit, info = view.env._unit, view.info
    unit._pending.write()
    table = unit.models.history
    statement = (
        sa.select(table)
        .where(table.c.model == info.name, table.c.at > since, table.c.at <= until)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    found = []
    for row in unit._run(statement).mappings():
        known = ((name, values, info.fields.get(name)) for name, values in row["changes"].items())
        changes = {
            name: (field.decode(old), field.decode(new)) for name, (old, new), field in known if field is not None
        }
        found.append(
            Happening(
                row["id"],
                row["record_id"],
                row["unit"],
                row["at"],
                row["user_id"],
                row["action"],
                row["reason"],
                changes,
            )
        )
    return found


class _Members:
    """Which members of lists the reader may be told of: those that they may see, and of what is gone, all or none."""

    def __init__(self, view: View) -> None:
        self._env = view.env
        self._known: dict[str, dict[int, bool]] = {}

    def seen(self, field: Field[Any], value: Any) -> Any:
        """The value of a list without the members that are hidden from the reader; any other value as it is."""
        if not field.many or not value or self._env.elevated:
            return value
        target = self._env._view(field.target)
        if target.is_free:
            return value
        known = self._known.setdefault(field.target, {})
        unknown = [member for member in value if member not in known]
        if unknown:
            able = self._env[field.target].can("read")
            visible = (
                ()
                if not able
                else search(target, [Condition(field.target, ("id",), "in", tuple(unknown))], (), None, 0)
            )
            known.update({member: member in visible for member in unknown})
        return type(value)(member for member in value if known[member])


@dataclass(frozen=True)
class _One:
    ids: tuple[int, ...]
