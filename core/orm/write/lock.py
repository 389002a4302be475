"""Row locks for a step of the business that reads, decides and writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied
from core.i18n import _
from core.orm.records import Records
from core.orm.settle import forget_virtual
from core.orm.write.rows import stored_rows

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.view import View


def lock(unit: UnitOfWork, sets: Iterable[Records[Any]]) -> None:
    """Lock the rows in (model, id) order, and read them anew: what they hold stays so until the unit ends.

    Raises Missing or AccessDenied where a record is not there, or not the reader's to change.
    """
    unit._pending.need_writable()
    unit._pending.write()
    wanted: dict[str, dict[View, dict[int, None]]] = {}
    for records in sets:
        wanted.setdefault(records._view.info.name, {}).setdefault(records._view, {}).update(dict.fromkeys(records.ids))
    for model in sorted(wanted):
        for view, ids in wanted[model].items():
            if ids:
                _lock(view, list(ids))


def _lock(view: View, ids: list[int]) -> None:
    info, unit = view.info, view.env._unit
    rows = stored_rows(view.env, info, ids, view.light)
    if len(rows) < len(ids):
        for record in Records[Any](view, [identity for identity in ids if identity not in rows]):
            view.version(record)
            raise AccessDenied(_("You may not change this {model}.", model=info.label))
    if unit._dialect == "postgresql":
        _forget(unit, info, ids)
    unit._store.load(info, view.light, list(rows.values()))
    view.shown.update(rows)


def _forget(unit: UnitOfWork, info: ModelInfo, ids: list[int]) -> None:
    """Others may have changed the rows between the first look and the lock."""
    store = unit._store
    store.drop(info, ids)
    for lists in store.lists.values():
        for (_reader, model, _field), members in lists.items():
            if model == info.name:
                for identity in ids:
                    members.pop(identity, None)
    forget_virtual(unit)
