"""Carrying out a plan, through the one pipeline: with checks, with history, and the reason beside it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Conflict, Refused
from core.i18n import _
from core.orm.read.among import among
from core.orm.undo.plan import Clash, Step, UndoPlan, plan_undo

if TYPE_CHECKING:
    from core.orm.env import Env


def undo(env: Env, plan: UndoPlan, over: Collection[Clash] = (), *, reason: str = "") -> None:
    """Do what the plan says, in the unit of work of `env`, all of it or nothing.

    over: clashes that are undone all the same; the others stay as they are. reason: for the history.
    Raises Conflict where the plan is not what would be planned now; and what any change may raise.
    """
    if plan_undo(env, plan.unit.unit) != plan:
        raise Conflict(_("Something has changed since this was planned. Look at the plan again."))
    impossible = next((clash for clash in over if clash.step.action == "create"), None)
    if impossible is not None:
        text = _("{name} cannot be made anew: {why}.", name=impossible.step.title, why=impossible.why)
        raise Refused(text)
    system = env.sudo(reason or _("Undo of change {number}", number=plan.unit.number))._as_kept()
    steps = [*plan.steps, *(clash.step for clash in over)]
    with system.savepoint():
        later = _make_all_anew(system, [step for step in steps if step.action == "create"])
        _restore(system, later)
        _link_again(system, [step for step in steps if step.action == "create"])
        _restore(system, [step for step in steps if step.action == "restore"])
        for model, together in groupby((step for step in steps if step.action == "delete"), attrgetter("model")):
            records = system[model].browse(*(step.id for step in together))
            assert records[0].row_version  # read for all of them at once
            records.delete()
        _restore(system, _typed_over(system, steps))


def _typed_over(env: Env, steps: Iterable[Step]) -> list[Step]:
    """What people had written over a computed value: it has followed anew while what it looks at was put back."""
    found = []
    for step in steps:
        computed = tuple(item for item in step.fields if env.models[step.model].fields[item[0]].is_computed)
        if computed and step.action != "delete":
            found.append(replace(step, fields=computed))
    return found


def _make_all_anew(env: Env, steps: Sequence[Step]) -> list[Step]:
    """Make records anew, those first that others of them point at; gives what is to be written when all are there."""
    waiting = {(step.model, step.id): step for step in steps}
    later: list[Step] = []
    while waiting:
        ready = [step for step in waiting.values() if not _pointing(env, step, waiting)]
        if not ready:  # they point at one another in a circle
            step = next(iter(waiting.values()))
            postponed = _pointing(env, step, waiting)
            later.append(replace(step, fields=tuple(item for item in step.fields if item[0] in postponed)))
            ready = [replace(step, fields=tuple(item for item in step.fields if item[0] not in postponed))]
        for step in ready:
            _make_anew(env, step)
            del waiting[step.model, step.id]
    return later


def _pointing(env: Env, step: Step, waiting: Container[tuple[str, int]]) -> set[str]:
    """The many-to-ones of a record that point at one which is not there yet."""
    fields = env.models[step.model].fields
    return {
        name
        for name, _now, back in step.fields
        if fields[name].kind == "many2one" and back is not None and (fields[name].target, back) in waiting
    }


def _make_anew(env: Env, step: Step) -> None:
    """The record under its old id, with a version above all that it had: nobody's open form fits it by chance."""
    history = env.models.history
    rows = sa.select(sa.func.count()).where(history.c.model == step.model, history.c.record_id == step.id)
    version = env._unit._run(rows).scalar_one() + 1
    values = {name: back for name, _now, back in step.fields}
    info = env.models[step.model]
    for name in [name for name, value in values.items() if info.fields[name].many]:
        values[name] = _there(env, info.fields[name].target, values[name])
    env._unit._pending.create(env._view(step.model), [values], [(step.id, version)])


def _link_again(env: Env, steps: Iterable[Step]) -> None:
    """Links between records that are both made anew: when the first of them was made, the other was not there."""
    for step in steps:
        for name, _now, back in step.fields:
            field = env.models[step.model].fields[name]
            if field.many:
                record = env[step.model].get(step.id)
                present = getattr(record, name).ids
                missing = [member for member in _there(env, field.target, back) if member not in present]
                if missing:
                    record.write(**{name: [*present, *missing]})


def _there(env: Env, model: str, ids: Iterable[int]) -> tuple[int, ...]:
    """Those of these records that there are: the others come back with lists of their own."""
    table = env.models[model].table
    found = env._unit._run(sa.select(table.c.id).where(among(table.c.id, ids, env._unit._dialect))).scalars()
    return tuple(sorted(found))


def _restore(env: Env, steps: Sequence[Step]) -> None:
    models: dict[str, dict[int, dict[str, Any]]] = {}
    for step in steps:
        values = models.setdefault(step.model, {}).setdefault(step.id, {})
        values.update({name: back for name, _now, back in step.fields})
    for model, changes in models.items():
        for record in env[model].browse(*changes):
            record.write(**changes[record.id])
