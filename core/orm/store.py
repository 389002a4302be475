"""The store of a unit of work: model → field → id → value, shared by all its readers.

Values are shared; what differs is which ids a reader has been shown. A row that elevated code loaded is
therefore in the store, and still unknown to the user. Ids below zero are drafts: records that are being
made and have no row yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from core.orm.registry import ModelInfo, Models

Reader = tuple[Any, ...] | None
"""Who has been shown ids: user, roles and companies; `None` is elevated code."""
Node = tuple[str, str]
"""(model, field)."""


class Everything(Collection[int]):
    """The ids shown to a reader whom no rule limits: all that the store holds."""

    def __contains__(self, identity: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def update(self, ids: Iterable[int]) -> None:
        """Nothing to remember."""


EVERYTHING = Everything()


Mark = dict[str, frozenset[int]]
"""Model → ids."""


def _keep(values: dict[int, Any], kept: frozenset[int]) -> None:
    if not kept:
        values.clear()
    for identity in [identity for identity in values if identity not in kept]:
        del values[identity]


class Store:
    """What one unit of work knows."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._columns: dict[str, dict[str, dict[int, Any]]] = {}
        self.versions: dict[str, dict[int, int]] = {}
        self.shown: dict[tuple[Reader, str], set[int]] = {}
        self.lists: dict[str, dict[tuple[Reader, str, str], dict[int, tuple[int, ...]]]] = {}
        """Target model → (reader, model, field) → id → members."""
        self.unsettled: dict[Node, set[int]] = {}
        self.derived: dict[str, dict[int, dict[str, Any]]] = {}
        """Computed values that no column holds yet: model → id → field → value."""
        self.settling: dict[Node, set[int]] = {}
        """Records whose value of a field that follows from itself along a tree is being found now."""
        self.tombstones: dict[str, set[int]] = {}
        self.stale: set[tuple[str, int]] = set()
        """(model, id) of records that a person saw in another version than the one that was read."""
        self._drafts = 0

    def columns(self, info: ModelInfo) -> dict[str, dict[int, Any]]:
        """The values of a model, one dictionary a field; the dictionaries stay the same ones for good."""
        found = self._columns.get(info.name)
        if found is None:
            found = self._columns[info.name] = {name: {} for name in info.fields}
            self.versions[info.name] = {}
        return found

    def column(self, info: ModelInfo, name: str) -> dict[int, Any]:
        """The values of a field, of one of its variants, or of what some readers see of it."""
        return self.columns(info).setdefault(name, {})

    def unsee(self, info: ModelInfo, name: str, ids: Iterable[int]) -> None:
        """Forget what readers see of a field whose value differs by language or company: a value of it changed."""
        if name in info.varying:
            for key, column in self.columns(info).items():
                if key.startswith(f"{name}~"):
                    for identity in ids:
                        column.pop(identity, None)

    def unsee_all(self, info: ModelInfo, name: str) -> None:
        """The same for all records."""
        for key, column in self.columns(info).items():
            if key.startswith(f"{name}~"):
                column.clear()

    def load(self, info: ModelInfo, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[int, ...]:
        """Take rows of (id, version, *values of `names`); what is known already, or pending, stays. Gives their ids."""
        if not rows:
            return ()
        columns = self.columns(info)
        ids, versions, *values = zip(*rows, strict=True)
        known = self.versions[info.name]
        if known:
            for identity, version in zip(ids, versions, strict=True):
                known.setdefault(identity, version)
        else:
            known.update(zip(ids, versions, strict=True))
        pending = self.derived.get(info.name)
        for name, loaded in zip(names, values, strict=True):
            column, waiting = columns.setdefault(name, {}), self.unsettled.get((info.name, name))
            if not column and not waiting and not pending:
                column.update(zip(ids, loaded, strict=True))
                continue
            for identity, value in zip(ids, loaded, strict=True):
                if not waiting or identity not in waiting:
                    column.setdefault(identity, value)
                    if pending and name in pending.get(identity, ()):
                        column[identity] = pending[identity][name]
        return ids

    def put(self, info: ModelInfo, identity: int, values: dict[str, Any]) -> None:
        """Take the values of one record, over what was known."""
        for name, value in values.items():
            self.column(info, name)[identity] = value

    def draft_id(self) -> int:
        """An id for a record that has no row yet."""
        self._drafts -= 1
        return self._drafts

    def drop(self, info: ModelInfo, ids: Iterable[int]) -> None:
        """Forget all values of these records."""
        columns = self.columns(info)
        for identity in ids:
            for column in columns.values():
                column.pop(identity, None)
            self.versions[info.name].pop(identity, None)

    def bury(self, info: ModelInfo, ids: Iterable[int]) -> None:
        """Forget deleted records, and remember that they are gone."""
        gone = set(ids)
        self.drop(info, gone)
        self.tombstones.setdefault(info.name, set()).update(gone)
        self.derived.get(info.name, {}).clear()
        for (model, _name), waiting in self.unsettled.items():
            if model == info.name:
                waiting -= gone
        for (_reader, model), shown in self.shown.items():
            if model == info.name:
                shown -= gone
        self.lists.pop(info.name, None)

    def forget_readers(self, models: Iterable[str], *, but: Reader = None) -> None:
        """Make all readers, `but` one, forget which ids and lists of these models they were shown."""
        for model in models:
            for (reader, name), shown in self.shown.items():
                if name == model and (but is None or reader != but):
                    shown.clear()
            self.lists.pop(model, None)

    def mark(self) -> Mark:
        """What is held now, for `forget_since`."""
        return {model: frozenset(known) for model, known in self.versions.items() if known}

    def forget_since(self, mark: Mark) -> None:
        """Forget records that were not held at the mark; everything has been written before."""
        nothing: frozenset[int] = frozenset()
        for model, columns in self._columns.items():
            kept = mark.get(model, nothing)
            for known in (*columns.values(), self.versions[model], self.derived.get(model, {})):
                _keep(known, kept)
            if model in self.tombstones:
                self.tombstones[model] &= kept
        for (_reader, model), shown in self.shown.items():
            shown &= mark.get(model, nothing)
        for lists in self.lists.values():
            for (_reader, model, _field), members in lists.items():
                _keep(members, mark.get(model, nothing))

    def forget(self) -> None:
        """Forget everything that was read: after a rollback to a savepoint."""
        for columns in self._columns.values():
            for column in columns.values():
                column.clear()
        for known in self.versions.values():
            known.clear()
        for shown in self.shown.values():
            shown.clear()
        self.lists.clear()
        self.unsettled.clear()
        self.derived.clear()
        self.tombstones.clear()
        self.stale.clear()
