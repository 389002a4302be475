"""Deleting: the pipeline applies what is declared for those that point at a record; the database never cascades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, Refused
from core.i18n import _
from core.orm.archived import ACTIVE
from core.orm.fields.relation import Many2many
from core.orm.read.among import among
from core.orm.read.by_id import rule
from core.orm.read.variants import variants_of
from core.orm.variants import RECORD
from core.orm.varying import COMPANIES
from core.orm.write.change import conflict
from core.orm.write.deletion import points_at
from core.orm.write.history import write_history
from core.orm.write.sql import refused_by_database
from core.orm.write.variants import clear_variants, forget_companies

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.view import View
    from core.orm.write.pending import Pending


def delete(pending: Pending, view: View, ids: Sequence[int]) -> None:
    """Delete records as the view's environment. Raises Missing, AccessDenied, Conflict or Refused."""
    info, env, unit = view.info, view.env, pending.unit
    if not env.elevated and not env.models.access.grants(env.roles, "delete", info.name):
        raise view.denied("delete")
    gone = unit._store.tombstones.get(info.name, set())
    ids = tuple(identity for identity in dict.fromkeys(ids) if identity not in gone)
    if not ids:
        return
    for record in map(view.env[info.name].get, ids):
        view.version(record)
        if refusal := record.deletion_refusal():
            raise Refused(refusal)
    table = info.table
    names = [field.name for field in info.stored]
    statement = sa.select(table.c.id, table.c.row_version, *[table.c[name] for name in names]).where(
        among(table.c.id, ids, unit._dialect), *rule(env, info, "delete")
    )
    before = {row[0]: row for row in unit._run(statement)}
    if len(before) != len(ids):
        raise AccessDenied(_("You may not delete this {model}.", model=info.label))
    _refuse_changed(env, info, before)
    _release(pending, env, info, ids)
    if info.name == COMPANIES:
        forget_companies(pending, env, ids)
    lists = _lists(pending, info, ids)
    aside = variants_of(unit, info, ids)
    _unlink_all(pending, env, info, ids)
    for field in info.stored:
        if field.kind == "many2one":
            place = names.index(field.name) + 2
            pending.touch(info, field.name, ids, {row[place] for row in before.values()})
    with refused_by_database(info):
        for side in info.sides.values():
            unit._run(sa.delete(side).where(among(side.c[RECORD], ids, unit._dialect)))
        unit._run(sa.delete(table).where(among(table.c.id, ids, unit._dialect)))
    if info.history:
        write_history(
            unit,
            env,
            info,
            "delete",
            [
                (identity, {**_lost(info, names, row), **_lost_aside(aside.get(identity, {})), **lists[identity]})
                for identity, row in before.items()
            ],
        )
    unit._store.bury(info, ids)
    pending.forget_guarded(info.name, names)


def _refuse_changed(env: Env, info: ModelInfo, before: Mapping[int, Sequence[Any]]) -> None:
    """Raise Conflict where somebody changed a record after it was first read: what they wrote is not to be lost."""
    versions = env._unit._store.versions[info.name]
    for identity, row in before.items():
        if row[1] != versions.get(identity, row[1]):
            raise conflict(env, info, identity, {})


def _lost(info: ModelInfo, names: Sequence[str], row: Sequence[Any]) -> dict[str, tuple[Any, Any]]:
    """What a deleted row held: field → (value, absent)."""
    kept = {name: value for name, value in zip(names, row[2:], strict=True) if not info.fields[name].is_absent(value)}
    return {name: (value, info.fields[name].absent) for name, value in kept.items()}


def _lost_aside(values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (value, None) for name, value in values.items()}


def _release(pending: Pending, env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Apply what relations declare for the deletion of what they point at."""
    unit = pending.unit
    _refuse_members(unit, info, ids)
    # What points at the record may be hidden from the user, and must not be left pointing at nothing.
    system = env.sudo()
    for pointer in info.pointers:
        other = unit.models[pointer.model]
        table = other.table
        statement = sa.select(table.c.id).where(points_at(unit, info, pointer, ids))
        if other is info:
            statement = statement.where(table.c.id.not_in(list(ids)))
        found = list(unit._run(statement).scalars())
        if not found:
            continue
        if pointer.on_delete == "refuse":
            raise _is_used(info, other)
        target = system._view(pointer.model)
        if other.fields[pointer.field].varies:
            clear_variants(target, pointer.field, ids)
        elif pointer.on_delete == "delete":
            delete(pending, target, found)
        else:
            gone = {} if pointer.on_delete == "clear" else {ACTIVE: False}
            target.assign_all(found, {pointer.field: None, **gone})
    pending.write()


def _refuse_members(unit: UnitOfWork, info: ModelInfo, ids: Sequence[int]) -> None:
    """Raise Refused for what is in a list that does not let its members go."""
    for other in unit.models.values():
        for name in other.link_tables:
            field = other.fields[name]
            if isinstance(field, Many2many) and field.target == info.name and field.on_delete == "refuse":
                _link, near, far = other.link(field)
                owners = sa.select(near).where(among(far, ids, unit._dialect))
                if other is info:
                    owners = owners.where(near.not_in(list(ids)))
                if unit._run(owners.limit(1)).first() is not None:
                    raise _is_used(info, other)


def _is_used(info: ModelInfo, other: ModelInfo) -> Refused:
    # No number: it would count what the user may not see.
    text = _("This {model} is used by {others} and cannot be deleted.", model=info.label, others=other.label_plural)
    return Refused(text)


def _lists(pending: Pending, info: ModelInfo, ids: Sequence[int]) -> dict[int, dict[str, tuple[Any, Any]]]:
    """What the lists of records hold that are about to be deleted, for their history: field → (members, none)."""
    found: dict[int, dict[str, tuple[Any, Any]]] = {identity: {} for identity in ids}
    if info.history:
        for name in info.link_tables:
            for owner, members in _members(pending, info, name, ids).items():
                found[owner][name] = (members, ())
    return found


def _members(pending: Pending, info: ModelInfo, name: str, owners: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Owner → members of a list, of those that have any."""
    _link, near, far = info.link(info.fields[name])
    found: dict[int, list[int]] = {}
    statement = sa.select(near, far).where(among(near, owners, pending.unit._dialect)).order_by(near, far)
    for owner, member in pending.unit._run(statement):
        found.setdefault(owner, []).append(member)
    return {owner: tuple(members) for owner, members in found.items()}


def _unlink_all(pending: Pending, env: Env, info: ModelInfo, ids: Sequence[int]) -> None:
    """Take the records out of all lists.

    Whose lists they were in is found before any link goes, since a list and its other end share their links.
    """
    unit, gone = pending.unit, frozenset(ids)
    links: list[Any] = []
    noted: set[Any] = set()
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
                    staying = owners.difference(ids if other is info else ())
                    pending.touch(other, name, staying)
                    if staying and other.history and far not in noted:
                        noted.add(far)
                        lists = _members(pending, other, name, sorted(staying))
                        shorter = (
                            (owner, {name: (members, tuple(member for member in members if member not in gone))})
                            for owner, members in lists.items()
                        )
                        write_history(unit, env, other, "write", shorter, {})
    for column in links:
        unit._run(sa.delete(column.table).where(among(column, ids, unit._dialect)))
