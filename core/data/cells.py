"""A cell's text as the JSON value that the wire form of a field takes."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.fields.duration import seconds_of
from core.orm.fold import fold

from .csvfile import Notation

_ANY_DAY = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


def parse(field: Field[Any], text: str, notation: Notation, format: str = "") -> Any:
    """`text`, which is not empty, as a JSON value of the field's kind. Raises BadValue with the reason.

    format: a pattern of strptime that goes before the notation's own. Ranges, sizes and the like are
    left to the field itself.
    """
    if notation.today is not None and field.kind in ("date", "datetime") and text.startswith("today"):
        return _from_today(text, notation.today, field.kind)
    match field.kind:
        case "integer":
            return _integer(text, notation)
        case "decimal" | "monetary":
            return str(_decimal(text, notation))
        case "float":
            return float(_decimal(text, notation))
        case "duration":
            return seconds_of(text) if ":" in text else int(_decimal(text, notation) * 3600)
        case "boolean":
            return _boolean(text, notation)
        case "date":
            return _date(text, format or notation.date)
        case "datetime":
            return _instant(text, format or notation.datetime, notation.time_zone)
        case "selection":
            return _option(field, text)
        case "json":
            return _json(text)
        case _:
            return text


def _number(text: str, notation: Notation) -> str:
    if notation.thousands:
        head, mark, tail = text.partition(notation.decimal)
        groups = head.split(notation.thousands)
        if len(groups) > 1 and not (all(len(group) == 3 for group in groups[1:]) and groups[0].lstrip("-+")):
            raise BadValue(_("'{text}' is not a number as this file writes them"), text=text)
        text = "".join(groups) + mark + tail
    plain = text.replace(notation.decimal, ".") if notation.decimal != "." else text
    if (notation.decimal != "." and "." in text) or not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", plain, re.ASCII):
        raise BadValue(_("'{text}' is not a number as this file writes them"), text=text)
    return plain


def _integer(text: str, notation: Notation) -> int:
    number = Decimal(_number(text, notation))
    if number != number.to_integral_value():
        raise BadValue(_("'{text}' is not a whole number"), text=text)
    return int(number)


def _decimal(text: str, notation: Notation) -> Decimal:
    try:
        return Decimal(_number(text, notation))
    except InvalidOperation:
        raise BadValue(_("'{text}' is not a number as this file writes them"), text=text) from None


def _boolean(text: str, notation: Notation) -> bool:
    word = text.casefold()
    if word in notation.true:
        return True
    if word in notation.false:
        return False
    raise BadValue(_("'{text}' is neither yes nor no"), text=text)


@lru_cache(maxsize=8192)
def can_be_read(form: str) -> bool:
    """Whether dates that are written in this form can be read: every mark after a % is one that there is."""
    try:
        datetime.strptime(_ANY_DAY.strftime(form), form)  # noqa: DTZ007 - nothing is kept of it
    except (ValueError, re.error):
        return False
    return True


def _date(text: str, format: str) -> str:
    try:
        return datetime.strptime(text, format).date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadValue(_("'{text}' is not a date written as {format}"), text=text, format=format) from None


@lru_cache(maxsize=8192)
def _instant(text: str, format: str, zone: str) -> str:
    try:
        moment = datetime.strptime(text, format)  # noqa: DTZ007 - the zone follows below
    except ValueError:
        raise BadValue(_("'{text}' is not a date and time written as {format}"), text=text, format=format) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).isoformat()


def _from_today(text: str, today: date, kind: str) -> str:
    found = re.fullmatch(r"today([+-]\d{1,5})?(?: (\d\d:\d\d))?", text, re.ASCII)
    if found is None or (found[2] and kind == "date"):
        raise BadValue(_("'{text}' is not a day counted from today, as in today+12"), text=text)
    day = today + timedelta(days=int(found[1] or 0))
    return day.isoformat() if kind == "date" else f"{day.isoformat()}T{found[2] or '09:00'}:00+00:00"


def _option(field: Field[Any], text: str) -> str:
    """The option of that value or, in whatever case, of that label."""
    if all(text != value for value, _label in field.options):
        for value, label in field.options:
            if fold(label) == fold(text):
                return str(value)
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        raise BadValue(_("is not JSON")) from None
