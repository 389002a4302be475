"""Filters as SQL.

Absence is a plain answer in a filter and "unknown" in SQL. So opposites are pushed down to the single
conditions, and each of those is written out so that its opposite is exact; `AND` and `OR` above them
then give the same answer as a record in memory would.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_FLOOR
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.fields.base import Field
from core.orm.filter import OPPOSITE, All, Condition, Either, Everything, Filter, Nothing, Opposite, Some, to_any
from core.orm.fold import fold, folded
from core.orm.read.among import among

if TYPE_CHECKING:
    from core.orm.read.scope import Column, Scope

NEGATIVE = frozenset({"!=", "not in", "not ilike"})
Sql = Any


def where(condition: Filter, scope: Scope, negate: bool = False) -> Sql:
    """`condition` on the records of `scope`; with `negate`, its exact opposite."""
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
        case Condition():
            return _condition(condition, scope, negate)
    raise TypeError(f"{condition!r} is no filter")


def _condition(condition: Condition, scope: Scope, negate: bool) -> Sql:
    through = to_any(condition, scope.unit.models, scope.info.name)
    if through is not condition:
        return where(through, scope, negate)
    if scope.bare and len(condition.names) > 1:
        return _nested(condition, scope, negate)
    positive = condition.operator not in NEGATIVE
    operator = condition.operator if positive else OPPOSITE[condition.operator]
    column = scope.column(condition.names)
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
    first, rest = condition.names[0], condition.names[1:]
    field = scope.info.fields[first]
    below = scope.below(scope.unit.models[field.target])
    negative = condition.operator in NEGATIVE
    operator = OPPOSITE[condition.operator] if negative else condition.operator
    inner = where(Condition(field.target, rest, operator, condition.value), below)
    relation = scope.table.c[first]
    if operator == "=" and condition.plain() is None:
        met = sa.or_(
            relation.is_(None), relation.in_(sa.select(below.table.c.id).select_from(below.source).where(inner))
        )
        return sa.not_(met) if negative != negate else met
    met = relation.in_(sa.select(below.table.c.id).select_from(below.source).where(inner))
    return sa.or_(relation.is_(None), sa.not_(met)) if negative != negate else met


def _some(condition: Some, scope: Scope, negate: bool) -> Sql:
    names = condition.names
    if scope.bare and len(names) > 1:
        field = scope.info.fields[names[0]]
        below = scope.below(scope.unit.models[field.target])
        inner = where(Some(field.target, names[1:], condition.condition), below)
        relation = scope.table.c[names[0]]
        met = sa.and_(relation.is_not(None), relation.in_(sa.select(below.table.c.id).where(inner)))
    else:
        owner, info, field = scope.list_of(names)
        below = scope.below(scope.unit.models[field.target])
        tests = [*below.rule(), *([] if condition.condition is None else [where(condition.condition, below)])]
        select = sa.select(sa.literal(1)).select_from(below.source)
        if field.kind == "one2many":
            select = select.where(below.table.c[field.inverse] == owner.c.id, *tests)
        else:
            link, near, far = info.link(field, alias=True)
            select = select.join(link, far == below.table.c.id).where(near == owner.c.id, *tests)
        met = sa.exists(select.correlate(owner))
    return sa.not_(met) if negate else met


def _test(operator: str, column: Column, condition: Condition, scope: Scope) -> Sql:
    field, sql, value = column.field, column.sql, condition.plain()
    if operator in ("ilike", "=ilike"):
        return _like(operator, column, condition, scope)
    if operator == "in":
        values = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
        tests = []
        if any(item is None for item in values):
            tests.append(_absent(sql, field))
        known = [item for item in (_exact(field, item) for item in values if item is not None) if item is not None]
        if known and all(type(item) is int for item in known):
            tests.append(among(sql, known, scope.dialect))
        else:
            tests.append(sql.in_(known) if known else sa.false())
        return sa.or_(*tests)
    if value is None:
        return _absent(sql, field) if operator == "=" else sa.false()
    if operator == "=":
        exact = _exact(field, value)
        return sa.false() if exact is None else sql == exact
    value, operator = _bound(field, value, operator)
    return {"<": sql < value, "<=": sql <= value, ">": sql > value, ">=": sql >= value}[operator]


def _absent(sql: Sql, field: Field[Any] | None) -> Sql:
    if field is not None and field.absent is not None and field.kind != "boolean":
        return sa.or_(sql.is_(None), sql == field.absent)
    return sql.is_(None)


def _like(operator: str, column: Column, condition: Condition, scope: Scope) -> Sql:
    value = condition.plain()
    text = fold(str(value or ""))
    shadow = scope.shadow(condition.names)
    if column.field is not None and column.field.kind not in ("char", "text"):
        label = column.field.label
        raise Invalid(fields={".".join(condition.names): [_("{label} is no text to search in.", label=label)]})
    subject = shadow if shadow is not None else folded(column.sql)
    if operator == "=ilike":
        return subject == text
    return subject.contains(text, autoescape=True)


def _exact(field: Field[Any] | None, value: Any) -> Any:
    """`value` as the column keeps it, or None where no row can have it."""
    if field is not None and field.kind in ("decimal", "monetary"):
        number = _number(field, value)
        kept = number.quantize(Number(1).scaleb(-field.digits), rounding=ROUND_FLOOR)
        return kept if kept == number else None
    if field is not None and field.kind in ("integer", "many2one") and isinstance(value, Number | float):
        return int(value) if value == int(value) else None
    if field is None or field.kind in ("integer", "many2one"):
        _small_enough(value)
    return value


def _bound(field: Field[Any] | None, value: Any, operator: str) -> tuple[Any, str]:
    """A comparison that a column of so many digits can answer exactly: beyond them, compare with what is below."""
    if field is None or field.kind not in ("decimal", "monetary"):
        return value, operator
    number = _number(field, value)
    kept = number.quantize(Number(1).scaleb(-field.digits), rounding=ROUND_FLOOR)
    if kept != number:
        operator = {">=": ">", "<": "<="}.get(operator, operator)
    return kept, operator


def _number(field: Field[Any], value: Any) -> Number:
    number = Number(str(value)) if isinstance(value, float) else Number(value)
    if not number.is_finite() or abs(number) >= Number(10) ** (18 - field.digits):
        raise Invalid(fields={field.name: [_("is too large to compare with")]})
    return number


def _small_enough(value: Any) -> None:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Invalid(fields={"": [_("{value} is too large to compare with", value=value)]})
