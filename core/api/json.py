"""JSON in and out, exact: numbers with a point are decimals, never binary floats."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from flask import Response, request

from core.api.problem import BadBody, NotJson
from core.i18n import _

_MAYBE_HALF = re.compile(r"\\u[dD][89a-fA-F]")

NOT_WELL_FORMED = _("it is not well-formed")
PROBLEMS = {
    "Expecting value": _("a value is missing"),
    "Expecting property name enclosed in double quotes": _("a name in double quotes is missing"),
    "Expecting ':' delimiter": _("a colon is missing"),
    "Expecting ',' delimiter": _("a comma is missing"),
    "Unterminated string starting at": _("a text without an end begins"),
    "Invalid control character at": _("a text holds a line break or another control character"),
    "Extra data": _("something more stands behind the value"),
    "Illegal trailing comma before end of object": _("nothing stands behind a comma"),
    "Illegal trailing comma before end of array": _("nothing stands behind a comma"),
}
"""What Python's reader of JSON says, in words that can be translated."""


class _Twice(Exception):
    """A name that one object has twice, of which a program can only mean one."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


class Unreadable(ValueError):
    """A text that is not JSON; the text says where and why."""


def parse(text: str) -> Any:
    """The value of a JSON text, numbers with a point as `Decimal`. Raises Unreadable."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object)
        if _MAYBE_HALF.search(text):
            # Half a surrogate pair is a text for Python and none for a database.
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except _Twice as error:
        raise Unreadable(_("“{name}” is given twice in one object", name=str(error))) from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            _(
                "{problem} in line {line}, column {column}",
                problem=PROBLEMS.get(error.msg, NOT_WELL_FORMED),
                line=error.lineno,
                column=error.colno,
            )
        ) from None
    except UnicodeEncodeError:
        raise Unreadable(_("it holds half of a character (a lone surrogate)")) from None
    except RecursionError:
        raise Unreadable(_("it is nested too deeply")) from None
    except (ValueError, ArithmeticError):
        raise Unreadable(_("it holds a number that is too long or no number")) from None
    return value


def body() -> Any:
    """The JSON that came with the request. Raises NotJson or BadBody."""
    kind = request.mimetype
    if kind != "application/json" and not kind.endswith("+json"):
        raise NotJson(_("Send JSON, with the header 'Content-Type: application/json'."))
    try:
        return parse(request.get_data().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadBody(_("The body is not UTF-8.")) from None
    except Unreadable as error:
        raise BadBody(_("The body is not JSON: {reason}.", reason=error.args[0])) from None


def answer(value: Any, status: int = 200) -> Response:
    """`value` as the response."""
    return Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")), status, mimetype="application/json")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
