"""Unsettling: from the fields that changed to the computed values that must be found anew.

What is on the same record is unsettled at once. What is on other records is noted and walked to in
batches, before anyone reads or writes; until then the values that may have become wrong are not in the
store, so that nobody reads a stale one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.compute import Trigger
from core.orm.fields.base import Field
from core.orm.read.among import among
from core.orm.read.variants import any_points
from core.orm.settle import changed_ids
from core.orm.sources import is_kept
from core.orm.variants import SIGN

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


class Unsettling:
    """The changes of one unit of work whose consequences for other records are not yet known."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit
        self.waiting: dict[tuple[Trigger, int], set[int]] = {}
        """(trigger, how many of its hops are still to be walked) → ids where the walk stands."""
        self.walked: dict[tuple[Trigger, int], set[int]] = {}
        """The same, of what was walked to since what it passes was last held; only where two may write at once."""

    def touch(self, info: ModelInfo, name: str, ids: Iterable[int], parents: Iterable[int | None] = ()) -> None:
        """Field `name` of these records changed. parents: where it is the inverse of a list, its old and new owners."""
        triggers = self.unit.models.graph.triggers.get((info.name, name))
        if not triggers:
            return
        changed = set(ids)
        owners = {parent for parent in parents if parent is not None}
        for trigger in triggers:
            hops = len(trigger.hops)
            if hops and self._is_inverse(trigger, info, name):
                self._note(trigger, hops - 1, owners)
            elif hops and (near := self._linked_by(trigger, info)):
                self._note(trigger, hops - 1, owners if near == name else self._owners(info, near, changed))
            else:
                self._note(trigger, hops, changed)

    def _is_inverse(self, trigger: Trigger, info: ModelInfo, name: str) -> bool:
        model, relation = trigger.hops[-1]
        field = self.unit.models[model].fields[relation]
        return field.kind == "one2many" and field.target == info.name and field.inverse == name

    def _linked_by(self, trigger: Trigger, info: ModelInfo) -> str:
        """Where the model's records are the links of the list that the trigger crosses last: the way to its owner."""
        model, relation = trigger.hops[-1]
        through = self.unit.models[model].throughs.get(relation)
        return through.near if through is not None and through.info is info else ""

    def _note(self, trigger: Trigger, hops: int, ids: set[int]) -> None:
        if not ids:
            return
        if hops == 0:
            self._reach(trigger, ids)
            return
        known = self.waiting.get((trigger, hops))
        if known is not None:
            known |= ids
            return
        self.waiting[trigger, hops] = set(ids)
        self._clear(trigger)

    def _reach(self, trigger: Trigger, ids: set[int]) -> None:
        """The walk back has come to the records whose value, or whose constraint, the change is about."""
        info = self.unit.models[trigger.model]
        field = info.fields.get(trigger.field)
        if field is None:
            self.unit._pending.checks.note(info.name, trigger.field, ids)
        else:
            self.unsettle(info, field, ids)

    def unsettle(self, info: ModelInfo, field: Field[Any], ids: set[int]) -> None:
        """A computed field of these records has to be found anew."""
        store = self.unit._store
        column = store.columns(info)[field.name]
        if field.stored:
            waiting = store.unsettled.setdefault((info.name, field.name), set())
            ids = {identity for identity in ids if identity > 0 and identity not in waiting}
            if not ids:
                return
            waiting |= ids
            batches = self.unit._pending.batches
            writer = batches[-1].env._reader if batches else None
            self.unit._pending.forget_guarded(info.name, (field.name,), but=writer)
        for identity in ids:
            column.pop(identity, None)
        store.unsee(info, field.name, ids)
        self.touch(info, field.name, ids)

    def _clear(self, trigger: Trigger) -> None:
        """Take all values of a field out of the store, and of those that follow from it."""
        info = self.unit.models[trigger.model]
        if trigger.field in info.fields:
            self.unit._store.columns(info)[trigger.field].clear()
            self.unit._store.unsee_all(info, trigger.field)
            for after in self.unit.models.graph.triggers.get((info.name, trigger.field), ()):
                if (after.model, after.field) != (trigger.model, trigger.field):  # along a tree it follows from itself
                    self._clear(after)

    def propagate(self) -> None:
        """Walk from the changed records back to those whose values follow from them."""
        while self.waiting:
            (trigger, hops), ids = self.waiting.popitem()
            if self.unit._pending.holding.is_needed and is_kept(self.unit.models, trigger.model, trigger.field):
                self.walked.setdefault((trigger, hops), set()).update(ids)
            model, relation = trigger.hops[hops - 1]
            info = self.unit.models[model]
            found = self._back(info, info.fields[relation], ids)
            if found and hops > 1:
                self.waiting.setdefault((trigger, hops - 1), set()).update(found)
            elif found:
                self._reach(trigger, found)

    def walk_again(self) -> None:
        """Walk once more where others may have made, or moved, links before the rows there were locked."""
        farthest_last = sorted(self.walked.items(), key=lambda item: item[0][1])  # they are taken from the end
        for place, ids in farthest_last:
            self.waiting.setdefault(place, set()).update(ids)
        self.propagate()

    def rows_walked_over(self) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
        """The rows to be locked before walking again: model → ids, of those to be held alone and of those to be shared.

        Alone: what has changed, by itself or in a list of its own, and is looked for by those that point at it. Shared:
        what says itself to whose list it belongs.
        """
        alone: dict[str, set[int]] = {}
        shared: dict[str, set[int]] = {}
        for (trigger, hops), ids in self.walked.items():
            model, name = trigger.hops[hops - 1]
            relation = self.unit.models[model].fields[name]
            if relation.kind == "one2many":
                written = changed_ids(self.unit, relation.target)  # their versions say that nobody else moved them
                shared.setdefault(relation.target, set()).update(ids - written)
            elif hops == len(trigger.hops) or self._is_list(trigger.hops[hops]):
                alone.setdefault(relation.target, set()).update(ids)
        return alone, shared

    def _is_list(self, hop: tuple[str, str]) -> bool:
        return self.unit.models[hop[0]].fields[hop[1]].many

    def _back(self, info: ModelInfo, field: Field[Any], ids: set[int]) -> set[int]:
        """The records of `info` whose relation leads to one of `ids`, in the database or in the store."""
        unit = self.unit
        if field.kind == "one2many":
            return self._owners(unit.models[field.target], field.inverse, ids)
        if field.kind == "many2many":
            _link, near, far = info.link(field)
            return set(unit._run(sa.select(near).where(among(far, ids, unit._dialect))).scalars())
        table = info.table
        found = set(unit._run(sa.select(table.c.id).where(among(table.c[field.name], ids, unit._dialect))).scalars())
        if field.varies:
            found.update(unit._run(any_points(unit, info, field.name, ids)).scalars())
        for batch in unit._pending.batches:
            for identity, values in batch.changes.get(info.name, {}).items():
                if values.get(field.name) in ids or (field.varies and _points_aside(values, field.name, ids)):
                    found.add(identity)
        return found

    def _owners(self, info: ModelInfo, inverse: str, ids: set[int]) -> set[int]:
        unit, table = self.unit, info.table
        column = unit._store.columns(info)[inverse]
        found = {column[identity] for identity in ids if identity in column}
        unknown = [identity for identity in ids if identity not in column]
        if unknown:
            statement = sa.select(table.c[inverse]).where(among(table.c.id, unknown, unit._dialect))
            found.update(unit._run(statement).scalars())
        found.discard(None)
        return found

    def clear(self) -> None:
        """Forget all of it, after a rollback."""
        self.waiting.clear()
        self.walked.clear()


def _points_aside(values: Mapping[str, Any], name: str, ids: set[int]) -> bool:
    """Whether a variant of a many-to-one among these changes leads to one of `ids`."""
    return any(value in ids for key, value in values.items() if key.startswith(f"{name}{SIGN}"))
