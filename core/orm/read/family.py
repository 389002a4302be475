"""`child_of` and `parent_of` as SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.i18n import _
from core.orm.family import parent_of
from core.orm.read.among import among
from core.orm.read.compared import check_kind, refusal
from core.orm.read.tree import above, below

if TYPE_CHECKING:
    from core.orm.filter import Condition
    from core.orm.read.scope import Column, Scope
    from core.orm.registry import ModelInfo


def in_tree(operator: str, column: Column, condition: Condition, scope: Scope) -> Any:
    """The column points at one of some records, or at one below (`child_of`) or above them (`parent_of`)."""
    path, value = ".".join(condition.names), condition.plain()
    names = scope.unit.models.through(scope.info.name, condition.names)
    info = scope.target(names[:-1])[1]
    if column.field is not None:
        if column.field.kind != "many2one":
            raise refusal(column, _("leads to no record, which would be in a tree"), path)
        info = scope.unit.models[column.field.target]
    if not parent_of(info):
        raise refusal(column, _("is no tree: its records point at no parent"), path)
    ids = [item for item in (value if isinstance(value, tuple) else (value,)) if item is not None]
    for item in ids:
        check_kind(column, item, path)
    if not ids:
        return sa.false()
    if info.parent:
        return column.sql.in_((below if operator == "child_of" else above)(info, ids, scope.dialect))
    return column.sql.in_(_walked(info, ids, scope.dialect, up=operator == "parent_of"))


def _walked(info: ModelInfo, ids: Iterable[int], dialect: str, *, up: bool) -> Any:
    """The same step by step, for a model that keeps no paths."""
    start, row = info.table.alias("family_top"), info.table.alias("family_row")
    name = parent_of(info)
    way = sa.select(start.c.id, start.c[name].label("up")).where(among(start.c.id, ids, dialect))
    found = way.cte(recursive=True)
    step = row.c.id == found.c.up if up else row.c[name] == found.c.id
    found = found.union(sa.select(row.c.id, row.c[name]).join(found, step))
    return sa.select(found.c.id)
