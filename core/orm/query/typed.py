"""Typed: an expression of SQL with what it holds, so that numbers stay exact on both engines.

SQLite keeps a decimal as a whole number times 10**scale. An expression here carries its scale along:

    revenue (scale 4)  +  1.5 (scale 1)      15 becomes 15000, and the sum has scale 4
    revenue (scale 4)  *  rate (scale 2)     the product has scale 6

PostgreSQL has NUMERIC and needs none of it; the scale is kept all the same, for what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.instants import in_utc
from core.orm.read.sums import grouped
from core.orm.types import ScaledDecimal, UtcDateTime

EXACT = ("whole", "decimal")
KINDS = {
    "char": "text",
    "text": "text",
    "html": "text",
    "reference": "text",
    "selection": "text",
    "integer": "whole",
    "duration": "whole",
    "many2one": "whole",
    "float": "float",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}
"""Kind of a field → kind of what its column holds; decimals are told by their type, others stay as they are."""


@dataclass(frozen=True)
class Typed:
    """An expression.

    kind: "whole", "decimal", "float", "text", "boolean", "date", "datetime", "absent" or "other".
    shadow: the folded copy that a text is sorted by. plain: it is a column, which can be grouped by as it is.
    halves: high and low digits of a sum, for when it passes 64 bits.
    """

    sql: Any
    kind: str
    scale: int = 0
    shadow: Any = None
    plain: bool = False
    nullable: bool = True
    halves: tuple[Any, Any] | None = None
    constant: Any = None

    @property
    def is_exact(self) -> bool:
        return self.kind in EXACT


def type_of(kind: str, dialect: str) -> Any:
    """The type that SQLAlchemy gives an expression of a kind; exact numbers as the engine has them."""
    if kind == "decimal":
        return sa.Numeric() if dialect == "postgresql" else sa.BigInteger()
    return {
        "whole": sa.BigInteger(), "float": sa.Float(), "text": sa.String(), "boolean": sa.Boolean(),
        "date": sa.Date(), "datetime": UtcDateTime(),
    }.get(kind, sa.types.NullType())  # fmt: skip


def of_column(sql: Any, field: Field[Any] | None, dialect: str, *, nullable: bool) -> Typed:
    """A column of a model."""
    if isinstance(sql.type, ScaledDecimal):
        scale = sql.type.scale
        return Typed(sa.type_coerce(sql, type_of("decimal", dialect)), "decimal", scale, plain=True, nullable=nullable)
    kind = KINDS.get(field.kind, "other") if field is not None else "whole"
    return Typed(sql, kind, plain=True, nullable=nullable)


def constant(value: Any, dialect: str) -> Typed:
    """A value that stands for itself; a record for its id."""
    value = value.id if hasattr(value, "_view") else value
    match value:
        case None:
            return Typed(sa.null(), "absent")
        case bool():
            return Typed(sa.literal(value, sa.Boolean()), "boolean", nullable=False)
        case int():
            if not -(2**63) <= value < 2**63:
                raise too_large()
            return Typed(sa.literal(value, sa.BigInteger()), "whole", nullable=False, constant=Decimal(value))
        case Decimal():
            return _decimal(value, max(0, -int(value.as_tuple().exponent)), dialect)
        case float():
            return Typed(sa.literal(value, sa.Float()), "float", nullable=False)
        case str():
            return Typed(sa.literal(value, sa.String()), "text", nullable=False)
        case datetime():
            return Typed(sa.literal(_instant(value), UtcDateTime()), "datetime", nullable=False)
        case date():
            return Typed(sa.literal(value, sa.Date()), "date", nullable=False)
    raise TypeError(f"{value!r} cannot stand in a query")


def _instant(value: datetime) -> datetime:
    try:
        return in_utc(value)
    except BadValue as error:
        raise Invalid(_("{value} {reason}.", value=value.isoformat(), reason=error.reason)) from None


def _decimal(value: Decimal, scale: int, dialect: str) -> Typed:
    kept = value if dialect == "postgresql" else int(value.scaleb(scale))
    literal = sa.literal(kept, type_of("decimal", dialect))
    return Typed(literal, "decimal", scale, nullable=False, constant=value)


def scaled(typed: Typed, scale: int, dialect: str) -> Any:
    """The expression with more digits after the point, as SQLite needs them to add up and to compare."""
    if dialect == "postgresql" or typed.scale == scale or not typed.is_exact:
        return typed.sql
    if typed.constant is not None:
        return sa.literal(int(typed.constant.scaleb(scale)), sa.BigInteger())
    return grouped(typed.sql * sa.literal_column(str(10 ** (scale - typed.scale)), sa.BigInteger()))


def as_float(typed: Typed, dialect: str) -> Any:
    """An exact number as a binary fraction, beside others of them."""
    if typed.kind == "float":
        return typed.sql
    number = sa.cast(typed.sql, sa.Float())
    return number / 10.0**typed.scale if dialect != "postgresql" and typed.scale else number


def alike(given: Sequence[Typed], dialect: str) -> tuple[list[Any], Typed]:
    """The expressions brought to one kind and scale, and a pattern of what they are. Raises Invalid."""
    known = [typed for typed in given if typed.kind != "absent"]
    kinds = {typed.kind for typed in known}
    nullable = any(typed.nullable for typed in given)
    if not known:
        return [typed.sql for typed in given], Typed(None, "absent")
    if kinds <= {*EXACT, "float"} and "float" in kinds:
        floats = [typed.sql if typed.kind == "absent" else as_float(typed, dialect) for typed in given]
        return floats, Typed(None, "float", nullable=nullable)
    if kinds <= set(EXACT):
        scale = max(typed.scale for typed in known)
        kind = "decimal" if "decimal" in kinds else "whole"
        return [scaled(typed, scale, dialect) for typed in given], Typed(None, kind, scale, nullable=nullable)
    if len(kinds) > 1:
        listed = ", ".join(sorted(kinds))
        raise Invalid(_("A query cannot put these side by side: {kinds}.", kinds=listed))
    return [typed.sql for typed in given], Typed(None, kinds.pop(), nullable=nullable)


def like(pattern: Typed, sql: Any, dialect: str) -> Typed:
    """An expression of the pattern's kind."""
    return replace(
        pattern, sql=sa.type_coerce(sql, type_of(pattern.kind, dialect)), plain=False, shadow=None, halves=None,
        constant=None,
    )  # fmt: skip


Reader = Callable[[Sequence[Any]], Sequence[Any]]


def reader(typed: Typed, label: str, dialect: sa.Dialect) -> Reader | None:
    """A function that turns a column from the driver into what the caller gets; None where it is that already."""
    if typed.is_exact:
        if dialect.name == "postgresql":
            return _whole if typed.kind == "whole" else None
        return _exact(label, -typed.scale if typed.kind == "decimal" else None)
    if typed.kind == "date" and dialect.name == "sqlite":
        return lambda column: [None if day is None else date.fromisoformat(day) for day in column]
    if typed.kind == "boolean" and dialect.name == "sqlite":
        return lambda column: [None if value is None else bool(value) for value in column]
    if typed.kind in ("float", "text"):
        return None
    read = typed.sql.type.dialect_impl(dialect).result_processor(dialect, None)
    return None if read is None else lambda column: [read(value) for value in column]


def _exact(label: str, scale: int | None) -> Reader:
    """Whole numbers of SQLite, and decimals with their point put in. Raises Invalid for what is exact no longer."""

    def read(column: Sequence[Any]) -> Sequence[Any]:
        if float in set(map(type, column)):
            raise too_large(label)
        if scale is None:
            return column
        return [None if number is None else Decimal(number).scaleb(scale) for number in column]

    return read


def _whole(column: Sequence[Any]) -> Sequence[Any]:
    if None not in column and Decimal not in set(map(type, column)):
        return column
    return [None if number is None else int(number) for number in column]


def too_large(label: str = "") -> Invalid:
    """The error for numbers beyond what can be worked out exactly."""
    text = _("{label} is too large to be worked out exactly.", label=label or _("A number of the query"))
    return Invalid(text, fields={label: [text]} if label else None)
