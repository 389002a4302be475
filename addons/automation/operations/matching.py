"""Which records of a batch of changes set a rule off: the filter after in one statement, that before in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from addons.automation.operations.rules import Rule
from core import ALL, Env, Filter
from core.orm.changed import ModelChanges
from core.orm.filter import Condition

Values = Mapping[str, tuple[Any, Any]]


class Before:
    """A record as it was before a change: its changed fields have their old values, all else is as it is now.

    What no column keeps, and lists of lines, are as they are now.
    """

    def __init__(self, record: Any, values: Values, pointed: Mapping[str, Mapping[int, Any]]) -> None:
        self._record, self._values, self._pointed = record, values, pointed
        self.id, self.env, self._name, self._view = record.id, record.env, record._name, record._view

    def __getattr__(self, name: str) -> Any:
        if name not in self._values:
            return getattr(self._record, name)
        old = self._values[name][0]
        if name not in self._pointed:
            return old
        if isinstance(old, int):
            return self._pointed[name][old]
        return [self._pointed[name][one] for one in old or ()] if old is not None else None


def set_off(env: Env, rule: Rule, found: ModelChanges) -> list[int]:
    """The ids of the records that set the rule off, in their order. env: elevated, on what is written."""
    candidates = _candidates(rule, found)
    if not candidates:
        return []
    met = met_after(env, rule, candidates)
    changed = {identity: found.changed[identity] for identity in met if identity not in found.created}
    held = _held_before(env, rule, changed)
    return [identity for identity in met if identity in found.created or identity in held]


def met_after(env: Env, rule: Rule, ids: Iterable[int]) -> list[int]:
    """Those of these records that meet the filter now: one statement."""
    among = Condition(rule.model, ("id",), "in", tuple(ids))
    return list(env[rule.model].with_archived().search(among, rule.after, order=("id",)).ids)


def _candidates(rule: Rule, found: ModelChanges) -> list[int]:
    new = sorted(found.created & found.changed.keys()) if rule.trigger != "changed" else []
    if rule.trigger == "created":
        return new
    touched = (
        identity
        for identity, values in found.changed.items()
        if identity not in found.created and (not rule.watched or not rule.watched.isdisjoint(values))
    )
    return [*new, *sorted(touched)]


def _held_before(env: Env, rule: Rule, changed: Mapping[int, Values]) -> set[int]:
    """Those that were before the change what the rule asks for.

    With watched fields that is the filter before; without, the filter after must not have been met either.
    """
    wanted: Filter = rule.before
    if not rule.watched and rule.after is not ALL:
        wanted = wanted & ~rule.after if wanted is not ALL else ~rule.after
    if wanted is ALL:
        return set(changed)
    info = env.models[rule.model]
    pointed: dict[str, dict[int, Any]] = {}
    for name in {name for values in changed.values() for name in values}:
        field = info.fields.get(name)
        if field is not None and field.target:
            olds = [values[name][0] for values in changed.values() if name in values]
            ids = {one for old in olds for one in (old if isinstance(old, tuple | list) else (old,)) if one is not None}
            pointed[name] = {record.id: record for record in env[field.target].browse(*sorted(ids))}
    records = env[rule.model].browse(*changed)
    return {
        record.id
        for record in records
        if wanted.matches(Before(record, changed[record.id], pointed))  # type: ignore[arg-type]
    }
