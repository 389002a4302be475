"""Conditions of a query as SQL: filters on its sources, comparisons of terms, sub-queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DeclarationError
from core.orm.filter import ALL, NONE, All, Condition, Either, Everything, Filter, Nothing, Opposite, Some
from core.orm.path import Path
from core.orm.query.expressions import Among, Exists
from core.orm.query.sources import Alias, AliasPath, Asked
from core.orm.query.term import Comparison, Constant, Term
from core.orm.query.typed import alike
from core.orm.read.where import where

if TYPE_CHECKING:
    from core.orm.query.space import Space

SIGNS = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


def met(condition: Filter, space: Space, negate: bool = False) -> Any:
    """`condition` on the rows of a space; with `negate`, its exact opposite."""
    match condition:
        case Everything() | Nothing():
            return sa.true() if (condition is ALL or isinstance(condition, Everything)) != negate else sa.false()
        case All() | Either():
            parts = [met(part, space, negate) for part in condition.parts]
            if not parts:
                return met(ALL if isinstance(condition, All) else NONE, space, negate)
            return sa.and_(*parts) if isinstance(condition, All) != negate else sa.or_(*parts)
        case Opposite():
            return met(condition.part, space, not negate)
        case Asked():
            return _asked(condition.condition, condition.source, space, negate)
        case Condition() | Some():
            return _asked(condition, None, space, negate)
        case Comparison():
            return _comparison(condition, space, negate)
        case Exists():
            found = _sub_query(condition.query, space, only_one=False)[0].exists()
            return sa.not_(found) if negate else found
        case Among():
            return _among(condition, space, negate)
    raise TypeError(f"{condition!r} is no condition of a query")


def _asked(condition: Condition | Some, source: Alias | None, space: Space, negate: bool) -> Any:
    if isinstance(condition, Condition) and isinstance(condition.value, Term):
        left: Path[Any] = Path(condition.model, condition.names, None, condition.where)
        path = left if source is None else AliasPath(source, left)
        return _comparison(Comparison(condition.operator, path, condition.value), space, negate)
    scope = space.scope(condition.model if source is None else source, condition.where)
    return where(condition, scope, negate)


def _comparison(condition: Comparison, space: Space, negate: bool) -> Any:
    operator = condition.operator
    if operator == "!=":
        operator, negate = "=", not negate
    if isinstance(condition.right, Constant) and condition.right.value is None:
        if operator != "=":
            return sa.true() if negate else sa.false()
        subject = space.sql(condition.left).sql
        return subject.is_not(None) if negate else subject.is_(None)
    left, right = space.sql(condition.left), space.sql(condition.right)
    (one, other), pattern = alike([left, right], space.dialect)
    if operator == "=":
        found = one == other
    elif operator in SIGNS:
        if pattern.kind == "text" and space.dialect == "postgresql":
            one = one.collate("C")
        found = getattr(one, SIGNS[operator])(other)
    else:
        raise DeclarationError(f"'{operator}' cannot compare two terms of a query")
    if not negate:
        return found
    return found.is_not(sa.true()) if pattern.nullable else sa.not_(found)


def _among(condition: Among, space: Space, negate: bool) -> Any:
    subject = space.sql(condition.term)
    inner, typed = _sub_query(condition.query, space, only_one=True)
    if subject.is_exact and typed.is_exact and subject.scale != typed.scale and space.dialect != "postgresql":
        raise DeclarationError("the term and the query have different numbers of decimals: use rounded() on one")
    found = subject.sql.in_(inner)
    return found.is_not(sa.true()) if negate else found


def _sub_query(query: Any, space: Space, *, only_one: bool) -> tuple[Any, Any]:
    if only_one and len(query.labels) != 1:
        raise DeclarationError("a query that stands for values must have exactly one column")
    statement, outputs = space.query(query)
    return statement, outputs[0].typed
