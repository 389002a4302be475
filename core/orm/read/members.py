"""The lists of to-many relations, kept per reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fields.base import Field
from core.orm.read.among import among
from core.orm.read.order import order_by
from core.orm.read.scope import Scope

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.view import View


def read_members(view: View, field: Field[Any], record: Model) -> tuple[int, ...]:
    """The ids that the relation of one record holds, as far as the reader may see them; one query for its set."""
    unit, info = view.env._unit, view.info
    store, identity = unit._store, record.id
    if identity < 0:
        draft: tuple[int, ...] = store.columns(info)[field.name].get(identity, ())
        return draft
    view.version(record)
    unit._pending.write()
    lists = store.lists.setdefault(field.target, {}).setdefault((view.env._reader, info.name, field.name), {})
    if identity not in lists:
        others = (other for other in record._set.ids if other in view.shown and other > 0 and other not in lists)
        _fetch(view, field, list(dict.fromkeys((identity, *others))), lists)
    return lists[identity]


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
    lists.update((owner, tuple(members)) for owner, members in found.items())
    if not view.env.elevated:
        target_view.shown.update(member for members in found.values() for member in members)
