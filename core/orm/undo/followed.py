"""Computed values that people may write over: which of them had only followed, before a unit came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.orm.read.among import among
from core.orm.undo.effect import Effect, Key

if TYPE_CHECKING:
    from core.orm.read.units import Unit
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


def followed_before(unit: UnitOfWork, which: Unit, effects: dict[Key, Effect]) -> dict[Key, set[str]]:
    """Record → its fields that had followed from others before the unit and did so in it, of those that it changed.

    The last change before the unit tells: it names what was derived in it. A value that was absent ever since
    followed too. What the unit itself wrote over is put back: nothing would make it follow again.
    """
    found: dict[Key, set[str]] = {}
    for info in {effect.info.name: effect.info for effect in effects.values()}.values():
        names = {field.name for field in info.derived if field.editable}
        asked = {
            effect.id: wanted
            for effect in effects.values()
            if effect.info is info
            and effect.existed
            and (wanted := (names & set(effect.before)) - (effect.typed if effect.exists else set()))
        }
        if asked:
            typed = _typed(unit, info, which, asked)
            found.update({(info.name, identity): held - typed.get(identity, set()) for identity, held in asked.items()})
    return found


def _typed(unit: UnitOfWork, info: ModelInfo, which: Unit, asked: dict[int, set[str]]) -> dict[int, set[str]]:
    """Of the fields asked for, those that somebody was the last to write."""
    history = unit.models.history
    rows = unit._run(
        sa.select(history.c.record_id, history.c.changes, history.c.derived)
        .where(
            history.c.model == info.name,
            among(history.c.record_id, asked, unit._dialect),
            history.c.id < which.first_row,
        )
        .order_by(history.c.id)
    )
    typed: dict[int, set[str]] = {}
    for identity, changes, derived in rows:
        touched = asked[identity] & set(changes)
        followed = set(derived.split(","))
        typed[identity] = (typed.get(identity, set()) - touched) | (touched - followed)
    return typed
