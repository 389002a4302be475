"""Division and rounding of exact numbers, half away from zero, the same on both engines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.query.typed import Typed, as_float, scaled
from core.orm.sqlite import DIVIDE_FUNCTION


def ratio(above: Typed, below: Typed, digits: int, dialect: str) -> Typed:
    """above / below; NULL where `below` is zero."""
    for typed in (above, below):
        if not (typed.is_exact or typed.kind in ("float", "absent")):
            raise Invalid(_("Only numbers can be divided, not this: {kind}.", kind=typed.kind))
    if "float" in (above.kind, below.kind):
        found = as_float(above, dialect) / sa.func.nullif(as_float(below, dialect), sa.literal_column("0"))
        return Typed(sa.type_coerce(found, sa.Float()), "float")
    if dialect == "postgresql":
        return Typed(_on_postgresql(above.sql, below.sql, digits), "decimal", digits)
    shift: Any = sa.literal_column(str(digits + below.scale - above.scale))
    divided = getattr(sa.func, DIVIDE_FUNCTION)(above.sql, below.sql, shift)
    return Typed(sa.type_coerce(divided, sa.BigInteger()), "decimal", digits)


def _on_postgresql(above: Any, below: Any, digits: int) -> Any:
    # div() cuts off and is exact, where "/" chooses a precision of its own.
    over, under = sa.cast(above, sa.Numeric()), sa.cast(below, sa.Numeric())
    cut = sa.func.div(
        sa.func.abs(over) * _number(2 * 10**digits) + sa.func.abs(under),
        sa.func.nullif(sa.func.abs(under), sa.literal_column("0")) * _number(2),
    )
    signed = cut * sa.func.sign(over) * sa.func.sign(under)
    return sa.type_coerce(signed * _number(Decimal(1).scaleb(-digits)), sa.Numeric())


def _number(value: int | Decimal) -> Any:
    return sa.literal_column(f"{value:f}" if isinstance(value, Decimal) else str(value), sa.Numeric())


def rounded(number: Typed, digits: int, dialect: str) -> Typed:
    """An exact number with so many digits after the point."""
    if not number.is_exact:
        raise Invalid(_("Only exact numbers are rounded, not this: {kind}.", kind=number.kind))
    if digits < 0:
        raise Invalid(_("A number is rounded to digits after the point, at least none."))
    if number.scale <= digits:
        return Typed(scaled(number, digits, dialect), number.kind, digits, nullable=number.nullable)
    if dialect == "postgresql":
        found = sa.func.round(number.sql, sa.literal_column(str(digits)))
        return Typed(sa.type_coerce(found, sa.Numeric()), "decimal", digits, nullable=number.nullable)
    divided = getattr(sa.func, DIVIDE_FUNCTION)(
        number.sql, sa.literal_column("1"), sa.literal_column(str(digits - number.scale))
    )
    return Typed(sa.type_coerce(divided, sa.BigInteger()), "decimal", digits, nullable=number.nullable)
