"""The rows of a model that an environment may change, as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.read.by_id import Lock, select_by_id
from core.orm.variants import SIGN

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo


def stored_rows(
    env: Env, info: ModelInfo, ids: Iterable[int], names: Sequence[str], *, share: bool = False
) -> dict[int, Any]:
    """The rows as they are stored: id → (id, version, *names), locked where the engine locks rows.

    Only rows that the environment may change are given. share: others may hold them too, and nobody changes them.
    """
    unit, listed = env._unit, list(ids)
    lock: Lock | None = "shared" if share else "alone"
    if unit._dialect == "postgresql" and any(SIGN in name for name in names):
        # After waiting for a row, what is joined to it would still be what it was before: so it is read afterwards.
        unit._run(*select_by_id(env, info, (), listed, "write", lock)).all()
        lock = None
    return {row[0]: row for row in unit._run(*select_by_id(env, info, names, listed, "write", lock))}
