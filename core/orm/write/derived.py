"""Computed values on rows that nothing else changes: settled after what they look at was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.orm.settle import forget_read, settle, waiting_fields
from core.orm.write.change import field_names, write_rows
from core.orm.write.rows import stored_rows

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.write.pending import Pending


def settle_lists(pending: Pending, actor: Env | None) -> None:
    """Settle what looks at lists of records, and write it.

    The rows are locked in the order of their ids first, and what they depend on is read anew: two people
    who each add a line then both count.
    """
    unit = pending.unit
    for (model, name), ids in waiting_fields(unit):
        info = unit.models[model]
        if unit._dialect == "postgresql":
            pending.holding.lock(info, ids)
            forget_read(unit, info, name, ids)
        settle(unit, info, info.fields[name], sorted(ids))
        write_derived(pending, actor)


def write_derived(pending: Pending, actor: Env | None) -> None:
    """Write settled values that wait for a column; the versions of their rows stay.

    actor: whose change they follow from, for the history.
    """
    unit = pending.unit
    for model in list(unit._store.derived):
        waiting = unit._store.derived.pop(model)
        if not waiting:
            continue
        info = unit.models[model]
        names = field_names(waiting.values())
        before = stored_rows(unit.system_env(), info, waiting, names)
        written = {identity: values for identity, values in waiting.items() if identity in before}
        write_rows(pending, actor or unit.system_env(), info, written, before, names, {})
        pending.forget_guarded(model, names)
