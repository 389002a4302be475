"""Writes that a client may repeat: the header `Idempotency-Key`.

A client that sent a write and heard nothing cannot know whether it was done. With a key of its own making it
sends the same again: what was done is answered as it was then, and what was not is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, g, request

from core.api.problem import BadParameter
from core.i18n import _
from core.orm.once import claim, keep
from core.orm.repeat import repeatable

P = ParamSpec("P")

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST = 100
_KEPT_HEADERS = ("Content-Type", "Location")


def once(view: Callable[P, Response]) -> Callable[P, Response]:
    """A view that writes: done once for each key, and done again in a new unit where others were in its way."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return view(*args, **kwargs)
        if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
            raise BadParameter(HEADER, _("The key must have 1 to {count} plain characters.", count=LONGEST))
        unit, user_id, key = g.unit, g.identity.user_id, f"api {key}"
        known = claim(unit, user_id, key, _fingerprint())
        if known is not None:
            response = Response(known["body"], known["status"], known["headers"])
            response.headers[REPLAYED] = "true"
            return response
        response = current_app.make_response(view(*args, **kwargs))
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        body = response.get_data(as_text=True)
        keep(unit, user_id, key, {"status": response.status_code, "headers": headers, "body": body})
        return response

    return repeatable(answer)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    digest.update(request.get_data())
    return digest.hexdigest()
