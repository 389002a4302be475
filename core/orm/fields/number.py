"""Integer, Float, Decimal and Monetary."""

from __future__ import annotations

import math
from copy import copy
from decimal import ROUND_HALF_UP, InvalidOperation
from decimal import Decimal as Number
from typing import Any, Self

import sqlalchemy as sa

from core.i18n import _
from core.orm.fields.base import BadValue, Field, T
from core.orm.types import PRECISION, ScaledDecimal
from core.orm.words import check_word


class Numeric(Field[T]):
    """What all numbers share. within: the least and the greatest value, both allowed; `None` is no bound."""

    absent: Any = 0

    def __init__(self, label: str = "", *, within: tuple[Any, Any] = (None, None), **common: Any) -> None:
        super().__init__(label, **common)
        self.within = within

    def server_default(self) -> Any:
        return sa.text("0")

    def bounded(self, value: Any) -> Any:
        least, greatest = self.within
        if (least is not None and value < least) or (greatest is not None and value > greatest):
            if greatest is None:
                raise BadValue(_("must be {least} or more"), least=least)
            if least is None:
                raise BadValue(_("must be {greatest} or less"), greatest=greatest)
            raise BadValue(_("must be between {least} and {greatest}"), least=least, greatest=greatest)
        return value

    def is_absent(self, value: Any) -> bool:
        return value is None


class Integer(Numeric[int]):
    """A whole number of 64 bits."""

    kind = "integer"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger()

    def convert(self, value: Any) -> int:
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadValue(_("must be a whole number"))
        if not -(2**63) <= value < 2**63:
            raise BadValue(_("is too large"))
        return int(self.bounded(value))


class Float(Numeric[float]):
    """A binary floating point number: for ratios and measures that nobody posts, never for money."""

    kind = "float"
    absent = 0.0

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return sa.Double()

    def convert(self, value: Any) -> float:
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadValue(_("must be a number"))
        return float(self.bounded(value))


NAMED = {"price": 4, "quantity": 3, "rate": 6}
"""What an exact number is used for → how many digits after the point it has, unless a database asks for more."""


class Decimal(Numeric[Number]):
    """An exact number of 18 digits. digits: so many of them after the point, or the name of a use, as in `NAMED`.

    Code and users give at most that many digits; what is computed is rounded half up to them. A binary
    float is refused, since what it shows is not what it holds.
    """

    kind = "decimal"
    absent = Number(0)

    def __init__(self, label: str = "", *, digits: int | str = 2, **common: Any) -> None:
        super().__init__(label, **common)
        self.use = digits if isinstance(digits, str) else ""
        if self.use:
            check_word(self.use, NAMED, "named precision", self.where)
        self._keep(NAMED[digits] if isinstance(digits, str) else digits)

    def _keep(self, digits: int) -> None:
        self.digits = digits
        self._unit = Number(1).scaleb(-digits)
        self._bound = Number(10) ** (PRECISION - digits)

    def with_digits(self, digits: int) -> Self:
        """The same field with so many digits after the point."""
        made = copy(self)
        made._keep(digits)
        return made

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return ScaledDecimal(self.digits)

    def convert(self, value: Any) -> Number:
        if value is None:
            return Number(0)
        if isinstance(value, int) and not isinstance(value, bool):
            value = Number(value)
        if not isinstance(value, Number) or not value.is_finite():
            raise BadValue(_("must be an exact decimal number"))
        return self._fit(value, exact=True)

    def derived(self, value: Any) -> Number:
        if isinstance(value, Number) and value.is_finite():
            return self._fit(value, exact=False)
        return self.convert(value)

    def _fit(self, value: Number, exact: bool) -> Number:
        if value.copy_abs() >= self._bound:
            raise BadValue(_("is too large: at most {count} digits before the point"), count=PRECISION - self.digits)
        try:
            rounded = value.quantize(self._unit, rounding=ROUND_HALF_UP)
        except InvalidOperation:
            raise BadValue(_("is too large")) from None
        if rounded.copy_abs() >= self._bound:
            raise BadValue(_("is too large: at most {count} digits before the point"), count=PRECISION - self.digits)
        if exact and rounded != value:
            raise BadValue(_("has more than {digits} decimals"), digits=self.digits)
        return Number(self.bounded(rounded))

    def encode(self, value: Any) -> Any:
        return None if value is None else str(value)

    def decode(self, value: Any) -> Any:
        return None if value is None else Number(value)


class Monetary(Decimal):
    """An amount of money, in the currency that another field of the record names.

    currency: the name of that many-to-one; its target has `decimal_places`. Four decimals are kept;
    an amount that is given must fit the currency's own, one that is computed is rounded half up to them.
    """

    kind = "monetary"

    def __init__(self, label: str = "", *, currency: str = "currency", **common: Any) -> None:
        super().__init__(label, digits=4, **common)
        self.currency = currency

    @property
    def dependencies(self) -> tuple[tuple[str, ...], ...]:
        """What is computed is rounded by the currency, so that counts too."""
        return super().dependencies if self.compute is None else (*super().dependencies, (self.currency,))

    def fit_currency(self, value: Number, places: int, *, exact: bool) -> Number:
        """`value` in a currency of so many decimal places. Raises BadValue where it must be exact and is not."""
        rounded = value.quantize(Number(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if exact and rounded != value:
            if places == 0:
                raise BadValue(_("must be a whole amount: the currency has no decimals"))
            raise BadValue(_("has more than the currency's {digits} decimals"), digits=places)
        return rounded.quantize(self._unit)
