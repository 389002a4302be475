"""Owners: the records whose lists a waiting value looks at, locked before anything of theirs is written.

    line.share ◄── order.lines.amount        two people change two lines of one order

A value of a line that follows from the other lines of its order follows from lines that somebody else is adding or
changing right now. So whoever is about to find such values locks the order first, and then looks for its lines
again: those that were committed meanwhile wait too. Without the order in between, each of the two would hold a line
that the other one needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.orm.read.among import among
from core.orm.settle import owners_of, waiting_fields

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.write.pending import Pending


def lock_owners(pending: Pending) -> None:
    """Lock the owners of what waits to be settled, and let all members of their lists wait that are there now.

    For PostgreSQL; on SQLite one unit writes at a time.
    """
    unit = pending.unit
    for (model, name), ids in waiting_fields(unit):
        info = unit.models[model]
        for relation in sorted(owners_of(unit, info, name)):
            target = info.fields[relation].target
            owners = _owners(unit, info, relation, ids) - pending.locked.get((target, model, name), set())
            if not owners:
                continue
            pending.locked.setdefault((target, model, name), set()).update(owners)
            table = unit.models[target].table
            rows = sa.select(table.c.id).where(among(table.c.id, owners, unit._dialect)).order_by(table.c.id)
            unit._run(rows.with_for_update(key_share=True))
            members = sa.select(info.table.c.id).where(among(info.table.c[relation], owners, unit._dialect))
            pending.unsettle(info, info.fields[name], unit._run(members).scalars().all())
            unit._store.lists.pop(model, None)
    pending.propagate()


def _owners(unit: UnitOfWork, info: ModelInfo, relation: str, ids: set[int]) -> set[int]:
    """The records that a many-to-one of these leads to, as it is stored and as it is to be written."""
    column = unit._store.columns(info)[relation]
    stored = sa.select(info.table.c[relation]).where(among(info.table.c.id, ids, unit._dialect)).distinct()
    found = {*unit._run(stored).scalars(), *(column[identity] for identity in ids if identity in column)}
    return {identity for identity in found if identity is not None}
