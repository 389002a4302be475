"""Numbers, money, dates and times as people write them, and read back.

Separators come from Babel's data for the language, once; the formatting itself is plain string work, since
a page of a list formats hundreds of values. Dates are day/month/year in both languages.

    vi: 1.234.567,89   45.310.200 ₫   15/12/2026 14:30
    en: 1,234,567.89   45,310,200 ₫   15/12/2026 14:30
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo
from datetime import date as Day
from datetime import datetime as Instant
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.i18n import LANGUAGES, _
from core.orm.fields.base import BadValue
from core.orm.fields.duration import clock, seconds_of
from core.orm.instants import in_utc, in_zone

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_TIME = re.compile(r"(\d{1,2})[:hH](\d{2})(?::\d{2}(?:\.\d+)?)?$")


class CurrencyLike(Protocol):
    """What formatting asks of a currency: the record of res.currency, or anything alike."""

    @property
    def symbol(self) -> str: ...
    @property
    def position(self) -> str: ...
    @property
    def decimal_places(self) -> int: ...


@lru_cache(maxsize=256)
def formats_for(language: str, time_zone: str) -> Formats:
    """The formats of a language ("en", "vi"; anything else is read as English) and an IANA time zone.

    A zone that this machine does not know is read as UTC: a page with times in UTC is better than none.
    """
    from babel import Locale  # its data is not needed before the first page that shows a figure

    language = language if language in LANGUAGES else "en"
    symbols = Locale.parse(language).number_symbols["latn"]
    try:
        zone: tzinfo = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return Formats(language, zone, symbols["group"], symbols["decimal"])


@dataclass(frozen=True)
class Formats:
    """Formats of one language and time zone. zone: in which instants are shown and read."""

    language: str
    zone: tzinfo
    group: str
    point: str

    # ---- shown ----

    def number(self, value: Decimal | int | float | None, digits: int | None = None) -> str:
        """`value` grouped by thousands; "" for None.

        digits: that many after the point, rounded half up; None: as many as the value has, without
        trailing zeros.
        """
        if value is None:
            return ""
        if isinstance(value, int):
            value = Decimal(value)
        elif isinstance(value, float):
            value = Decimal(repr(value))
        if digits is None:
            text = f"{value:,f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
        else:
            text = f"{_rounded(value, digits):,f}"
        if text.startswith("-") and not text.strip("-0.,"):
            text = text[1:]
        return text.translate({ord(","): self.group, ord("."): self.point})

    def money(self, value: Decimal | int | None, currency: CurrencyLike | None) -> str:
        """`value` with the currency's digits and symbol, on the side where the currency has it; "" for None."""
        if value is None:
            return ""
        if currency is None:
            return self.number(value)
        text = self.number(value, currency.decimal_places)
        if not currency.symbol:
            return text
        if currency.position == "before":
            return f"-{currency.symbol}{text[1:]}" if text.startswith("-") else f"{currency.symbol}{text}"
        return f"{text}\u00a0{currency.symbol}"

    def duration(self, value: int | None) -> str:
        """Seconds as hours:minutes; "" for None."""
        return "" if value is None else clock(value)

    def date(self, value: Day | None) -> str:
        """Day/month/year; "" for None."""
        return f"{value.day:02}/{value.month:02}/{value.year:04}" if value is not None else ""

    def datetime(self, value: Instant | None) -> str:
        """Day/month/year hour:minute in the reader's zone; "" for None. value: aware.

        Where the calendar ends before it gets to the zone, it is shown in UTC.
        """
        if value is None:
            return ""
        local = in_zone(value, self.zone)
        return f"{self.date(local)} {local.hour:02}:{local.minute:02}"

    def edit(self, value: Decimal | int | float | None, digits: int = 0) -> str:
        """`value` for an input: grouped, every digit that it has, `digits` at least."""
        if value is None:
            return ""
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        exponent = exact.normalize().as_tuple().exponent
        return self.number(exact, max(digits, -exponent if isinstance(exponent, int) else 0))

    # ---- read back ----

    def parse_number(self, text: str) -> Decimal | None:
        """The number that a person wrote; None for an empty text. Raises BadValue.

        A separator of thousands must stand before three digits: "1.5" is refused in Vietnamese, where it
        might be meant as 1,5 and must not become 15. A unit or a symbol around the number ("12 ₫", "30 %") is left out.
        """
        bare = _SPACES.sub("", text).replace("\u2212", "-")
        if not bare:
            return None
        found = re.search(r"-?[\d.,'’]*\d[\d.,'’]*", bare)
        if found is None:
            raise BadValue(_("“{text}” is not a number."), text=text)
        before, after = bare[: found.start()], bare[found.end() :]
        if re.search(r"\d", before + after):
            raise BadValue(
                _("“{text}” cannot be read as a number. Write it like {example}."), text=text, example=self.example
            )
        if not _is_unit(before.removeprefix("-")) or not _is_unit(after):
            raise BadValue(_("“{text}” is not a number."), text=text)
        number = ("-" if before.startswith("-") else "") + found.group()
        group, point = re.escape(self.group), re.escape(self.point)
        if re.fullmatch(rf"-?(\d{{1,3}}(?:{group}\d{{3}})+|\d+)?(?:{point}\d*)?", number) is None:
            raise BadValue(
                _("“{text}” cannot be read as a number. Write it like {example}."), text=text, example=self.example
            )
        return Decimal(number.replace(self.group, "").replace(self.point, "."))

    def parse_duration(self, text: str) -> int | None:
        """The seconds of a length of time that a person wrote as 1:30, or as hours alone; None for an empty text."""
        if ":" in text:
            return seconds_of(text)
        hours = self.parse_number(text)
        return None if hours is None else int((hours * 3600).to_integral_value(ROUND_HALF_UP))

    def parse_date(self, text: str) -> Day | None:
        """The day that a person wrote, as 15/12/2026 or 2026-12-15; None for an empty text. Raises BadValue.

        A year of two digits is of this century.
        """
        text = text.strip()
        if not text:
            return None
        if match := _DATE.match(text):
            day, month, year = (int(part) for part in match.groups())
            year = year + 2000 if len(match[3]) == 2 else year
        elif match := _ISO_DATE.match(text):
            year, month, day = (int(part) for part in match.groups())
        else:
            raise BadValue(_("“{text}” is not a date. Write it like 15/12/2026: day, month, year."), text=text)
        try:
            return Day(year, month, day)
        except ValueError:
            raise BadValue(_("There is no day {text}. Dates are day, month, year."), text=text) from None

    def parse_datetime(self, text: str) -> Instant | None:
        """The instant that a person wrote, as 15/12/2026 14:30 in their zone, in UTC; None for an empty text.

        A day alone is its first minute. Raises BadValue.
        """
        text = text.strip()
        if not text:
            return None
        day_text, _gap, time_text = text.replace("T", " ", 1).partition(" ")
        day = self.parse_date(day_text)
        if day is None:
            return None
        hour = minute = 0
        if time_text.strip():
            match = _TIME.match(time_text.strip())
            if match is None or int(match[1]) > 23 or int(match[2]) > 59:
                raise BadValue(_("“{text}” is not a time. Write it like 14:30."), text=time_text.strip())
            hour, minute = int(match[1]), int(match[2])
        return in_utc(Instant(day.year, day.month, day.day, hour, minute, tzinfo=self.zone))

    @property
    def example(self) -> str:
        """A number with both separators, to show how one is written."""
        return f"1{self.group}234{self.point}5"


def _is_unit(text: str) -> bool:
    """Whether what stands beside a number is a short unit or symbol (₫, $, %, VND), not a part of a sentence."""
    return len(text) <= 4 and not any(mark in text for mark in "+*/=()-.,")


def _rounded(value: Decimal, digits: int) -> Decimal:
    """`value` with `digits` after the point, half away from zero."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
