"""Recompute of a stored computed field, in batches that go on where they were stopped.

Each batch is a unit of work of its own, with its progress in the same transaction: a process that is killed has
done what it had committed, and the next one goes on behind that. Values that are right already are not written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Refused
from core.i18n import _
from core.orm.tables import PROGRESS
from core.orm.upsert import insert_or

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo, Models
    from core.orm.unit import UnitOfWork


@dataclass(frozen=True)
class Progress:
    """How far a recompute has come. last_id: of the last record that is done. is_over: there are no more."""

    done: int = 0
    last_id: int = 0
    is_over: bool = False


def recomputable(models: Models, model: str, field: str, *, overwrite: bool = False) -> Field[Any]:
    """The field, where recomputing it makes sense. Raises DeclarationError for an unknown name, or Refused.

    overwrite: also where people may have written values of their own, which would be lost.
    """
    found = models[model].field(field)
    if not found.is_computed or not found.stored:
        raise Refused(_("{model}.{field} is not computed and kept, so there is nothing to recompute.",
                        model=model, field=field))  # fmt: skip
    if found.compute is not None and found.compute.editable and not overwrite:
        raise Refused(_("{model}.{field} may hold what people wrote; recomputing would overwrite it.",
                        model=model, field=field))  # fmt: skip
    return found


def progress_of(unit: UnitOfWork, model: str, field: str) -> Progress:
    """Where an earlier recompute of the field was stopped; the beginning where there was none."""
    table = unit.models.metadata.tables[PROGRESS]
    columns = (table.c.done, table.c.last_id)
    row = unit._run(sa.select(*columns).where(table.c.task == _task(model, field))).one_or_none()
    return Progress() if row is None else Progress(*row)


def recompute_batch(unit: UnitOfWork, model: str, field: str, after: Progress, size: int) -> Progress:
    """Recompute the next `size` records, and what follows from them; says how far that has come."""
    info = unit.models[model]
    column = info.table.c.id
    ids = list(unit._run(sa.select(column).where(column > after.last_id).order_by(column).limit(size)).scalars())
    if ids:
        unit._pending.need_writable()
        unit._pending.unsettle(info, info.fields[field], ids)
        unit.flush()
    now = Progress(after.done + len(ids), ids[-1] if ids else after.last_id, len(ids) < size)
    _keep(unit, info, field, now)
    return now


def start_over(unit: UnitOfWork, model: str, field: str) -> None:
    """Forget how far an earlier recompute had come."""
    table = unit.models.metadata.tables[PROGRESS]
    unit._run(sa.delete(table).where(table.c.task == _task(model, field)))


def _keep(unit: UnitOfWork, info: ModelInfo, field: str, now: Progress) -> None:
    if now.is_over:
        start_over(unit, info.name, field)
        return
    table = unit.models.metadata.tables[PROGRESS]
    values = {"last_id": now.last_id, "done": now.done}
    insert = insert_or(table, unit._dialect).values(task=_task(info.name, field), **values)
    unit._run(insert.on_conflict_do_update(index_elements=[table.c.task], set_=values))


def _task(model: str, field: str) -> str:
    return f"recompute {model}.{field}"
