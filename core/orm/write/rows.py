"""The rows of a model that an environment may act on, as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.access.declare import Action
from core.orm.filter import ALL
from core.orm.read.among import among
from core.orm.read.ruled import ruled
from core.orm.read.scope import Scope
from core.orm.read.variants import columns

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo


def stored_rows(
    env: Env, info: ModelInfo, ids: Iterable[int], names: Sequence[str], *, share: bool = False
) -> dict[int, Any]:
    """The rows as they are stored: id → (id, version, *names), locked where the engine locks rows.

    Only rows that the environment may change are given. share: others may hold them too, and nobody changes them.
    """
    unit, table = env._unit, info.table
    found, source = columns(info, table, names)
    tests = (among(table.c.id, ids, unit._dialect), *rule(env, info, "write"))
    statement = sa.select(table.c.id, table.c.row_version, *found).select_from(source)
    statement = statement.where(*tests).order_by(table.c.id)
    if unit._dialect == "postgresql" and source is table:
        statement = statement.with_for_update(of=table, read=share, key_share=not share)
    elif unit._dialect == "postgresql":
        # After waiting for a row, what is joined to it would still be what it was before: so it is read afterwards.
        rows = sa.select(table.c.id).where(*tests).order_by(table.c.id)
        unit._run(rows.with_for_update(of=table, read=share, key_share=not share)).all()
    return {row[0]: row for row in unit._run(statement)}


def rule(env: Env, info: ModelInfo, action: Action) -> list[Any]:
    """The condition of the rows that an environment may act on; empty where nothing limits it.

    A record that somebody has the right to move is theirs to change until the verb of the move has ended.
    """
    if env.elevated:
        return []
    allowed = env._allowed(action, info.name)
    if allowed is None:
        raise env._view(info.name).denied(action)
    if allowed is ALL:
        return []
    condition = ruled(allowed, Scope(env._unit, info, None, env=env))
    moving = env._unit._pending.moving.get((env._reader, info.name)) if action == "write" else None
    return [condition if not moving else sa.or_(condition, among(info.table.c.id, moving, env._unit._dialect))]
