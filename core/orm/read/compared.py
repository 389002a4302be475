"""What a filter compares a column with: a value of the column's own kind, exactly; anything else is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_FLOOR
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.i18n import _
from core.orm.fields.base import BadValue
from core.orm.instants import in_utc
from core.orm.types import PRECISION, ScaledDecimal

if TYPE_CHECKING:
    from core.orm.read.scope import Column

Test = Callable[[Any], bool]
WHOLE = 2**63
"""What a column of whole numbers holds is smaller."""


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float | Number) and math.isfinite(value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_KINDS: dict[str, tuple[Test, str]] = {
    "char": (_is_text, _("must be a text")),
    "text": (_is_text, _("must be a text")),
    "reference": (_is_text, _("must be a record, or its model and id as in crm.lead,12")),
    "html": (_is_text, _("must be a text")),
    "selection": (_is_text, _("must be a text")),
    "integer": (_is_number, _("must be a number")),
    "duration": (_is_number, _("must be a number")),
    "float": (_is_number, _("must be a number")),
    "decimal": (_is_number, _("must be a number")),
    "monetary": (_is_number, _("must be a number")),
    "boolean": (lambda value: isinstance(value, bool), _("must be yes or no")),
    "date": (lambda value: isinstance(value, date) and not isinstance(value, datetime), _("must be a date")),
    "datetime": (
        lambda value: isinstance(value, datetime) and value.tzinfo is not None,
        _("must be a date and time with its time zone"),
    ),
    "json": (lambda value: False, _("has no values that can be compared")),
}
_RECORD = (_is_whole, _("must be a record or its number"))


def check_kind(column: Column, value: Any, path: str) -> None:
    """Refuse a value of another kind than the column's, or that no column can hold. Raises Invalid."""
    test, reason = _KINDS.get(column.field.kind, _RECORD) if column.field is not None else _RECORD
    if not test(value):
        raise refusal(column, reason, path)
    if isinstance(value, datetime):
        try:
            in_utc(value)
        except BadValue as error:
            raise refusal(column, error.reason, path) from None


def refusal(column: Column, reason: str, path: str) -> Invalid:
    """The error for what a filter asks of the field at the end of `path`."""
    label = column.field.label if column.field is not None else path
    return Invalid(_("{label} {reason}.", label=label, reason=reason), fields={path: [reason]})


def exactly(column: Column, value: Any, path: str) -> Any:
    """`value` as the column keeps it, or None where no row can have it."""
    if isinstance(value, str):
        return value if _can_be_kept(value) else None
    scale = _scale(column)
    if scale is None:
        return float(value) if isinstance(value, Number) else value
    number, kept = _floor(column, value, scale, path)
    return _kept(column, kept) if kept == number else None


def bound(column: Column, value: Any, operator: str, path: str) -> tuple[Any, str]:
    """A comparison that the column can answer exactly: with more digits than it has, with what is just below."""
    if isinstance(value, str) and not _can_be_kept(value):
        raise refusal(column, _("must be readable text"), path)
    scale = _scale(column)
    if scale is None:
        return float(value) if isinstance(value, Number) else value, operator
    number, kept = _floor(column, value, scale, path)
    if kept != number:
        operator = {">=": ">", "<": "<="}.get(operator, operator)
    return _kept(column, kept), operator


def _scale(column: Column) -> int | None:
    """How many digits after the point the column keeps; None where it keeps no exact number."""
    if isinstance(column.sql.type, ScaledDecimal):
        return column.sql.type.scale
    return 0 if column.field is None or column.field.kind in ("integer", "duration", "decimal", "many2one") else None


def _floor(column: Column, value: Any, scale: int, path: str) -> tuple[Number, Number]:
    """(the number, the greatest number that the column can keep and that is not above it)."""
    number = Number(str(value)) if isinstance(value, float) else Number(value)
    most = Number(10) ** (PRECISION - scale) if isinstance(column.sql.type, ScaledDecimal) else Number(WHOLE)
    if abs(number) >= most:
        raise refusal(column, _("is too large to compare with"), path)
    return number, number.quantize(Number(1).scaleb(-scale), rounding=ROUND_FLOOR)


def _kept(column: Column, number: Number) -> Number | int:
    return number if isinstance(column.sql.type, ScaledDecimal) else int(number)


def _can_be_kept(text: str) -> bool:
    """Whether a database can hold the text: without NUL and halves of letters."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))
