"""Pending: the changes of a unit of work that are not written yet, and the one pipeline that writes them.

    assign ─► rights of the environment ─► convert ─► store + batch of that environment ─► unsettle dependents
                                                                        │
    write  ─► walk to what other records' changes unsettle ─► settle ─► each batch in order:
                  lock, rule on the stored state, version ─► validate ─► UPDATE ─► history ─► rule on the new state
           ─► settle what looks at lists of records ─► UPDATE ─► history
    check  ─► Python constraints, rows that failed the rule on the new state

Changes of different environments are separate batches: a later elevated write never carries a user's
forbidden change through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import BanyanError
from core.orm.settle import settle_own, unsettle_unlocked
from core.orm.store import Node, Reader
from core.orm.write import assign, change, create, delete, derived
from core.orm.write.check import Checks
from core.orm.write.hold import Holding
from core.orm.write.unsettle import Unsettling

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.model import Members, Model
    from core.orm.records import Records
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.view import View


ROUNDS = 100
"""So often constraints may change what others are then asked about again."""


@dataclass
class Batch:
    """Changes of one environment: model → id → field → value."""

    env: Env
    changes: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)


def _who(env: Env) -> tuple[object, ...]:
    return env._reader, env.user_id, env.reason


class Pending:
    """What waits to be written in one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self.unit = unit
        self.batches: list[Batch] = []
        self.checks = Checks(unit)
        self.guarded_by: dict[Node, set[str]] = {}
        """(model, field) on the path of a rule → the models that the rule guards."""
        self.beyond: dict[tuple[str, int], dict[str, tuple[Any, Any]]] = {}
        """(model, id) → what is written through it to a record that it delegates to: field → (stored, to be)."""
        self.moving: dict[tuple[Reader, str], list[int]] = {}
        """(reader, model) → the records of which a move is under way; see `core.orm.states`."""
        self.unsettling = Unsettling(unit)
        self.holding = Holding(unit)
        self._writing = False
        self._actor: Env | None = None
        """Who changed something last: what follows from it is in the history as theirs."""
        self._failure: Exception | None = None
        """What failed after something had been written; only going back to a savepoint mends it."""

    # -- what code asks for -----------------------------------------------------------------------

    def assign(
        self, view: View, ids: Sequence[int], values: Mapping[str, object], members: Members | None = None
    ) -> None:
        """Change fields of records, as the view's environment."""
        self.need_writable()
        self._actor = view.env
        with self._whole():
            assign.assign(self, view, ids, values, members)

    def create(
        self, view: View, rows: Sequence[Mapping[str, object]], again: Sequence[tuple[int, int]] = ()
    ) -> Records[Any]:
        """Make records at once and give them, in the order of `rows`. again: see `create.create`."""
        self.need_writable()
        self._actor = view.env
        with self._whole():
            return create.create(self, view, rows, again)

    def delete(self, view: View, ids: Sequence[int]) -> None:
        """Delete records at once, and apply what is declared for those that point at them."""
        self.need_writable()
        self.write()
        self._actor = view.env
        with self._whole():
            delete.delete(self, view, ids)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """A change of which a part must not be kept: if it fails half-way, the unit cannot be committed."""
        before = self.unit._changes
        try:
            yield
        except Exception as error:
            if self.unit._changes != before:
                self._failure = error
            raise

    def need_writable(self) -> None:
        if not self.unit.writable:
            raise BanyanError("This unit of work was opened for reading; open it with write=True to change records.")
        if self.unit.changed is not None:
            self.unit.changed.ask()

    @contextmanager
    def move(self, record: Model) -> Iterator[None]:
        """While a move does what its verb says, the record is its maker's to change, also in its new state."""
        moving = self.moving.setdefault((record.env._reader, record._name), [])
        moving.append(record.id)
        try:
            yield
            self.write(check=True)
        finally:
            moving.remove(record.id)

    # -- what the pipeline's steps use ---------------------------------------------------------------

    def batch(self, env: Env) -> Batch:
        """The batch that takes changes of `env`: the last one, if it is of the same reader, user and reason."""
        last = self.batches[-1] if self.batches else None
        if last is not None and _who(last.env) == _who(env):
            return last
        made = Batch(env)
        self.batches.append(made)
        return made

    def touch(self, info: ModelInfo, name: str, ids: Iterable[int], parents: Iterable[int | None] = ()) -> None:
        """A field of these records changed; see Unsettling.touch."""
        for model in info.links:
            self.unit._store.lists.pop(model, None)
        self.unsettling.touch(info, name, ids, parents)

    def unsettle(self, info: ModelInfo, field: Field[Any], ids: Iterable[int]) -> None:
        """Have a stored computed field of these records found anew with the next writing, and what follows from it."""
        self.unsettling.unsettle(info, field, set(ids))

    def propagate(self) -> None:
        """Find the records of other models whose computed values the changes so far unsettle."""
        self.unsettling.propagate()

    def forget_guarded(self, model: str, names: Iterable[str], *, but: Reader = None) -> None:
        """Fields change: make readers forget their ids of the models whose rules look at them.

        but: who assigned the change, and may go on with the records until it is written. For the others it
        counts at once, or they would see what is pending on a record that it takes out of their sight.
        """
        for name in names:
            guarded = self.guarded_by.get((model, name))
            if guarded:
                self.unit._store.forget_readers(guarded, but=but)

    def write(self, *, check: bool = False) -> None:
        """Write everything; with `check`, also what must hold when the code asks to write or the unit ends.

        Code that caught the error of a failed change without a savepoint around it gets it again.
        """
        if self._writing:
            return
        if check and self._failure is not None:
            raise self._failure
        self._writing = True
        # What is written because a computed value is looking something up is no part of finding that value.
        computing, self.unit._computing = self.unit._computing, []
        try:
            for _round in range(ROUNDS):
                self._write_all()
                if not check or not self.checks.run():
                    break
            else:
                raise BanyanError(self.checks.endless)
            if check and self.unit.on_check is not None:
                self.unit.on_check()
        except Exception as error:
            self._failure = error
            raise
        finally:
            self._writing = False
            self.unit._computing = computing

    def _is_waiting(self) -> bool:
        store = self.unit._store
        return bool(self.batches or self.unsettling.waiting or self.holding.links) or any(
            map(any, (store.unsettled.values(), store.derived.values()))
        )

    def _write_all(self) -> None:
        while self._is_waiting():
            self.propagate()
            if self.holding.is_needed:
                unsettle_unlocked(self.unit)
                self.holding.hold()
            settle_own(self.unit)
            while self.batches:
                batch = self.batches.pop(0)
                for model, changes in batch.changes.items():
                    change.write_changes(self, batch.env, self.unit.models[model], changes)
            self.beyond.clear()
            self.propagate()
            if self.holding.is_needed:
                self.holding.hold()
            derived.settle_lists(self, self._actor)
            derived.write_derived(self, self._actor)

    def forget(self) -> None:
        """Drop what came since a savepoint, after it was rolled back."""
        self.batches.clear()
        self.beyond.clear()
        self.unsettling.clear()
        self.holding.clear()
        self.checks.clear()
        self._failure = None
