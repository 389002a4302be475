"""One value at a time: how each kind of field is written in JSON, and read from it.

Exactness decides the forms: decimals travel as text (and are read from JSON numbers too, where the parser
kept them as `Decimal`), dates and instants as ISO 8601, relations as the ids of their records.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from core.i18n import _
from core.orm.fields.base import BadValue, Field
from core.orm.fields.duration import seconds_of
from core.orm.fields.reference import apart
from core.orm.fields.text import Text
from core.orm.files import Upload
from core.orm.relative import Relative, is_relative, relative
from core.orm.types import LARGEST_ID, PRECISION

DEEPEST_JSON = 50
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?", re.ASCII)
_WITH_EXPONENT = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

IS_ID = _("must be the id of a record, or null")
IS_FILE = _("must be a file: its name and, in base64, its data")
ARE_IDS = _("must be a list of ids of records")


# -- from JSON ------------------------------------------------------------------------------------


def _float(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _decimal(value: Any) -> Any:
    if isinstance(value, str):
        if _WITH_EXPONENT.fullmatch(value):
            raise BadValue(_("must be written out in digits, without an exponent, as in 1234.5"))
        if not _NUMBER.fullmatch(value):
            raise BadValue(_("must be a number with a point before its decimals, as in 1234.5"))
        return Decimal(value)
    return value


def _duration(value: Any) -> Any:
    return seconds_of(value) if isinstance(value, str) else value


def _date(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadValue(_("must be a date, as in 2026-03-31"))


def _datetime(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    try:
        return datetime.fromisoformat(value)
    except (ValueError, OverflowError):
        raise BadValue(_("must be a date and time with its zone, as in 2026-03-31T09:30:00Z")) from None


def _word(value: Any) -> Any:
    if value is not None and not isinstance(value, str):
        raise BadValue(_("must be a text"))
    return value


def _id(value: Any) -> Any:
    if value is None or hasattr(value, "_view"):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(IS_ID)
    if not 0 < value <= LARGEST_ID:
        raise BadValue(_("is not the id of a record"))
    return value


def _ids(value: Any) -> Any:
    if value is None:
        return ()
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise BadValue(ARE_IDS)
    members = tuple(value)
    for member in members:
        if member is None:
            raise BadValue(ARE_IDS)
        try:
            _id(member)
        except BadValue as error:
            raise BadValue(ARE_IDS if error.reason is IS_ID else error.reason) from None
    return members


def _lines(value: Any) -> Any:
    """Ids and new lines; what a new line holds is read by the schema of its own model."""
    if not isinstance(value, list | tuple) or not any(isinstance(member, Mapping) for member in value):
        return _ids(value)
    _ids([member for member in value if not isinstance(member, Mapping)])
    return tuple(value)


def _json(value: Any, depth: int = 0) -> Any:
    """`value` with the parser's decimals as JSON's own numbers, where these hold them exactly."""
    if depth > DEEPEST_JSON:
        raise BadValue(_("is nested more than {count} levels deep"), count=DEEPEST_JSON)
    if isinstance(value, Decimal):
        number = float(value)
        if Decimal(repr(number)) != value:
            raise BadValue(_("holds a number with more digits than a JSON number keeps: give it as a text"))
        return number
    if isinstance(value, Mapping):
        return {key: _json(member, depth + 1) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_json(member, depth + 1) for member in value]
    return value


def _file(value: Any) -> Any:
    """A file as `{"name": …, "data": base64}`, as a data URI, or by its id as it was read, to leave it as it is."""
    if isinstance(value, Mapping) and "data" not in value and isinstance(value.get("id"), int):
        return value["id"]
    name, mimetype, data = "", "", value
    if isinstance(value, str) and value:
        head, comma, data = value.partition(",")
        if not comma or not head.startswith("data:") or not head.endswith(";base64"):
            raise BadValue(IS_FILE)
        mimetype = head.removeprefix("data:").removesuffix(";base64")
    elif isinstance(value, Mapping):
        name, mimetype, data = value.get("name", ""), value.get("mimetype", ""), value.get("data")
        if not all(isinstance(part, str) for part in (name, mimetype, data)):
            raise BadValue(IS_FILE)
    else:
        return value
    try:
        return Upload(name, b64decode(data, validate=True), mimetype)
    except ValueError:
        raise BadValue(IS_FILE) from None


_READ: Mapping[str, Callable[[Any], Any]] = {
    "binary": _file,
    "image": _file,
    "float": _float,
    "decimal": _decimal,
    "monetary": _decimal,
    "duration": _duration,
    "date": _date,
    "datetime": _datetime,
    "selection": _word,
    "json": _json,
    "many2one": _id,
    "many2many": _ids,
    "one2many": _ids,
}


def reader(field: Field[Any]) -> Callable[[Any], Any]:
    """A function that reads a JSON value for `field` into the value that its record keeps.

    Python's own values (dates, decimals, records) pass through it as well, so that whoever has parsed a
    text already may use it. It raises BadValue.
    """
    if field.kind == "one2many":
        return _lines
    parse, convert = _READ.get(field.kind), field.convert
    if parse is None:
        return convert
    return lambda value: convert(parse(value))


def operand(field: Field[Any], value: Any) -> Any:
    """A JSON value that a filter compares `field` with. Raises BadValue.

    Its type must be right; sizes, digits and bounds of the field are not asked for, since a filter may well
    look beyond them.
    """
    if isinstance(field, Text):
        return Text.convert(field, value)
    if field.kind in ("date", "datetime") and isinstance(value, str) and is_relative(value):
        return relative(value)
    parse = _READ.get(field.kind)
    value = parse(value) if parse else value
    if value is None:
        return field.absent
    match field.kind:
        case "integer" | "duration":
            if isinstance(value, bool) or not isinstance(value, int):
                raise BadValue(_("must be a whole number"))
            if abs(value) > LARGEST_ID:
                raise BadValue(_("is too large"))
            return value
        case "float":
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise BadValue(_("must be a number"))
            return float(value)
        case "decimal" | "monetary":
            return _comparable(value, field.digits)
    return field.convert(value)


def _comparable(value: Any, digits: int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadValue(_("must be an exact decimal number"))
    number = Decimal(value)
    if not number.is_finite() or (number and number.adjusted() >= PRECISION - digits):
        raise BadValue(_("is too large: at most {count} digits before the point"), count=PRECISION - digits)
    return number


# -- to JSON --------------------------------------------------------------------------------------


def _decimal_text(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _day_text(value: date) -> str:
    return value.isoformat()


def _instant_text(value: datetime) -> str:
    # "Z", since the "+" of "+00:00" becomes a space in an address that nobody escaped.
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _member_ids(value: Any) -> list[int]:
    return [member.id if hasattr(member, "_view") else member for member in getattr(value, "ids", value)]


def _kept_file(value: int) -> dict[str, Any]:
    return {"id": value, "href": f"/file/{value}"}


def _reference(value: str) -> dict[str, Any]:
    model, identity = apart(value)
    return {"model": model, "id": identity}


_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "reference": _reference,
    "binary": _kept_file,
    "image": _kept_file,
    "decimal": _decimal_text,
    "monetary": _decimal_text,
    "date": _day_text,
    "datetime": _instant_text,
    "many2many": _member_ids,
    "one2many": _member_ids,
}


def writer(kind: str) -> Callable[[Any], Any] | None:
    """A function that turns a value, never None, into JSON; None where JSON knows the value as it is."""
    return _WRITE.get(kind)


def plain(value: Any) -> Any:
    """Any Python value of a field as JSON, told by its type: for histories, conflicts and filters."""
    match value:
        case Relative():
            return value.text
        case Decimal():
            return _decimal_text(value)
        case datetime():
            return _instant_text(value)
        case date():
            return _day_text(value)
        case tuple() | list() | set() | frozenset():
            return [plain(member) for member in value]
    if hasattr(value, "ids"):
        return list(value.ids)
    return value.id if hasattr(value, "_view") else value
