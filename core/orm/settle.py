"""Settling: finding computed values, in batches, with elevated rights, so that they are right for everyone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.compute import dependencies_of
from core.orm.fields.base import BadValue, Field
from core.orm.fields.number import Monetary
from core.orm.read.among import among
from core.orm.read.tree import PATH
from core.orm.records import Records
from core.orm.sources import sources_of
from core.orm.variants import Keys
from core.orm.write.tree import circle

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

NO_KEYS: Keys = {}


def compute_values(
    unit: UnitOfWork, info: ModelInfo, field: Field[Any], ids: Iterable[int], keys: Keys = NO_KEYS
) -> dict[int, Any]:
    """Compute a field for these records and put the values into the store; gives them.

    keys: of the readers for whom, where what they see differs by language or company.
    """
    assert field.compute is not None
    compute = field.compute
    view = unit.varied_env(keys)._view(info.name)
    column = view.columns[field.name]
    found: dict[int, Any] = {}
    node = (info.name, field.name)
    busy = unit._store.settling.setdefault(node, set()) if node in unit.models.graph.levels else set()
    records = Records[Any](view, tuple(ids))
    unit._computing.append((info.name, compute))
    try:
        batch = compute.function(records) if compute.batch and records else None
        for record in records:
            outermost = record.id not in busy
            busy.add(record.id)
            try:
                value = field.derived(compute.function(record) if batch is None else batch[record.id])
                if isinstance(field, Monetary):
                    value = in_currency(unit, field, record, value)
            except BadValue as error:
                text = _("{label} {reason}.", label=field.label, reason=error.reason)
                raise Invalid(text, fields={field.name: [error.reason]}) from error
            finally:
                if outermost:
                    busy.discard(record.id)
            column[record.id] = found[record.id] = value
    finally:
        unit._computing.pop()
    return found


def in_currency(unit: UnitOfWork, field: Monetary, record: Any, value: Any) -> Any:
    """A computed amount, rounded half up to the digits of the record's currency."""
    currency = record._view.columns[field.currency].get(record.id)
    if currency is None:
        found = getattr(record, field.currency)
        if found is None:
            return value
        currency = found.id
    places = currency_places(unit, record._view.info.fields[field.currency].target, currency)
    return field.fit_currency(value, places, exact=False)


def currency_places(unit: UnitOfWork, model: str, currency: int) -> int:
    """How many decimals a currency has."""
    places = unit._store.columns(unit.models[model])["decimal_places"].get(currency)
    if places is None:
        places = unit.system_env()[model].get(currency).decimal_places
    return int(places)


def settle(unit: UnitOfWork, info: ModelInfo, field: Field[Any], ids: Sequence[int], *, read: bool = False) -> None:
    """Find stored computed values anew; they are written with the next writing. read: because somebody reads them."""
    if (below := unit.models.graph.levels.get((info.name, field.name))) is not None:
        ids = _in_levels(unit, info, field, ids, below=below, read=read)
    found = compute_values(unit, info, field, ids)
    if field.kind == "many2one":
        unit._pending.holding.moved(info, field.name, found)
    pending = unit._store.derived.setdefault(info.name, {})
    for identity, value in found.items():
        pending.setdefault(identity, {})[field.name] = value
    waiting = unit._store.unsettled.get((info.name, field.name))
    if waiting is not None:
        waiting.difference_update(ids)


def _in_levels(
    unit: UnitOfWork, info: ModelInfo, field: Field[Any], asked: Sequence[int], *, below: bool, read: bool
) -> list[int]:
    """All records of a tree that wait for a value, those first that others of them follow from.

    By the paths as they are stored. Where a move is not written yet, reading a value that is not there settles
    it from within; a record that is asked for while its own value is being found is above itself.
    """
    node = (info.name, field.name)
    busy = unit._store.settling.get(node, set()) if read else set()
    if asked[0] in busy:
        raise _circle(unit, info, asked[0])
    ids = {*asked, *unit._store.unsettled.get(node, ())} - busy
    path = info.table.c[PATH]
    depth = sa.func.length(path) - sa.func.length(sa.func.replace(path, "/", ""))
    rows = unit._run(sa.select(info.table.c.id, depth).where(among(info.table.c.id, ids, unit._dialect)))
    depths = {row[0]: int(row[1]) for row in rows}
    return sorted(ids, key=lambda identity: (depths.get(identity, 0) * (-1 if below else 1), identity))


def _circle(unit: UnitOfWork, info: ModelInfo, identity: int) -> Invalid:
    """What is said of a circle that a record is in: of the record in it that was moved, as far as one of them was."""
    moved, at, seen = changed_ids(unit, info.name), identity, dict[int, None]()
    record: Any = Records[Any](unit.system_env()._view(info.name), (identity,))[0]
    while record is not None and record.id not in seen:
        seen[record.id] = None
        record = getattr(record, info.parent)
    at = next((one for one in seen if one in moved), identity)
    found = circle(unit, info, at)
    return found or Invalid(_("{model} {id} is above itself in its tree.", model=info.label, id=identity))


def settle_own(unit: UnitOfWork) -> None:
    """Settle what can be written together with what changed: on the same records, and without looking at lists.

    The version of these records says that nobody else has changed them; the other rows have to be locked first.
    """
    for (model, name), ids in waiting_fields(unit):
        info = unit.models[model]
        own = ids & changed_ids(unit, model)
        if own and not _lists_on_the_way(unit, info, name):
            settle(unit, info, info.fields[name], sorted(own))


def unsettle_unlocked(unit: UnitOfWork) -> None:
    """What was settled because somebody read it, on rows that were not locked, is settled again for writing."""
    store = unit._store
    for model, rows in store.derived.items():
        info, changed = unit.models[model], changed_ids(unit, model)
        elsewhere = {name: looks_elsewhere(unit, info, name) for values in rows.values() for name in values}
        for identity, values in rows.items():
            for name in [name for name in values if elsewhere[name] or identity not in changed]:
                del values[name]
                store.columns(info)[name].pop(identity, None)
                store.unsettled.setdefault((model, name), set()).add(identity)


def changed_ids(unit: UnitOfWork, model: str) -> set[int]:
    """The records of a model that the pending batches change."""
    return {identity for batch in unit._pending.batches for identity in batch.changes.get(model, ())}


def waiting_fields(unit: UnitOfWork) -> list[tuple[tuple[str, str], set[int]]]:
    """The stored computed fields that are unsettled, in the order of settling, with the ids of their records."""
    rank = unit.models.graph.rank
    found = [(node, set(ids)) for node, ids in unit._store.unsettled.items() if ids]
    return sorted(found, key=lambda item: (rank[item[0]], item[0]))


def looks_elsewhere(unit: UnitOfWork, info: ModelInfo, name: str) -> bool:
    """Whether a computed field looks at other records than its own."""
    return bool(sources_of(unit.models, info, name).beyond) or _lists_on_the_way(unit, info, name)


def _lists_on_the_way(unit: UnitOfWork, info: ModelInfo, name: str) -> bool:
    """Whether a computed field looks at a list of records, itself or through another computed field.

    One that follows from itself along a tree counts as such: it looks at rows that have to be locked first.
    """
    known = unit.models.caches.setdefault("lists_on_the_way", {})
    found: bool | None = known.get((info.name, name))
    if found is None:
        found = known[info.name, name] = _looks_at_lists(unit, info, name)
    return found


def _looks_at_lists(unit: UnitOfWork, info: ModelInfo, name: str) -> bool:
    if (info.name, name) in unit.models.graph.levels:
        return True
    for path in dependencies_of(info, name):
        at = info
        for step in path:
            field = at.fields[step]
            if field.many or (field.is_computed and _lists_on_the_way(unit, at, step)):
                return True
            if field.target:
                at = unit.models[field.target]
    return False


def forget_read(unit: UnitOfWork, info: ModelInfo, name: str, ids: Collection[int] | None) -> None:
    """Take out of the store what a computed field of these records looks at; all changes have been written before.

    ids: None for all records.
    """
    store = unit._store
    for path in dependencies_of(info, name):
        at = info
        for place, step in enumerate(path):
            field = at.fields[step]
            near = None if place else ids
            if not field.many:
                _forget_values(store.columns(at)[step], near)
            if field.is_computed and not field.stored:
                store.unsee_all(at, step)
                forget_read(unit, at, step, near)
            if field.target:
                at = unit.models[field.target]
                if field.many:
                    store.lists.pop(at.name, None)


def _forget_values(column: dict[int, Any], ids: Collection[int] | None) -> None:
    if ids is None:
        column.clear()
        return
    for identity in ids:
        column.pop(identity, None)


def forget_virtual(unit: UnitOfWork) -> None:
    """Take out of the store all computed values that no column keeps."""
    store = unit._store
    for info in unit.models.values():
        for name in info.virtual:
            store.columns(info)[name].clear()
            store.unsee_all(info, name)
