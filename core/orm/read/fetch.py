"""Fetching: the values of a field for the whole set that a record came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from core.orm.fields.base import Field
from core.orm.read.by_id import select_by_id
from core.orm.read.figures import fetch_figures
from core.orm.settle import compute_values, settle
from core.orm.types import LARGEST_ID
from core.orm.variants import keys_of

if TYPE_CHECKING:
    from core.orm.model import Members, Model
    from core.orm.view import View

MOST = 20_000
"""So many records of a set are fetched at once; the others when they are asked for."""


class Some:
    """A set of records by their ids."""

    __slots__ = ("ids",)

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = ids


class Siblings:
    """The records that a relation of a whole set points at, found when they are needed."""

    __slots__ = ("_base", "_ids", "_name", "_view")

    def __init__(self, view: View, name: str, base: Members) -> None:
        self._view, self._name, self._base = view, name, base
        self._ids: tuple[int, ...] | None = None

    @property
    def ids(self) -> Iterable[int]:
        if self._ids is None:
            column = self._view.columns[self._name]
            found = (column.get(identity) for identity in self._base.ids)
            self._ids = tuple(dict.fromkeys(identity for identity in found if identity is not None))
        return self._ids


def siblings(view: View, name: str, record: Model) -> Siblings:
    """The set that the target of `record`'s relation `name` belongs to."""
    return Siblings(view, name, record._set)


def read_value(view: View, field: Field[Any], record: Model) -> Any:
    """The value of a field that the view's columns do not hold yet. Raises Missing or AccessDenied."""
    unit, info, name, identity = view.env._unit, view.info, field.name, record.id
    unit._pending.propagate()
    column = view.columns[name]
    if identity not in view.shown:
        fetch(view, record, view.light)
        if identity not in view.shown:
            raise view.missing()
    if name in view.variants:
        return _read_varying(view, field, record, column)
    if identity in column:
        return column[identity]
    waiting = unit._store.unsettled.get((info.name, name))
    if waiting and identity in waiting:
        settle(unit, info, field, [other for other in (identity, *record._set.ids) if other in waiting], read=True)
    elif field.stored:
        fetch(view, record, view.light if name in info.light else (name,), need=name)
    else:
        if identity > 0:
            view.version(record)  # a record that is gone has no computed values either
        find = fetch_figures if name in info.aggregates else compute_values
        find(unit, info, field, _known(view, record, column))
    if identity not in column:
        raise view.missing()
    return column[identity]


def _read_varying(view: View, field: Field[Any], record: Model, column: dict[int, Any]) -> Any:
    """What the reader sees of a value that differs: their variant where there is one, else the base."""
    info, name, identity = view.info, field.name, record.id
    if field.is_computed:
        if identity > 0:
            view.version(record)
        compute_values(
            view.env._unit, info, field, _known(view, record, column), keys_of(info.varying[name], view.env._keys)
        )
    else:
        variant = view.variants[name]
        names = view.light if name in info.light else (name, variant)
        base, own = view.kept(name), view.kept(variant)
        for need, held in ((name, base), (variant, own)):
            if identity not in held and identity > 0:
                fetch(view, record, names, need=need)
        for each in _known(view, record, column):
            if each in base and each in own:
                column[each] = base[each] if own[each] is None else own[each]
    if identity not in column:
        raise view.missing()
    return column[identity]


def read_kept(view: View, name: str, record: Model) -> Any:
    """The value that is kept under a name: of the base, or of a variant, where None says that the base holds."""
    view.version(record)
    column = view.kept(name)
    if record.id not in column:
        fetch(view, record, (name,), need=name)
    if record.id not in column:
        raise view.missing()
    return column[record.id]


def _known(view: View, record: Model, column: dict[int, Any]) -> list[int]:
    """The ids of the record's set that the reader has been shown and that have no value yet."""
    ids = [identity for identity in record._set.ids if identity in view.shown and identity not in column]
    versions = view.env._unit._store.versions[view.info.name]
    found = [identity for identity in dict.fromkeys((record.id, *ids)) if identity in versions or identity < 0]
    return found[:MOST]


def fetch(view: View, record: Model, names: Sequence[str], *, need: str = "") -> None:
    """Load fields for the record's set and show the reader those that they may see.

    need: the one field that is asked for; records that have it already are left out.
    """
    unit, info = view.env._unit, view.info
    store = unit._store
    gone, known = store.tombstones.get(info.name, ()), store.versions[info.name]
    column = store.column(info, need) if need else known
    wanted = [
        identity
        for identity in dict.fromkeys((record.id, *_some_of(record._set.ids)))
        if (identity not in view.shown or identity not in column or identity not in known)
        and 0 < identity <= LARGEST_ID
        and identity not in gone
    ]
    if not wanted:
        return
    # What a change elsewhere made wrong is known before the stored values are read, or these would be taken for right.
    unit._pending.propagate()
    if not view.is_free and view.env._allowed("read", info.name) is not None:
        unit._pending.write()
    rows = unit._run(*select_by_id(view.env, info, names, wanted, "read")).all()
    view.shown.update(store.load(info, names, rows))


def fetch_all(view: View, ids: Sequence[int]) -> None:
    """Load the light fields of these records, however many they are, and show the reader those that they may see."""
    for start in range(0, len(ids), MOST):
        part = ids[start : start + MOST]
        fetch(view, view.cls(view, part[0], Some(part)), view.light)


def _some_of(ids: Iterable[int]) -> Sequence[int]:
    listed = ids if isinstance(ids, tuple | list) else tuple(ids)
    return listed[:MOST]
