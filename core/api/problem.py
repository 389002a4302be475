"""What fails is told as `application/problem+json` (RFC 9457): a status, a stable code and a readable reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response

from core.errors import Conflict, Invalid, UserError
from core.i18n import Text, translate
from core.orm.wire import plain

MEDIA_TYPE = "application/problem+json"


class BadParameter(UserError):
    """A parameter of the address that cannot be followed. fields: path that it names → reasons."""

    status = 400
    code = "bad_parameter"

    def __init__(self, parameter: str, reason: str, *, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(reason)
        self.parameter = parameter
        self.fields = {name: list(reasons) for name, reasons in (fields or {}).items() if name}


class BadBody(UserError):
    """What was sent is not the JSON that is asked for."""

    status = 400
    code = "bad_body"


class NotJson(UserError):
    """What was sent does not say that it is JSON."""

    status = 415
    code = "unsupported_media_type"


def problem(
    status: int,
    code: str,
    text: str,
    *,
    fields: Mapping[str, Sequence[str]] | None = None,
    **members: Any,
) -> Response:
    """A problem as a response; its type is the status itself, so its title is the status' own.

    text, fields: in the reader's language already. members: what a code adds.
    """
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": text,
        "code": code,
    }
    if fields:
        told["fields"] = {name: list(reasons) for name, reasons in fields.items()}
    told.update(members)
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str)
    response = Response(body, status, mimetype=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="banyan"'
    return response


def problem_of(error: UserError, language: str) -> Response:
    """A `UserError` as a problem in a language."""
    found: Mapping[str, Sequence[str]] = getattr(error, "fields", {})
    fields = {name: [translate(reason, language) for reason in reasons] for name, reasons in found.items()}
    text = translate(_text(error), language)
    if isinstance(error, Invalid) and fields:
        # The names of the wire say more to a program's author than labels do.
        told = [(name, reason) for name, reasons in fields.items() for reason in reasons]
        text = "; ".join(f"{name}: {reason}" if name else reason for name, reason in told)
    members: dict[str, Any] = {}
    if isinstance(error, BadParameter):
        members["parameter"] = error.parameter
    elif isinstance(error, Conflict):
        members["theirs"] = {name: plain(value) for name, value in error.theirs.items()}
        members["yours"] = {name: plain(value) for name, value in error.yours.items()}
    response = problem(error.status, error.code, text, fields=fields, **members)
    if (seconds := getattr(error, "retry_after", None)) is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def _text(error: UserError) -> Text | str:
    """The text as it was raised, which can still be translated; `str(error)` would lose that."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else ""
