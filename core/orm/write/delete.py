"""Deleting: the pipeline applies what is declared for those that point at a record; the database never cascades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, Refused
from core.i18n import _
from core.orm.read.among import among
from core.orm.write.history import write_history
from core.orm.write.rows import rule
from core.orm.write.sql import refused_by_database

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.view import View
    from core.orm.write.pending import Pending


def delete(pending: Pending, view: View, ids: Sequence[int]) -> None:
    """Delete records as the view's environment. Raises Missing, AccessDenied or Refused."""
    info, env, unit = view.info, view.env, pending.unit
    if not env.elevated and not env.models.access.grants(env.roles, "delete", info.name):
        raise view.denied("delete")
    gone = unit._store.tombstones.get(info.name, set())
    ids = tuple(identity for identity in dict.fromkeys(ids) if identity not in gone)
    if not ids:
        return
    for record in map(view.env[info.name].get, ids):
        view.version(record)
    table = info.table
    names = [field.name for field in info.stored]
    statement = sa.select(table.c.id, *[table.c[name] for name in names]).where(
        among(table.c.id, ids, unit._dialect), *rule(env, info, "delete")
    )
    before = {row[0]: row for row in unit._run(statement)}
    if len(before) != len(ids):
        raise AccessDenied(_("You may not delete this {model}.", model=info.label))
    _release(pending, env, info, ids)
    _unlink_all(pending, info, ids)
    for field in info.stored:
        if field.kind == "many2one":
            place = names.index(field.name) + 1
            pending.touch(info, field.name, ids, {row[place] for row in before.values()})
    with refused_by_database(info):
        unit._run(sa.delete(table).where(among(table.c.id, ids, unit._dialect)))
    if info.history:
        write_history(
            unit, env, info, "delete", [(identity, _lost(info, names, row)) for identity, row in before.items()]
        )
    unit._store.bury(info, ids)
    pending.forget_guarded(info.name, names)


def _lost(info: ModelInfo, names: Sequence[str], row: Sequence[Any]) -> dict[str, tuple[Any, Any]]:
    """What a deleted row held: field → (value, absent)."""
    kept = {name: value for name, value in zip(names, row[1:], strict=True) if not info.fields[name].is_absent(value)}
    return {name: (value, info.fields[name].absent) for name, value in kept.items()}


def _release(pending: Pending, env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Apply what many-to-ones declare for the deletion of what they point at."""
    unit = pending.unit
    # What points at the record may be hidden from the user, and must not be left pointing at nothing.
    system = env.sudo()
    for pointer in info.pointers:
        other = unit.models[pointer.model]
        table = other.table
        statement = sa.select(table.c.id).where(among(table.c[pointer.field], ids, unit._dialect))
        if other is info:
            statement = statement.where(table.c.id.not_in(list(ids)))
        found = list(unit._run(statement).scalars())
        if not found:
            continue
        if pointer.on_delete == "refuse":
            # No number: it would count what the user may not see.
            text = _("This {model} is used by {others} and cannot be deleted.",
                     model=info.label, others=other.label_plural)  # fmt: skip
            raise Refused(text)
        target = system._view(pointer.model)
        if pointer.on_delete == "delete":
            delete(pending, target, found)
        else:
            target.assign_all(found, {pointer.field: None})
    pending.write()


def _unlink_all(pending: Pending, info: ModelInfo, ids: Sequence[int]) -> None:
    """Take the records out of all lists.

    Whose lists they were in is found before any link goes, since a list and its other end share their links.
    """
    unit = pending.unit
    links: list[Any] = []
    for other in unit.models.values():
        for name in other.link_tables:
            field = other.fields[name]
            _link, near, far = other.link(field)
            if other is info:
                links.append(near)
            if field.target == info.name:
                owners = set(unit._run(sa.select(near).where(among(far, ids, unit._dialect))).scalars())
                if owners:
                    links.append(far)
                    pending.touch(other, name, owners.difference(ids if other is info else ()))
    for column in links:
        unit._run(sa.delete(column.table).where(among(column, ids, unit._dialect)))
