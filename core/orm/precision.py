"""Named precisions: how many digits after the point an exact number has, by what it is used for.

`fields.Decimal(digits="price")` says the use; here stands what it means unless a database asks for more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.fields.number import NAMED, Decimal
from core.orm.words import check_word

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.model import Model


def widen(cls: type[Model], fields: dict[str, Field[Any]], digits: Mapping[str, int]) -> None:
    """Give the exact numbers of a final class the digits that one database has for their use.

    Never fewer than are declared: what is there would not fit. Raises DeclarationError.
    """
    for use, count in digits.items():
        check_word(use, NAMED, "named precision", "")
        if count < NAMED[use]:
            raise DeclarationError(f"the precision '{use}' has {NAMED[use]} digits and cannot have {count}")
    for name, field in fields.items():
        if isinstance(field, Decimal) and digits.get(field.use, field.digits) != field.digits:
            fields[name] = field.with_digits(digits[field.use])
            setattr(cls, name, fields[name])
