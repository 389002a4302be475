"""The order of records: fields and paths, texts as readers sort them, and the id last so that it is total."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied
from core.i18n import _
from core.orm.fields.kinds import TEXTS
from core.orm.fold import folded
from core.orm.read.aside import plus
from core.orm.read.compared import refusal

if TYPE_CHECKING:
    from core.orm.read.scope import Column, Scope


def order_by(scope: Scope, order: Sequence[str]) -> list[Any]:
    """ORDER BY terms for dotted names, `-` before those that descend. What is absent comes last."""
    terms: list[Any] = []
    last = "id"
    for item in order:
        descending, path = item.startswith("-"), item.lstrip("-")
        names = tuple(path.split("."))
        if names == ("id",):
            last = item
            break
        names = _readable(scope, scope.unit.models.through(scope.info.name, names))
        if order is scope.info.order and not _visible(scope, names):
            continue
        column = sortable(scope.column(names), path)
        sql = column.sql
        if column.field is not None and column.field.kind in TEXTS:
            shadow = scope.shadow(names)
            sql = folded(sql) if shadow is None else shadow
            if scope.dialect == "postgresql":
                sql = sql.collate("C")
        sql = sql if terms or scope.is_sorted else _without_index(scope, sql)
        term = sql.desc() if descending else sql.asc()
        terms.append(term.nulls_last() if column.nullable else term)
    own = scope.table.c.id if terms or scope.is_sorted else _without_index(scope, scope.table.c.id)
    terms.append(own.desc() if last.startswith("-") else own.asc())
    return terms


def _without_index(scope: Scope, sql: Any) -> Any:
    """What the order begins with, where the few rows of an entry are to be sorted."""
    return plus(sql) if scope.dialect == "sqlite" else sql


def _visible(scope: Scope, names: tuple[str, ...]) -> bool:
    """Whether the reader may see a way of the model's own order; what they may not see does not order their lists."""
    try:
        scope.column(names)
    except AccessDenied:
        return False
    return True


def sortable(column: Column, path: str) -> Column:
    """The column, which records can be sorted and grouped by. Raises Invalid."""
    if column.field is not None and column.field.kind == "json":
        raise refusal(column, _("can be neither sorted nor grouped"), path)
    return column


def _readable(scope: Scope, names: tuple[str, ...]) -> tuple[str, ...]:
    """A many-to-one is sorted by what people call the record: by its model's first order field, else its title."""
    _table, info = scope.target(names[:-1])
    field = info.fields.get(names[-1])
    if field is None or field.kind != "many2one":
        return names
    target = scope.unit.models[field.target]
    first = next((item for item in target.order if not item.startswith("-") and item != "id"), "")
    return (*names, *(first.split(".") if first else ["display_name"]))
