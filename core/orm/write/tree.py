"""Trees: each row keeps its path (see `core.orm.read.tree`), and no record is ever above itself.

    create ─► insert ─► path = path of the parent + own id
    move   ─► update ─► the paths of the branch get another beginning
           ─► check: what has come to be above itself is refused; code may pass through such a state

Moves of one tree queue for one another: two of them, each right alone, may close a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.constraints import hash_text
from core.orm.read.among import among
from core.orm.read.tree import AFTER, PATH
from core.orm.records import Records

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


class Trees:
    """The records of one unit of work that stand in a circle for now, and those that were moved."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit
        self._adrift: dict[str, set[int]] = {}

    def grown(self, info: ModelInfo, ids: Sequence[int], parents: Iterable[int | None]) -> None:
        """New records were inserted: give them their paths."""
        unit, table = self.unit, info.table
        if any(parent is not None for parent in parents):
            _lock(unit, info, shared=True)  # nobody moves the parents meanwhile
        above = table.alias("above")
        path = sa.select(above.c[PATH]).where(above.c.id == table.c[info.parent]).correlate(table).scalar_subquery()
        own = sa.cast(table.c.id, sa.String()) + "/"
        new = sa.func.coalesce(path, "/") + own
        unit._run(sa.update(table).where(among(table.c.id, ids, unit._dialect)).values({PATH: new}))

    def moved(self, info: ModelInfo, ids: Iterable[int]) -> None:
        """Records have another parent: move their branches. Those in a circle are kept for later."""
        _lock(self.unit, info)
        waiting = self._adrift.pop(info.name, set()).union(ids)
        while waiting:
            left = {identity for identity in sorted(waiting) if not self._move(info, identity)}
            if left == waiting:
                self._adrift[info.name] = left
                break
            waiting = left

    def _move(self, info: ModelInfo, identity: int) -> bool:
        """Whether the branch could be moved: not where the parent is inside it."""
        unit, table = self.unit, info.table
        above = table.alias("above")
        row = unit._run(
            sa.select(table.c[PATH], above.c[PATH])
            .select_from(table.outerjoin(above, above.c.id == table.c[info.parent]))
            .where(table.c.id == identity)
        ).first()
        if row is None:
            return True
        old, start = row[0], row[1] or "/"
        new = f"{start}{identity}/"
        if old and start.startswith(old):
            return False
        if new != old:
            inside = sa.and_(table.c[PATH] >= old, table.c[PATH] < old[:-1] + AFTER) if old else table.c.id == identity
            rest = sa.func.substr(table.c[PATH], len(old) + 1)
            unit._run(sa.update(table).where(inside).values({PATH: sa.literal(new, sa.String()) + rest}))
        return True

    def check(self) -> None:
        """Refuse records that are above themselves. Raises Invalid."""
        for model, ids in self._adrift.items():
            for identity in sorted(ids):
                found = circle(self.unit, self.unit.models[model], identity)
                if found is not None:
                    raise found

    def clear(self) -> None:
        """Forget all of it, after a rollback."""
        self._adrift.clear()


def circle(unit: UnitOfWork, info: ModelInfo, identity: int) -> Invalid | None:
    """Why a record that is above itself cannot have the parent that it has; nothing where it has none."""
    record = Records[Any](unit.system_env()._view(info.name), (identity,))[0]
    over = getattr(record, info.parent)
    if over is None:
        return None
    reason = _("cannot be the record itself")
    if over.id != identity:
        reason = _("cannot be {name}, which is below it", name=over.display_name)
    text = _("{label} {reason}.", label=info.fields[info.parent].label, reason=reason)
    return Invalid(text, fields={info.parent: [reason]})


def _lock(unit: UnitOfWork, info: ModelInfo, *, shared: bool = False) -> None:
    if unit._dialect == "postgresql":  # on SQLite nobody else writes
        lock = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
        unit._run(sa.select(lock(hash_text(f"tree of {info.name}"))))


def fill_paths(unit: UnitOfWork, info: ModelInfo) -> None:
    """Give paths to rows that were there before their model became a tree."""
    table: Any = info.table
    if unit._run(sa.select(table.c.id).where(table.c[PATH] == "").limit(1)).scalar() is None:
        return
    text = sa.String()
    start = sa.select(table.c.id, (sa.literal("/", text) + sa.cast(table.c.id, text) + "/").label("path"))
    way = start.where(table.c[info.parent].is_(None)).cte("way", recursive=True)
    lower = table.alias("lower")
    path = sa.cast(way.c.path + sa.cast(lower.c.id, text) + "/", text)
    way = way.union_all(sa.select(lower.c.id, path).join(way, lower.c[info.parent] == way.c.id))
    found = sa.select(way.c.path).where(way.c.id == table.c.id).scalar_subquery()
    unit._run(sa.update(table).values({PATH: sa.func.coalesce(found, "")}))
