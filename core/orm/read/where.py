"""Filters as SQL.

Absence is a plain answer in a filter and "unknown" in SQL. So opposites are pushed down to the single
conditions, and each of those is written out so that its opposite is exact; `AND` and `OR` above them
then give the same answer as a record in memory would.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fields.base import Field
from core.orm.filter import (
    IN_TREE,
    NEGATIVE,
    OPPOSITE,
    TEXTUAL,
    All,
    Condition,
    Either,
    Everything,
    Filter,
    Nothing,
    Opposite,
    Pointed,
    Some,
    check_model,
    to_any,
)
from core.orm.moments import absolute
from core.orm.read.among import among
from core.orm.read.compared import bound, check_kind, exactly
from core.orm.read.family import in_tree
from core.orm.read.like import like
from core.orm.read.searched import by_search
from core.orm.relative import has_relative

if TYPE_CHECKING:
    from core.orm.read.scope import Column, Scope

Sql = Any


def where(condition: Filter, scope: Scope, negate: bool = False) -> Sql:
    """`condition` on the records of `scope`; with `negate`, its exact opposite."""
    check_model(condition, scope.info.name)
    match condition:
        case Everything():
            return sa.false() if negate else sa.true()
        case Nothing():
            return sa.true() if negate else sa.false()
        case All() | Either():
            parts = [where(part, scope, negate) for part in condition.parts]
            return sa.and_(*parts) if isinstance(condition, All) != negate else sa.or_(*parts)
        case Opposite():
            return where(condition.part, scope, not negate)
        case Some():
            return _some(condition, scope, negate)
        case Pointed():
            return pointed(condition, scope, negate)
        case Condition():
            return _condition(condition, scope, negate)
    raise TypeError(f"{condition!r} is no filter")


def _condition(condition: Condition, scope: Scope, negate: bool) -> Sql:
    through = to_any(condition, scope.unit.models, scope.info.name)
    if through is not condition:
        return where(through, scope, negate)
    if scope.unit.models.searching and (meant := by_search(condition, scope)) is not None:
        return where(meant, scope, negate)
    if scope.bare and len(scope.unit.models.through(scope.info.name, condition.names)) > 1:
        return _nested(condition, scope, negate)
    positive = condition.operator not in NEGATIVE
    operator = condition.operator if positive else OPPOSITE[condition.operator]
    column = scope.column(condition.names)
    if has_relative(condition.value) and column.field is not None and column.field.kind in ("date", "datetime"):
        return where(absolute(condition, scope.env, column.field.kind), scope, negate)
    test = _test(operator, column, condition, scope)
    if positive != negate:
        return test
    if column.nullable and not _knows_null(operator, condition):
        return sa.or_(column.sql.is_(None), sa.not_(test))
    return sa.not_(test)


def _knows_null(operator: str, condition: Condition) -> bool:
    """Whether the test asks for absence itself, and so is never NULL."""
    value = condition.plain()
    return (operator == "=" and value is None) or (operator == "in" and isinstance(value, tuple) and None in value)


def _nested(condition: Condition, scope: Scope, negate: bool) -> Sql:
    """A condition across a many-to-one inside a rule: `relation IN (SELECT id …)`."""
    names = scope.unit.models.through(scope.info.name, condition.names)
    first, rest = names[0], names[1:]
    field = scope.info.fields[first]
    below = scope.below(scope.unit.models[field.target])
    negative = condition.operator in NEGATIVE
    operator = OPPOSITE[condition.operator] if negative else condition.operator
    inner = where(Condition(field.target, rest, operator, condition.value), below)
    relation = scope.relation(first)
    if operator == "=" and condition.plain() is None:
        met = sa.or_(relation.is_(None), _points_at(scope, relation, below, inner))
        return sa.not_(met) if negative != negate else met
    met = _points_at(scope, relation, below, inner)
    return sa.or_(relation.is_(None), sa.not_(met)) if negative != negate else met


def _points_at(scope: Scope, relation: Any, below: Scope, inner: Sql) -> Sql:
    """The many-to-one points at a record of `below` that meets `inner`."""
    if scope.row_by_row:
        found = sa.select(sa.literal(1)).select_from(below.source).where(below.table.c.id == relation, inner)
        return _exists(scope, found.correlate(scope.table))
    return relation.in_(sa.select(below.table.c.id).select_from(below.source).where(inner))


def _in_all(column: Any, ids: sa.Select[Any], scope: Scope) -> Sql:
    """The column holds one of these, which are collected once."""
    if scope.dialect == "postgresql":
        return column == sa.any_(sa.func.array(ids.scalar_subquery(), type_=sa.ARRAY(sa.BigInteger)))
    return column.in_(ids)


def _exists(scope: Scope, select: sa.Select[Any]) -> Sql:
    if scope.row_by_row and scope.dialect == "postgresql":
        # Without it PostgreSQL may collect all rows that would do before it asks for the first.
        select = select.offset(sa.literal_column("0"))
    return sa.exists(select)


def _some(condition: Some, scope: Scope, negate: bool) -> Sql:
    names = scope.unit.models.through(scope.info.name, condition.names)
    if scope.bare and len(names) > 1:
        field = scope.info.fields[names[0]]
        below = scope.below(scope.unit.models[field.target])
        inner = where(Some(field.target, names[1:], condition.condition), below)
        relation = scope.relation(names[0])
        met = sa.and_(relation.is_not(None), _points_at(scope, relation, below, inner))
    else:
        owner, info, field = scope.list_of(names)
        below = scope.below(scope.unit.models[field.target])
        tests = [*below.rule(), *([] if condition.condition is None else [where(condition.condition, below)])]
        select = sa.select(sa.literal(1)).select_from(below.source)
        if field.kind == "one2many":
            select = select.where(below.table.c[field.inverse] == owner.c.id, *tests)
        else:
            link, near, far = info.link(field, alias=True)
            if scope.row_by_row and scope.is_small(field.target):
                ids = sa.select(below.table.c.id).select_from(below.source).where(*tests)
                select = sa.select(sa.literal(1)).select_from(link).where(near == owner.c.id, _in_all(far, ids, scope))
            else:
                select = select.join(link, far == below.table.c.id).where(near == owner.c.id, *tests)
        met = _exists(scope, select.correlate(owner))
    return sa.not_(met) if negate else met


def pointed(condition: Pointed, scope: Scope, negate: bool) -> Sql:
    """A condition on what a reference points at: asked of each row by the id that the reference names."""
    names, models = scope.unit.models.through(scope.info.name, condition.names), scope.unit.models
    if scope.bare and len(names) > 1:
        below = scope.below(models[scope.info.fields[names[0]].target])
        inner = where(Pointed(below.info.name, names[1:], condition.target, condition.condition), below)
        relation = scope.relation(names[0])
        met = sa.and_(relation.is_not(None), _points_at(scope, relation, below, inner))
        return sa.not_(met) if negate else met
    column, prefix = scope.column(names).sql, f"{condition.target},"
    owner = scope.table if len(names) == 1 else scope.target(names[:-1])[0]
    names_it = sa.func.substr(column, 1, len(prefix)) == prefix
    # Within CASE: no engine may take a number out of the reference to a record of another model.
    identity = sa.case((names_it, sa.cast(sa.func.substr(column, len(prefix) + 1), sa.BigInteger())))
    below = scope.below(models[condition.target])
    select = sa.select(sa.literal(1)).select_from(below.source).where(below.table.c.id == identity, *below.rule())
    met = _exists(scope, select.where(where(condition.condition, below)).correlate(owner))
    met = sa.and_(column.is_not(None), names_it, met)
    return sa.or_(column.is_(None), sa.not_(met)) if negate else met


def _test(operator: str, column: Column, condition: Condition, scope: Scope) -> Sql:
    field, sql, value, path = column.field, column.sql, condition.plain(), ".".join(condition.names)
    if operator in TEXTUAL:
        return like(operator, column, condition, scope)
    if operator in IN_TREE:
        return in_tree(operator, column, condition, scope)
    if operator == "in":
        values = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
        tests = []
        if any(item is None for item in values):
            tests.append(_absent(sql, field))
        given = [item for item in values if item is not None]
        for item in given:
            check_kind(column, item, path)
        known = [item for item in (exactly(column, item, path) for item in given) if item is not None]
        if known and all(type(item) is int for item in known):
            tests.append(among(sql, known, scope.dialect))
        else:
            tests.append(sql.in_(known) if known else sa.false())
        return sa.or_(*tests)
    if value is None:
        return _absent(sql, field) if operator == "=" else sa.false()
    check_kind(column, value, path)
    if operator == "=":
        exact = exactly(column, value, path)
        return sa.false() if exact is None else sql == exact
    value, operator = bound(column, value, operator, path)
    if isinstance(value, str) and scope.dialect == "postgresql":
        sql = sql.collate("C")  # by code point, as SQLite and Python compare
    return {"<": sql < value, "<=": sql <= value, ">": sql > value, ">=": sql >= value}[operator]


def _absent(sql: Sql, field: Field[Any] | None) -> Sql:
    if field is not None and field.absent is not None and field.kind != "boolean":
        return sa.or_(sql.is_(None), sql == field.absent)
    return sql.is_(None)
