"""Count and Sum: a page of figures in one statement, the same for all readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fields.aggregate import Aggregate, Sum
from core.orm.fields.base import Field
from core.orm.read.among import among
from core.orm.read.sums import Figure, exact_sum
from core.orm.types import ScaledDecimal

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


def figure_column(unit: UnitOfWork, info: ModelInfo, field: Aggregate[Any], table: Any) -> Any:
    """The figure as a sub-select of a statement over `table`."""
    source, near, summed = _parts(unit, info, field, alias=True)
    figure = sa.func.count() if summed is None else sa.func.sum(summed)
    found = sa.select(figure).select_from(source).where(near == table.c.id).scalar_subquery()
    return sa.func.coalesce(found, sa.literal_column("0", found.type))


def fetch_figures(unit: UnitOfWork, info: ModelInfo, field: Field[Any], ids: Sequence[int]) -> None:
    """Put the figures of these records into the store; those with no members get none counted."""
    unit._pending.write()
    column = unit._store.columns(info)[field.name]
    assert isinstance(field, Aggregate)
    source, near, summed = _parts(unit, info, field, alias=False)
    digits = summed.type.scale if summed is not None and isinstance(summed.type, ScaledDecimal) else 0
    figure = (
        Figure((sa.func.count(),), lambda row: row[0]) if summed is None else exact_sum(summed, digits, unit._dialect)
    )
    statement = sa.select(near, *figure.expressions).select_from(source)
    statement = statement.where(among(near, ids, unit._dialect)).group_by(near)
    column.update(dict.fromkeys(ids, field.absent))
    column.update((row[0], field.convert(figure.value(row[1:]))) for row in unit._run(statement))


def _parts(unit: UnitOfWork, info: ModelInfo, field: Aggregate[Any], *, alias: bool) -> tuple[Any, Any, Any]:
    """(what to select from, the column that holds the owner's id, the column to add up or None to count)."""
    relation = info.fields[field.relation.name]
    target = unit.models[relation.target]
    table: Any = target.table.alias() if alias else target.table
    summed = table.c[field.of] if isinstance(field, Sum) else None
    if relation.kind == "one2many":
        return table, table.c[relation.inverse], summed
    link, near, far = info.link(relation, alias=alias)
    return link.join(table, far == table.c.id), near, summed
