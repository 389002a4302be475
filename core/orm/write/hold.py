"""Locks before settling: what stored values follow from is held until the unit ends, and is read anew.

    Deal.expected = revenue * partner.rate          one makes a deal while another changes the partner's rate

Who changes the rate locks the partner and then looks for its deals; who makes the deal locks the partner and then looks
at its rate. So the later of the two sees what the other has committed. The partner is shared among those who only
look at it. Everything is locked in the order of models and ids; what becomes known only under the locks is locked in
further rounds.

Records are made without waiting for anyone. What their values were found from is remembered, and they are settled
again only if it differs under the lock. SQLite has one writer at a time, and nothing is locked there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.read.among import among
from core.orm.settle import changed_ids, forget_virtual, looks_elsewhere
from core.orm.sources import Sources, plan_of, sources_of
from core.orm.write.rows import stored_rows

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

Wanted = dict[str, set[int]]
"""Model → ids."""
Seen = dict[tuple[str, int], dict[str, Any]]
"""(model, id) → field → value."""
_DIFFERED = object()
_UNKNOWN = object()


class Holding:
    """The rows that a unit of work holds, and the links whose far ends it has still to hold."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit
        self.links: dict[tuple[str, str], dict[int, set[int]]] = {}
        """(model, relation) → where it leads → whose new links lead there."""
        self._own: Wanted = {}
        """Rows that nobody else can change."""
        self._shared: Wanted = {}
        """Rows that nobody can change."""
        self._seen: Seen = {}
        """What the values of new records were found from."""
        self._differing: set[tuple[str, int]] = set()
        self._moved: dict[tuple[str, str], set[int]] = {}
        """(model, relation) → records of which a computed many-to-one was found anew."""
        self._typed: dict[str, dict[int, frozenset[str]]] = {}
        """Model → new records → their computed fields that somebody gave a value of their own."""

    @property
    def is_needed(self) -> bool:
        """Whether this engine lets two write at once."""
        return self.unit._dialect == "postgresql"

    # -- what is to be held -------------------------------------------------------------------------

    def look(self, info: ModelInfo, rows: Iterable[Mapping[str, Any]]) -> None:
        """Records are about to be made of these rows, or have been: remember what is known of where they lead."""
        if self.is_needed:
            for relation, sources in plan_of(self.unit.models).links.get(info.name, {}).items():
                targets = {row[relation] for row in rows if row.get(relation) is not None}
                if targets and not info.fields[relation].many:
                    self._look(self.unit.models[info.fields[relation].target], sources, targets)

    def made(
        self,
        info: ModelInfo,
        ids: Sequence[int],
        rows: Sequence[Mapping[str, Any]],
        typed: Sequence[frozenset[str]],
    ) -> None:
        """Records have been made of these rows: with the next writing, what they lead to is held."""
        if not self.is_needed:
            return
        self._own.setdefault(info.name, set()).update(ids)
        self.look(info, rows)
        for relation in plan_of(self.unit.models).links.get(info.name, ()):
            for identity, row, given in zip(ids, rows, typed, strict=True):
                if row.get(relation) is not None:
                    self.linked(info, relation, identity, (row[relation],))
                    if given:
                        self._typed.setdefault(info.name, {})[identity] = given

    def linked(self, info: ModelInfo, relation: str, identity: int, members: Iterable[int]) -> None:
        """A link from this record has been made: with the next writing, where it leads to is held."""
        if self.is_needed and relation in plan_of(self.unit.models).links.get(info.name, ()):
            targets = self.links.setdefault((info.name, relation), {})
            for member in members:
                targets.setdefault(member, set()).add(identity)

    def moved(self, info: ModelInfo, relation: str, found: Mapping[int, int | None]) -> None:
        """A computed many-to-one was found anew: what is read beyond it is found once more when that is held."""
        if self.is_needed and relation in plan_of(self.unit.models).links.get(info.name, ()):
            for identity, target in found.items():
                if target is not None:
                    self.linked(info, relation, identity, (target,))
                    self._moved.setdefault((info.name, relation), set()).add(identity)

    def _look(self, info: ModelInfo, sources: Sources, ids: set[int]) -> None:
        columns = self.unit._store.columns(info)
        for identity in ids:
            seen = self._seen.setdefault((info.name, identity), {})
            for name in sources.names:
                value = columns[name].get(identity, _UNKNOWN)
                if value is not _UNKNOWN:
                    seen[name] = value if seen.get(name, value) == value else _DIFFERED
        for relation, beyond in sources.beyond.items():
            known = columns[relation]
            further = {known[identity] for identity in ids if known.get(identity) is not None}
            if further:
                self._look(self.unit.models[info.fields[relation].target], beyond, further)

    # -- holding ------------------------------------------------------------------------------------

    def hold(self) -> None:
        """Lock what the unsettled values, the changes and the new links ask for, until nothing more comes to light."""
        unsettling = self.unit._pending.unsettling
        while self._lock_round():
            given = self._given()
            self._unsettle_differing()
            unsettling.walk_again()
            self._keep_given(given)
        self.links.clear()
        self._seen.clear()
        self._differing.clear()
        self._typed.clear()
        self._moved.clear()
        unsettling.walked.clear()

    def lock(self, info: ModelInfo, ids: Iterable[int], *, share: bool = False) -> None:
        """Lock rows that are not held yet, and take what others read of them as it is stored now."""
        own, shared = self._own.setdefault(info.name, set()), self._shared.setdefault(info.name, set())
        wanted = set(ids) - own - (shared if share else set())
        if not wanted:
            return
        names = sorted(plan_of(self.unit.models).names.get(info.name, ()))
        rows = stored_rows(self.unit.system_env(), info, wanted, names, share=share)
        self._renew(info, names, rows)
        (shared if share else own).update(wanted)

    def clear(self) -> None:
        """Forget all of it, after a rollback."""
        for each in (self.links, self._own, self._shared, self._seen, self._typed, self._moved):
            each.clear()
        self._differing.clear()

    def _lock_round(self) -> bool:
        own, shared = self._wanted()
        found = False
        for model in sorted({*own, *shared}):
            info = self.unit.models[model]
            held, looked = self._own.get(model, set()), self._shared.get(model, set())
            changing = own.get(model, set()) - held
            reading = shared.get(model, set()) - held - looked
            if changing or reading:
                found = True
                # One statement a model: two would not be in the order of ids.
                self.lock(info, changing | reading, share=not changing)
        return found

    def _wanted(self) -> tuple[Wanted, Wanted]:
        """The rows to be locked by themselves, and those to be shared, as far as they are known."""
        unit = self.unit
        own, shared = unit._pending.unsettling.rows_walked_over()
        plan = plan_of(unit.models)
        for (model, relation), members in self.links.items():
            self._reach(unit.models[model], relation, plan.links[model][relation], set(members), shared)
        for batch in unit._pending.batches:
            for model, changes in batch.changes.items():
                for relation, sources in plan.links.get(model, {}).items():
                    targets = {values[relation] for values in changes.values() if values.get(relation) is not None}
                    self._reach(unit.models[model], relation, sources, targets, shared)
        for (model, name), ids in unit._store.unsettled.items():
            if ids:
                info, changed = unit.models[model], ids & changed_ids(unit, model)
                if changed and not looks_elsewhere(unit, info, name):
                    ids = ids - changed  # the version says that nobody else has changed them
                elif changed:
                    self._follow(info, sources_of(unit.models, info, name), changed, shared)
                own.setdefault(model, set()).update(ids)
        return own, shared

    def _reach(self, info: ModelInfo, relation: str, sources: Sources, ids: set[int], shared: Wanted) -> None:
        if ids:
            target = self.unit.models[info.fields[relation].target]
            shared.setdefault(target.name, set()).update(ids)
            self._follow(target, sources, ids, shared)

    def _follow(self, info: ModelInfo, sources: Sources, ids: set[int], shared: Wanted) -> None:
        for relation, beyond in sources.beyond.items():
            self._reach(info, relation, beyond, self._pointed(info, relation, ids), shared)

    def _pointed(self, info: ModelInfo, relation: str, ids: set[int]) -> set[int]:
        """Where a many-to-one of these records leads, what is pending included."""
        unit, table = self.unit, info.table
        column = unit._store.columns(info)[relation]
        unknown = [identity for identity in ids if identity not in column]
        if unknown:
            chosen = sa.select(table.c.id, table.c.row_version, table.c[relation])
            rows = unit._run(chosen.where(among(table.c.id, unknown, unit._dialect))).all()
            unit._store.load(info, (relation,), rows)
        return {column[identity] for identity in ids if column.get(identity) is not None}

    # -- what others have changed -------------------------------------------------------------------

    def _renew(self, info: ModelInfo, names: Sequence[str], rows: Mapping[int, Any]) -> None:
        """Take values as they are stored now; what this unit is about to write stays."""
        unit, differs = self.unit, False
        columns = unit._store.columns(info)
        batches = [batch.changes[info.name] for batch in unit._pending.batches if info.name in batch.changes]
        for identity, row in rows.items():
            seen = self._seen.get((info.name, identity), {})
            for name, value in zip(names, row[2:], strict=True):
                if any(name in changes.get(identity, ()) for changes in batches):
                    continue
                if name in seen and seen[name] != value:
                    self._differing.add((info.name, identity))
                if columns[name].get(identity, value) != value:
                    del columns[name][identity]
                    differs = True
        unit._store.load(info, names, list(rows.values()))
        if differs:
            forget_virtual(unit)

    def _unsettle_differing(self) -> None:
        """Have found anew what follows from new links to records that others changed meanwhile."""
        unit = self.unit
        for (model, relation), targets in self.links.items():
            info = unit.models[model]
            sources, far = plan_of(unit.models).links[model][relation], unit.models[info.fields[relation].target]
            holders = self._moved.get((model, relation), set())
            holders |= {each for target in targets if self._differs(far, sources, target) for each in targets[target]}
            if holders:
                unit._pending.touch(info, relation, holders)

    def _given(self) -> dict[tuple[str, str], dict[int, Any]]:
        """What somebody gave computed fields, and nothing has unsettled since: (model, field) → id → value."""
        unit = self.unit
        found: dict[tuple[str, str], dict[int, Any]] = {}
        for model, given in self._typed.items():
            columns = unit._store.columns(unit.models[model])
            for identity, names in given.items():
                for name in names:
                    found.setdefault((model, name), {})[identity] = columns[name].get(identity, _UNKNOWN)
        for batch in unit._pending.batches:
            for model, changes in batch.changes.items():
                for name in [field.name for field in unit.models[model].derived if field.editable]:
                    written = {each: values[name] for each, values in changes.items() if name in values}
                    if written:
                        found.setdefault((model, name), {}).update(written)
        for node, values in found.items():
            for identity in unit._store.unsettled.get(node, ()):
                values.pop(identity, None)
        return found

    def _keep_given(self, given: Mapping[tuple[str, str], Mapping[int, Any]]) -> None:
        """A value that somebody gave stays, though what it would follow from was changed by others before."""
        store = self.unit._store
        for (model, name), values in given.items():
            waiting, column = store.unsettled.get((model, name), set()), store.columns(self.unit.models[model])[name]
            for identity in waiting.intersection(values):
                waiting.discard(identity)
                if values[identity] is not _UNKNOWN:
                    column[identity] = values[identity]

    def _differs(self, info: ModelInfo, sources: Sources, identity: int) -> bool:
        if sources.lists or (info.name, identity) in self._differing:
            return True
        return any(
            self._differs(self.unit.models[info.fields[relation].target], beyond, target)
            for relation, beyond in sources.beyond.items()
            for target in self._pointed(info, relation, {identity})
        )
