"""Terms of a query as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.path import Path
from core.orm.query import dates
from core.orm.query.expressions import Case, Coalesce, Days, Figure, Part, Period, Rounded, Scalar, Window
from core.orm.query.figures import figure, window
from core.orm.query.ratio import ratio, rounded
from core.orm.query.sources import Column
from core.orm.query.term import Arithmetic, Constant, Ratio, Term
from core.orm.query.typed import Typed, alike, constant, like
from core.orm.read.sums import grouped

if TYPE_CHECKING:
    from core.orm.query.space import Space


def sql(term: Term[Any], space: Space) -> Typed:
    """A term as SQL, with what it holds."""
    dialect, zone = space.dialect, space.statement.env.time_zone
    match term:
        case Path():
            return space.path(term)
        case Column():
            return space.column(term)
        case Constant():
            return constant(term.value, dialect)
        case Arithmetic():
            return _arithmetic(term.sign, space.sql(term.left), space.sql(term.right), dialect)
        case Ratio():
            return ratio(space.sql(term.above), space.sql(term.below), term.digits, dialect)
        case Rounded():
            return rounded(space.sql(term.number), term.digits, dialect)
        case Case():
            return _case(term, space)
        case Coalesce():
            return _coalesce([space.sql(part) for part in term.terms], dialect)
        case Period():
            return dates.period(space.sql(term.of), term.period, zone, dialect)
        case Part():
            return dates.part(space.sql(term.of), term.part, zone, dialect)
        case Days():
            return dates.days(space.sql(term.start), space.sql(term.end), dialect)
        case Figure():
            return figure(term, space)
        case Window():
            return window(term, space)
        case Scalar():
            statement, outputs = space.query(term.query)
            return like(outputs[0].typed, statement.scalar_subquery(), dialect)
    raise TypeError(f"{term!r} cannot stand in a query")


def _arithmetic(sign: str, left: Typed, right: Typed, dialect: str) -> Typed:
    for typed in (left, right):
        if not (typed.is_exact or typed.kind in ("float", "absent")):
            raise Invalid(_("Only numbers can be added up, not this: {kind}.", kind=typed.kind))
    if sign != "*" or not (left.is_exact and right.is_exact):
        (one, other), pattern = alike([left, right], dialect)
    else:
        kind = "decimal" if "decimal" in (left.kind, right.kind) else "whole"
        one, other, pattern = left.sql, right.sql, Typed(None, kind, left.scale + right.scale)
    if dialect == "postgresql" and pattern.kind == "whole":
        one = sa.cast(one, sa.Numeric())  # where a sum cannot pass 64 bits
    # Types of the operands must not add casts of their own to what they are already.
    found = sa.type_coerce(one, sa.types.NullType()).op(sign, precedence=6 if sign == "*" else 5)(
        sa.type_coerce(other, sa.types.NullType())
    )
    return like(pattern, grouped(found), dialect)


def _case(term: Case[Any], space: Space) -> Typed:
    values = [space.sql(value) for _test, value in term.choices]
    otherwise = space.sql(term.otherwise)
    expressions, pattern = alike([*values, otherwise], space.dialect)
    choices = [(space.met(test), value) for (test, _value), value in zip(term.choices, expressions, strict=False)]
    return like(pattern, sa.case(*choices, else_=expressions[-1]), space.dialect)


def _coalesce(values: list[Typed], dialect: str) -> Typed:
    expressions, pattern = alike(values, dialect)
    if len(values) == 1:  # SQLite's own wants two
        return values[0]
    found = like(pattern, sa.func.coalesce(*expressions), dialect)
    return found if all(value.nullable for value in values) else _never_absent(found)


def _never_absent(typed: Typed) -> Typed:
    return Typed(typed.sql, typed.kind, typed.scale, nullable=False)
