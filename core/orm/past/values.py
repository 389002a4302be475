"""Rebuilding: the present rows, and every later change of them taken back, the latest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fields.base import Field
from core.orm.read.among import among
from core.orm.read.variants import variants_of
from core.orm.variants import base_name

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

UNKNOWN = object()
"""The past value of a field for elevated code alone: the history says that it changed, and keeps no copy."""

State = dict[str, Any] | None
"""The values of a record at the moment; `None` where there was no such record."""


class Past:
    """What one unit of work has learned about one moment, whoever asked."""

    def __init__(self, unit: UnitOfWork, moment: datetime) -> None:
        self.unit, self.moment = unit, moment
        self.states: dict[str, dict[int, State]] = {}
        self.gone: dict[str, dict[int, datetime]] = {}
        """Model → id → when the record, which is no longer there, was deleted last."""
        self._members: dict[tuple[str, str], dict[int, tuple[int, ...]]] = {}

    # -- records ----------------------------------------------------------------------------------

    def load(self, info: ModelInfo, ids: Iterable[int]) -> dict[int, State]:
        """The states of these records, among others."""
        known = self.states.setdefault(info.name, {})
        wanted = [identity for identity in dict.fromkeys(ids) if identity not in known and identity > 0]
        if wanted:
            self.unit._pending.write()
            self._rebuild(info, wanted, known)
        return known

    def _rebuild(self, info: ModelInfo, ids: list[int], known: dict[int, State]) -> None:
        unit, table, history = self.unit, info.table, self.unit.models.history
        names = [field.name for field in info.stored]
        rows = unit._run(
            sa.select(table.c.id, *[table.c[name] for name in names]).where(among(table.c.id, ids, unit._dialect))
        )
        known.update(dict.fromkeys(ids))
        known.update((row[0], dict(zip(names, row[1:], strict=True))) for row in rows)
        for identity, aside in variants_of(unit, info, ids).items() if info.sides else ():
            found = known[identity]
            if found is not None:
                found.update(aside)
        gone = self.gone.setdefault(info.name, {})
        later = (
            sa.select(history.c.record_id, history.c.action, history.c.changes, history.c.at)
            .where(
                history.c.model == info.name,
                among(history.c.record_id, ids, unit._dialect),
                history.c.at > self.moment,
            )
            .order_by(history.c.id.desc())
        )
        for identity, action, changes, at in unit._run(later):
            if known[identity] is None and action == "delete":
                gone.setdefault(identity, at)
            known[identity] = _before(info, known[identity], action, changes)

    # -- lists ------------------------------------------------------------------------------------

    def members(self, info: ModelInfo, field: Field[Any], ids: Collection[int]) -> dict[int, tuple[int, ...]]:
        """The ids that lists of these records held, whoever may see them, in no order."""
        known = self._members.setdefault((info.name, field.name), {})
        wanted = [identity for identity in ids if identity not in known]
        if wanted:
            self.unit._pending.write()
            find = self._lines if field.kind == "one2many" else self._linked
            known.update((owner, tuple(found)) for owner, found in find(info, field, wanted).items())
        return known

    def _lines(self, info: ModelInfo, field: Field[Any], ids: list[int]) -> dict[int, list[int]]:
        return self._pointing(self.unit.models[field.target], field.inverse, ids)

    def _pointing(self, target: ModelInfo, inverse: str, ids: list[int]) -> dict[int, list[int]]:
        """The records of `target` whose many-to-one pointed at these ids."""
        unit = self.unit
        table, history = target.table, unit.models.history
        now = sa.select(table.c.id).where(among(table.c[inverse], ids, unit._dialect))
        pointed = _pointed_at(history, inverse, unit._dialect)
        then = sa.select(history.c.record_id).where(
            history.c.model == target.name, history.c.at > self.moment, among(pointed, ids, unit._dialect)
        )
        maybe = sorted({*unit._run(now).scalars(), *unit._run(then).scalars()})
        states = self.load(target, maybe)
        found: dict[int, list[int]] = {identity: [] for identity in ids}
        for identity in maybe:
            state = states[identity]
            if state is not None and state[inverse] in found:
                found[state[inverse]].append(identity)
        return found

    def _linked(self, info: ModelInfo, field: Field[Any], ids: list[int]) -> dict[int, list[int]]:
        unit, through = self.unit, info.throughs.get(field.name)
        if through is not None:  # the links are records, and have a history of their own
            links = self._pointing(through.info, through.near, ids)
            states = self.load(through.info, [one for found in links.values() for one in found])
            ends = {owner: (states[one] for one in found) for owner, found in links.items()}
            return {
                owner: list(dict.fromkeys(state[through.far] for state in found if state is not None))
                for owner, found in ends.items()
            }
        _link, near, far = info.link(field)
        found: dict[int, dict[int, None]] = {identity: {} for identity in ids}
        for owner, member in unit._run(sa.select(near, far).where(among(near, ids, unit._dialect))):
            found[owner][member] = None
        for _id, owner, member, was_there in sorted(self._link_changes(info, field, ids), reverse=True):
            if was_there:
                found[owner][member] = None
            else:
                found[owner].pop(member, None)
        return {owner: list(members) for owner, members in found.items()}

    def _link_changes(self, info: ModelInfo, field: Field[Any], ids: list[int]) -> Iterable[tuple[int, int, int, bool]]:
        """(id of the row, owner, member, whether it was linked before) of all later changes, from either end."""
        unit, history = self.unit, self.unit.models.history
        owners = frozenset(ids)
        for other, twin, same_end in _sharing(unit.models, info, field):
            rows = sa.select(history.c.id, history.c.record_id, history.c.changes).where(
                history.c.model == other.name, history.c.at > self.moment, _names(history, twin.name, unit._dialect)
            )
            if same_end:
                rows = rows.where(among(history.c.record_id, ids, unit._dialect))
            for row, identity, changes in unit._run(rows):
                old, new = (frozenset(side or ()) for side in changes[twin.name])
                for member in old ^ new:
                    owner, linked = (identity, member) if same_end else (member, identity)
                    if owner in owners:
                        yield row, owner, linked, member in old


def _before(info: ModelInfo, state: State, action: str, changes: dict[str, Any]) -> State:
    """What a record was before a row of its history."""
    if action == "create":
        return None
    before: dict[str, Any]
    if action == "delete":
        # What was absent is not in the row of a deletion, and of what is kept secret nothing ever is.
        before = {field.name: UNKNOWN if field.roles is None else field.absent for field in info.stored}
    else:
        before = state if state is not None else {}
    for name, (old, _new) in changes.items():
        field = info.fields.get(name)
        if field is not None and base_name(name) in before:
            before[name] = UNKNOWN if field.roles is None else field.decode(old)
    return before


def _sharing(models: Any, info: ModelInfo, field: Field[Any]) -> Iterable[tuple[ModelInfo, Field[Any], bool]]:
    """The fields that write the same link table: (model, field, whether its owners are those of `field`)."""
    table, near, _far = info.link(field)
    for other in models.values():
        for name, link in other.link_tables.items():
            if link is table:
                twin = other.fields[name]
                yield other, twin, other.link(twin)[1] is near


def _pointed_at(history: sa.Table, name: str, dialect: str) -> Any:
    """The id that a many-to-one held before a row of the history."""
    if dialect == "sqlite":
        return sa.func.json_extract(history.c.changes, f'$."{name}"[0]', type_=sa.BigInteger())
    return sa.cast(history.c.changes[(name, "0")].as_string(), sa.BigInteger)


def _names(history: sa.Table, name: str, dialect: str) -> Any:
    """Whether a row of the history changed a field."""
    if dialect == "sqlite":
        return sa.func.json_type(history.c.changes, f'$."{name}"').is_not(None)
    return history.c.changes[(name,)].as_string().is_not(None)
