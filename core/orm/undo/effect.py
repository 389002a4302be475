"""What a unit of work did to each record in all: from what it was before to what it was after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.read.units import Unit

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

Key = tuple[str, int]
"""(model, id)."""


@dataclass
class Effect:
    """On one record. before, after: field → value, of the fields that the unit changed, lists included.

    typed: those that did not only follow from others.
    """

    info: ModelInfo
    id: int
    existed: bool
    exists: bool = True
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    place: int = 0
    """The row of the history that is the last of it."""

    def take(self, row: int, action: str, changes: dict[str, Any], derived: str, links: _Links) -> None:
        """Add a row of the history. derived: its fields that followed from others, with commas between."""
        self.place = row
        self.typed |= set(changes) - set(derived.split(","))
        self.exists = action != "delete"
        for name, (old, new) in changes.items():
            found = self.info.fields.get(name)
            if found is None or found.roles is None:
                continue
            if name in self.info.link_tables:
                links.note(self.info, name, self.id, old, new)
                self.before[name] = self.after[name] = ()
            elif not found.many:
                self.before.setdefault(name, found.decode(old))
                self.after[name] = found.decode(new)


class _Links:
    """Which records were linked before and after, whichever end of a link table the unit wrote."""

    def __init__(self) -> None:
        self._found: dict[Any, dict[tuple[int, int], tuple[bool, bool]]] = {}

    def note(self, info: ModelInfo, name: str, owner: int, old: Any, new: Any) -> None:
        """Take a change of a list."""
        link, near, _far = info.link(info.fields[name])
        pairs, is_left = self._found.setdefault(link, {}), near is link.c.left_id
        for member in frozenset(old or ()) ^ frozenset(new or ()):
            pair = (owner, member) if is_left else (member, owner)
            before, _after = pairs.get(pair, (member in (old or ()), False))
            pairs[pair] = (before, member in (new or ()))

    def settle(self, effects: dict[Key, Effect]) -> None:
        """Give each effect what its lists held before and after, of what the unit linked or unlinked."""
        wanted = {(effect.info.name, name) for effect in effects.values() for name in effect.info.link_tables}
        models = {effect.info.name: effect.info for effect in effects.values()}
        for model, name in sorted(wanted):
            info = models[model]
            link, near, _far = info.link(info.fields[name])
            for (left, right), (before, after) in self._found.get(link, {}).items():
                owner, member = (left, right) if near is link.c.left_id else (right, left)
                effect = effects.get((model, owner))
                if effect is not None and name in effect.before:
                    effect.before[name] += (member,) if before else ()
                    effect.after[name] += (member,) if after else ()


def effects_of(unit: UnitOfWork, which: Unit) -> dict[Key, Effect]:
    """The effects of a unit, in the order in which it first touched the records."""
    history = unit.models.history
    rows = unit._run(
        sa.select(
            history.c.id,
            history.c.model,
            history.c.record_id,
            history.c.action,
            history.c.changes,
            history.c.derived,
        )
        .where(history.c.id.between(which.first_row, which.last_row), history.c.unit == which.unit)
        .order_by(history.c.id)
    )
    found: dict[Key, Effect] = {}
    links = _Links()
    for row, model, identity, action, changes, derived in rows:
        if model in unit.models:
            effect = found.get((model, identity))
            if effect is None:
                effect = found[model, identity] = Effect(unit.models[model], identity, action != "create")
            effect.take(row, action, changes, derived, links)
    links.settle(found)
    return found
