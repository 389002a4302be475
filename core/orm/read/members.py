"""The lists of to-many relations, kept per reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fields.base import Field
from core.orm.read.among import among
from core.orm.read.order import order_by
from core.orm.read.scope import Scope
from core.orm.records import Records

if TYPE_CHECKING:
    from core.orm.model import Members, Model
    from core.orm.view import View


class AllMembers:
    """The members of the lists of a whole set, found when they are needed: they are read together."""

    __slots__ = ("_ids", "_lists", "_owners")

    def __init__(self, lists: Mapping[int, tuple[int, ...]], owners: Members) -> None:
        self._lists, self._owners = lists, owners
        self._ids: tuple[int, ...] | None = None

    @property
    def ids(self) -> Iterable[int]:
        if self._ids is None:
            found = (self._lists.get(owner, ()) for owner in self._owners.ids)
            self._ids = tuple(dict.fromkeys(member for members in found for member in members))
        return self._ids


def members_of(view: View, field: Field[Any], record: Model) -> Records[Any]:
    """The records that the relation of one record holds, as far as the reader may see them."""
    target = view.env._view(field.target)
    ids = read_members(view, field, record)
    if record.id < 0:
        return Records(target, ids)
    return Records(target, ids, AllMembers(_lists(view, field), record._set))


def read_members(view: View, field: Field[Any], record: Model) -> tuple[int, ...]:
    """The ids that the relation of one record holds, as far as the reader may see them; one query for its set."""
    unit, info = view.env._unit, view.info
    store, identity = unit._store, record.id
    if identity < 0:
        draft: tuple[int, ...] = store.columns(info)[field.name].get(identity, ())
        return draft
    view.version(record)
    unit._pending.write()
    lists = _lists(view, field)
    if identity not in lists:
        others = (other for other in record._set.ids if other in view.shown and other > 0 and other not in lists)
        _fetch(view, field, list(dict.fromkeys((identity, *others))), lists)
    return lists[identity]


def _lists(view: View, field: Field[Any]) -> dict[int, tuple[int, ...]]:
    """The lists of a relation that the reader has been shown: owner → members."""
    lists = view.env._unit._store.lists.setdefault(field.target, {})
    reader = view.env._reader
    if reader is None and view.env.models[field.target].varied_order:
        reader = ("elevated", *view.env._keys.items())  # who sees everything sees it in the order of a language
    return lists.setdefault((reader, view.info.name, field.name), {})


def _fetch(view: View, field: Field[Any], ids: list[int], lists: dict[int, tuple[int, ...]]) -> None:
    unit = view.env._unit
    target_view = view.env._view(field.target)
    target = target_view.info
    scope = Scope(unit, target, target_view)
    order = order_by(scope, getattr(field, "order", ()) or target.order)
    if field.kind == "one2many":
        near = target.table.c[field.inverse]
        statement = sa.select(near, target.table.c.id).select_from(scope.source)
    else:
        link, near, far = view.info.link(field)
        statement = sa.select(near, target.table.c.id).select_from(scope.source.join(link, far == target.table.c.id))
    statement = statement.where(among(near, ids, unit._dialect), *scope.rule()).order_by(*order)
    found: dict[int, list[int]] = {identity: [] for identity in ids}
    for row in unit._run(statement):
        found[row[0]].append(row[1])
    # A link that is a record may be there twice.
    lists.update((owner, tuple(dict.fromkeys(members))) for owner, members in found.items())
    if not view.env.elevated:
        target_view.shown.update(member for members in found.values() for member in members)
