"""One id for everything that a request causes: lines of the log, statements, the reference that a person is told."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from core import logs

if TYPE_CHECKING:
    from core.orm.identity import Identity
    from core.orm.unit import UnitOfWork

HEADER = "X-Request-ID"
QUIET = ("/static/", "/health/")
"""Paths whose requests are told only where every detail is asked for."""

_log = logging.getLogger("banyan.request")
_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")


def install(app: Flask, proxies: int) -> None:
    """Give each request an id, and tell of each one that is answered. proxies: how many are believed about it."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "") if proxies else ""
        g.request_id = given if _FORM.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()
        logs.clear()
        logs.bind(request=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        _tell(response)
        return response


def request_id() -> str:
    """The id of the request that is being answered."""
    if "request_id" not in g:  # refused before anything else could look at it
        g.request_id = secrets.token_hex(8)
    found: str = g.request_id
    return found


def _tell(response: Response) -> None:
    """One line, without what stands behind the path: a search may name people."""
    level = logging.DEBUG if request.path.startswith(QUIET) else logging.INFO
    if not _log.isEnabledFor(level):
        return
    unit: UnitOfWork | None = g.get("unit")
    identity: Identity | None = g.get("identity")
    facts: dict[str, object] = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
    }
    if unit is not None:
        facts["statements"] = unit.statements
    if identity is not None:
        facts["user"] = identity.user_id
    _log.log(level, "answered", extra=facts)
