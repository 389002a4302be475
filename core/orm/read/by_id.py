"""Rows by their ids: those of a model that an environment may act on, as they are stored."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from core.orm.access.declare import Action
from core.orm.filter import ALL
from core.orm.read.among import among
from core.orm.read.prepared import prepared
from core.orm.read.ruled import rule_key, ruled
from core.orm.read.scope import Scope
from core.orm.read.variants import columns

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo

Lock = Literal["alone", "shared"]
"""How rows are locked where the engine locks any: against everybody, or only against those who would change them."""

_ROW = "the_id"
_UNLIMITED: tuple[Hashable, ...] = ()


def select_by_id(
    env: Env, info: ModelInfo, names: Sequence[str], ids: Iterable[int], action: Action, lock: Lock | None = None
) -> tuple[sa.Select[Any], Mapping[str, Any] | None]:
    """The statement that reads (id, version, *names) of those that `env` may act on, and its parameters.

    Rows that it locks come in the order of their ids. Raises AccessDenied where it may act on none at all.
    """
    table, dialect, listed = info.table, env._unit._dialect, list(ids)

    def make(test: Any) -> sa.Select[Any]:
        found, source = columns(info, table, names)
        statement = sa.select(table.c.id, table.c.row_version, *found).select_from(source)
        statement = statement.where(test, *rule(env, info, action))
        if lock is None:
            return statement
        shared = lock == "shared"
        return statement.order_by(table.c.id).with_for_update(of=table, read=shared, key_share=not shared)

    limit = _limit(env, info, action) if len(listed) == 1 else None
    if limit is None:
        return make(among(table.c.id, listed, dialect)), None
    key = ("by id", dialect, info.name, tuple(names), action, lock, limit)
    return prepared(env.models, key, lambda: make(table.c.id == sa.bindparam(_ROW))), {_ROW: listed[0]}


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
    moving = _moving(env, info, action)
    return [condition if not moving else sa.or_(condition, among(info.table.c.id, moving, env._unit._dialect))]


def _moving(env: Env, info: ModelInfo, action: Action) -> Sequence[int]:
    return env._unit._pending.moving.get((env._reader, info.name), ()) if action == "write" else ()


def _limit(env: Env, info: ModelInfo, action: Action) -> Hashable | None:
    """What tells what `rule` gives from what it gives anybody else; None where nothing does."""
    if env.elevated:
        return _UNLIMITED
    allowed = env._allowed(action, info.name)
    if allowed is ALL:
        return _UNLIMITED
    return None if allowed is None or _moving(env, info, action) else rule_key(allowed, info)
