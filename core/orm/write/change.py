"""Writing changes of records that exist: lock, rule, version, validate, UPDATE, history, rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, Conflict
from core.i18n import _, listed
from core.orm.read.variants import columns
from core.orm.variants import base_name
from core.orm.write.history import write_history
from core.orm.write.rows import stored_rows
from core.orm.write.sql import refused_by_database, update_rows
from core.orm.write.validate import validate

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.write.pending import Pending

Changes = dict[int, dict[str, Any]]
_NONE: frozenset[str] = frozenset()


def write_changes(pending: Pending, env: Env, info: ModelInfo, changes: Changes) -> None:
    """Write one environment's changes of one model, with the computed values that follow on the same rows."""
    unit = pending.unit
    derived = unit._store.derived.get(info.name, {})
    written: Changes = {}
    for identity, values in changes.items():
        follows = derived.pop(identity, None)
        written[identity] = values if not follows else {**follows, **values}
    names = field_names(written.values())
    before = stored_rows(env, info, written, names)
    compare_versions(env, info, changes, before)
    validate(env, info, changes)
    own = {identity: frozenset(values) for identity, values in changes.items()}
    write_rows(pending, env, info, written, before, names, own)
    pending.forget_guarded(info.name, map(base_name, field_names(changes.values())))
    moved = [identity for identity, values in changes.items() if info.parent in values]
    if moved:
        pending.checks.trees.moved(info, moved)
    pending.checks.rule(env, info, "write", list(changes), names)


def field_names(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The fields that any of the changes names, each once."""
    return list(dict.fromkeys(name for values in changes for name in values))


def compare_versions(env: Env, info: ModelInfo, changes: Changes, before: Mapping[int, Any]) -> None:
    """Refuse what was changed on another version than the stored one. Raises Conflict, or AccessDenied for no row.

    before: the rows that may be changed, as stored: id → (id, version, …).
    """
    versions = env._unit._store.versions[info.name]
    for identity, values in changes.items():
        row = before.get(identity)
        if row is None:
            raise AccessDenied(_("You may not change this {model}.", model=info.label))
        if row[1] != versions.get(identity, row[1]):
            raise conflict(env, info, identity, values)


def conflict(env: Env, info: ModelInfo, identity: int, yours: Mapping[str, Any]) -> Conflict:
    """What to tell of a record that somebody else changed. yours: what was to be written; empty where it was to go."""
    unit, told = env._unit, env._view(info.name).told_name
    beyond = unit._pending.beyond.get((info.name, identity), {})
    theirs = {name: _stored(unit, info, identity, name) for name in yours}
    theirs |= {name: held for name, (held, _value) in beyond.items()}
    yours = {**yours, **{name: value for name, (_held, value) in beyond.items()}}
    # Two people may write the same value, each added to what they saw: then all that was written is told.
    differing = [name for name in yours if theirs[name] != yours[name]] or list(yours)
    if not yours:
        text = _("Someone else changed this {model} after you opened it. Look at it again.", model=info.label)
        return Conflict(text, is_final=(info.name, identity) in unit._store.stale)
    labels = listed([info.fields[name].label for name in differing])
    return Conflict(
        _("Someone else changed this {model} after you opened it. Look at: {fields}.", model=info.label, fields=labels),
        theirs={told(name): theirs[name] for name in differing},
        yours={told(name): yours[name] for name in differing},
        is_final=(info.name, identity) in unit._store.stale,
    )


def _stored(unit: UnitOfWork, info: ModelInfo, identity: int, name: str) -> Any:
    """The value of a field as it is stored now; of a list, the ids of its members."""
    if name in info.link_tables:
        _link, near, far = info.link(info.fields[name])
        return tuple(unit._run(sa.select(far).where(near == identity).order_by(far)).scalars())
    found, source = columns(info, info.table, (name,))
    return unit._run(sa.select(*found).select_from(source).where(info.table.c.id == identity)).scalar_one()


def write_rows(
    pending: Pending,
    env: Env,
    info: ModelInfo,
    written: Changes,
    before: Mapping[int, Any],
    names: Sequence[str],
    own: Mapping[int, frozenset[str]],
) -> None:
    """UPDATE the rows whose values differ from those stored, and note it in the history.

    before: the rows as stored, as (id, version, *names). own: id → fields that somebody wrote; the version
    rises where one of these differs.
    """
    place = {name: position for position, name in enumerate(names, start=2)}
    changed: Changes = {}
    for identity, values in written.items():
        row = before[identity]
        kept = {name: value for name, value in values.items() if row[place[name]] != value}
        if kept:
            changed[identity] = kept
    raised = {identity for identity, names in own.items() if not names}  # what they delegate to changed
    changed.update((identity, {}) for identity in raised)
    if not changed:
        return
    raised |= {identity for identity, values in changed.items() if not own.get(identity, _NONE).isdisjoint(values)}
    with refused_by_database(info):
        update_rows(pending.unit, info, changed, raised)
    pending.checks.changed(info, changed)
    versions = pending.unit._store.versions[info.name]
    for identity in raised:
        versions[identity] += 1
    if info.history:
        write_history(pending.unit, env, info, "write", _differences(changed, before, place), own)


def _differences(changed: Changes, before: Mapping[int, Any], place: Mapping[str, int]) -> Iterable[Any]:
    for identity, values in changed.items():
        row = before[identity]
        if values:
            yield identity, {name: (row[place[name]], value) for name, value in values.items()}
