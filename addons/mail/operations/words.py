"""What templates of mails know besides the record: filters for days, figures and amounts in the receiver's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from core import Env

KNOWN = ("record", "user", "company", "language")
FILTERS = ("date", "datetime", "num", "money")


def filters_for(env: Env) -> dict[str, Callable[..., str]]:
    """The filters in the language and time zone of an environment."""
    from babel.dates import format_date, format_datetime  # loads the words of a language; most processes send none
    from babel.numbers import format_currency, format_decimal

    locale, zone = env.language, ZoneInfo(env.time_zone)

    def day(value: date | None) -> str:
        return "" if value is None else format_date(value, "medium", locale=locale)

    def moment(value: datetime | None) -> str:
        return "" if value is None else format_datetime(value.astimezone(zone), "medium", locale=locale)

    def number(value: Decimal | int | float | None) -> str:
        return "" if value is None else format_decimal(value, locale=locale)

    def money(value: Decimal | int | None, currency: Any) -> str:
        if value is None or currency is None:
            return "" if value is None else number(value)
        return format_currency(value, currency.name, locale=locale)

    return {"date": day, "datetime": moment, "num": number, "money": money}
