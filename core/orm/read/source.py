"""Sources: the ids of the records that a condition passes, found from the side of the condition.

Only where an index leads there: an own column with one, a many-to-one with one to the record that the condition
is about, the links of a list. A source may give an id twice. It leaves out none, and gives too many only where several
conditions all have to hold, of which it takes one.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fields.kinds import TEXTS
from core.orm.filter import IN_TREE, NEGATIVE, All, Condition, Either, Filter, Group, Opposite, Some, to_any
from core.orm.read.where import where

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.read.scope import Scope
    from core.orm.registry import ModelInfo, Models

SERVED = frozenset({"=", "in", "<", "<=", ">", ">=", *IN_TREE})
"""Operators that the index of a column answers."""


def is_served(models: Models, info: ModelInfo, condition: Filter) -> bool:
    """Whether `source` can give the ids of the condition."""
    match condition:
        case All():
            return any(is_served(models, info, part) for part in condition.parts)
        case Either():
            return bool(condition.parts) and all(is_served(models, info, part) for part in condition.parts)
        case Some():
            return _is_list(models, info, condition)
        case Condition():
            through = to_any(condition, models, info.name)
            if through is not condition:
                return is_served(models, info, through)
            return _is_indexed(models, info, condition)
    return False


def _is_list(models: Models, info: ModelInfo, condition: Some) -> bool:
    first, *rest = models.through(info.name, condition.names)
    field = info.fields.get(first)
    if field is None:
        return False
    if rest:
        return field.kind == "many2one" and _has_index(field)
    return field.many and (field.kind != "one2many" or _has_index(models[field.target].fields[field.inverse]))


def _has_index(field: Field[Any]) -> bool:
    """Whether the field's own column answers; what differs by language or company is kept beside it as well."""
    return field.stored and field.index and not field.varies


def _is_indexed(models: Models, info: ModelInfo, condition: Condition) -> bool:
    first, *rest = models.through(info.name, condition.names)
    field = info.fields.get(first)
    if field is None or not _has_index(field) or condition.operator in NEGATIVE:
        return False
    if rest:
        value = condition.plain()
        absent = value is None or (isinstance(value, tuple) and None in value)
        return field.kind == "many2one" and not absent
    return condition.operator in SERVED and (field.kind not in TEXTS or condition.operator in ("=", "in"))


def is_exact(condition: Filter) -> bool:
    """Whether `source` gives no other records than those that the condition passes."""
    if isinstance(condition, Either):
        return all(map(is_exact, condition.parts))
    return not isinstance(condition, All)


def source(condition: Filter, scope: Scope) -> sa.Select[Any]:
    """The ids of the records of `scope` that the condition passes. Only for one that `is_served`."""
    models, info = scope.unit.models, scope.info
    match condition:
        case All():
            return source(next(part for part in condition.parts if is_served(models, info, part)), scope)
        case Either():
            found = sa.union_all(*(source(part, scope) for part in condition.parts)).subquery("either")
            return sa.select(found.c[0])
        case Some():
            return _of_list(condition, scope)
        case Condition():
            through = to_any(condition, models, info.name)
            return source(through, scope) if through is not condition else _of_column(condition, scope)
    raise TypeError(f"no index leads to what {condition!r} passes")


def _of_column(condition: Condition, scope: Scope) -> sa.Select[Any]:
    first, *rest = scope.unit.models.through(scope.info.name, condition.names)
    if not rest:
        return sa.select(scope.table.c.id.label("id")).where(where(condition, scope))
    target = scope.info.fields[first].target
    return _pointing(first, Condition(target, tuple(rest), condition.operator, condition.value), scope)


def _of_list(condition: Some, scope: Scope) -> sa.Select[Any]:
    first, *rest = scope.unit.models.through(scope.info.name, condition.names)
    field = scope.info.fields[first]
    if rest:
        return _pointing(first, Some(field.target, tuple(rest), condition.condition), scope)
    below = scope.below(scope.unit.models[field.target])
    tests = [*below.rule(), *([] if condition.condition is None else [where(condition.condition, below)])]
    if field.kind == "one2many":
        owner = below.table.c[field.inverse]
        return sa.select(owner.label("id")).select_from(below.source).where(owner.is_not(None), *tests)
    link, near, far = scope.info.link(field, alias=True)
    members = below.source.join(link, far == below.table.c.id)
    return sa.select(near.label("id")).select_from(members).where(near.is_not(None), *tests)


def _pointing(name: str, condition: Filter, scope: Scope) -> sa.Select[Any]:
    """Those whose many-to-one points at a record that the condition passes."""
    below = scope.below(scope.unit.models[scope.info.fields[name].target])
    if is_served(scope.unit.models, below.info, condition):
        ids = source(condition, below)
        tests = below.rule()
        if tests:
            ids = sa.select(below.table.c.id).where(below.table.c.id.in_(ids.correlate(None)), *tests)
    else:
        test = where(condition, below)
        ids = sa.select(below.table.c.id).select_from(below.source).where(test, *below.rule())
    return sa.select(scope.table.c.id.label("id")).where(scope.table.c[name].in_(ids))


def key_of(condition: Filter) -> Hashable:
    """What two conditions share that pass the same records."""
    match condition:
        case Condition():
            return (condition.names, condition.operator, repr(condition.plain()))
        case Some():
            inner = condition.condition
            return ("any", condition.names, None if inner is None else key_of(inner))
        case Group():
            return (condition.sign, *(key_of(part) for part in condition.parts))
        case Opposite():
            return ("!", key_of(condition.part))
    return type(condition).__name__
