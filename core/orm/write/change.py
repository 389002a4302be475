"""Writing changes of records that exist: lock, rule, version, validate, UPDATE, history, rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, Conflict
from core.i18n import _
from core.orm.filter import ALL
from core.orm.read.among import among
from core.orm.read.scope import Scope
from core.orm.read.where import where
from core.orm.write.history import write_history
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
    names = _names(written.values())
    before = stored_rows(env, info, written, names)
    _compare_versions(unit, info, changes, before)
    validate(unit, info, changes)
    own = {identity: frozenset(values) for identity, values in changes.items()}
    _write(pending, env, info, written, before, names, own)
    pending.forget_guarded(info.name, _names(changes.values()))
    pending.checks.rule(env, info, "write", list(changes))


def write_derived(pending: Pending, actor: Env | None) -> None:
    """Write computed values on rows that nothing else changes; their versions stay."""
    unit = pending.unit
    for model in list(unit._store.derived):
        waiting = unit._store.derived.pop(model)
        if not waiting:
            continue
        info = unit.models[model]
        names = _names(waiting.values())
        before = stored_rows(unit.system_env(), info, waiting, names)
        gone = set(waiting) - set(before)
        written = {identity: values for identity, values in waiting.items() if identity not in gone}
        _write(pending, actor or unit.system_env(), info, written, before, names, {})
        pending.forget_guarded(model, names)


def stored_rows(env: Env, info: ModelInfo, ids: Iterable[int], names: Sequence[str]) -> dict[int, Any]:
    """The rows as they are stored: id → (id, version, *names), locked where the engine locks rows.

    Only rows that the environment may change are given.
    """
    unit, table = env._unit, info.table
    statement = (
        sa.select(table.c.id, table.c.row_version, *[table.c[name] for name in names])
        .where(among(table.c.id, ids, unit._dialect), *rule(env, info, "write"))
        .order_by(table.c.id)
    )
    if unit._dialect == "postgresql":
        statement = statement.with_for_update(of=table)
    return {row[0]: row for row in unit._run(statement)}


def rule(env: Env, info: ModelInfo, action: Any) -> list[Any]:
    """The condition of the rows that an environment may act on; empty where nothing limits it."""
    if env.elevated:
        return []
    allowed = env._allowed(action, info.name)
    if allowed is None:
        raise env._view(info.name).denied(action)
    return [] if allowed is ALL else [where(allowed, Scope(env._unit, info, None))]


def _names(changes: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for values in changes for name in values))


def _compare_versions(unit: UnitOfWork, info: ModelInfo, changes: Changes, before: Mapping[int, Any]) -> None:
    versions = unit._store.versions[info.name]
    for identity, values in changes.items():
        row = before.get(identity)
        if row is None:
            raise AccessDenied(_("You may not change this {model}.", model=info.label))
        if row[1] != versions.get(identity, row[1]):
            raise _conflict(unit, info, identity, values)


def _conflict(unit: UnitOfWork, info: ModelInfo, identity: int, yours: Mapping[str, Any]) -> Conflict:
    table = info.table
    row = unit._run(sa.select(*[table.c[name] for name in yours]).where(table.c.id == identity)).one()
    theirs = dict(zip(yours, row, strict=True))
    labels = ", ".join(info.fields[name].label for name in yours if theirs[name] != yours[name]) or info.label
    return Conflict(
        _("Someone else changed this {model} after you opened it. Look at: {fields}.", model=info.label, fields=labels),
        theirs=theirs,
        yours=yours,
    )


def _write(
    pending: Pending,
    env: Env,
    info: ModelInfo,
    written: Changes,
    before: Mapping[int, Any],
    names: Sequence[str],
    own: Mapping[int, frozenset[str]],
) -> None:
    """UPDATE the rows whose values differ from those stored, and note it in the history."""
    place = {name: position for position, name in enumerate(names, start=2)}
    changed: Changes = {}
    for identity, values in written.items():
        row = before[identity]
        kept = {name: value for name, value in values.items() if row[place[name]] != value}
        if kept:
            changed[identity] = kept
    if not changed:
        return
    raised = {identity for identity, values in changed.items() if not own.get(identity, _NONE).isdisjoint(values)}
    with refused_by_database(info):
        update_rows(pending.unit, info, changed, raised)
    versions = pending.unit._store.versions[info.name]
    for identity in raised:
        versions[identity] += 1
    if info.history:
        write_history(pending.unit, env, info, "write", _differences(changed, before, place), own)


def _differences(changed: Changes, before: Mapping[int, Any], place: Mapping[str, int]) -> Iterable[Any]:
    for identity, values in changed.items():
        row = before[identity]
        yield identity, {name: (row[place[name]], value) for name, value in values.items()}
