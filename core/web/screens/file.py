"""Files of records, sent to who may read the record."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, request

from core.orm.files import PICTURES, open_file
from core.web.screens.context import env

blueprint = Blueprint("file", __name__)

UNTOUCHED = "default-src 'none'; sandbox"
"""What a browser may do with a file that it opens: nothing but show it."""


@blueprint.get("/file/<int:identity>")
def file(identity: int) -> Response:
    """The file of an attachment. Pictures are shown, everything else is saved. Raises Missing."""
    found = open_file(env(), identity)
    response = Response(mimetype=found.mimetype)
    response.set_etag(found.hash)
    # What is behind an address of a file never changes; whether its reader may see it is asked each time.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = UNTOUCHED
    way = "inline" if found.mimetype in PICTURES else "attachment"
    set_name(response, way, found.name)
    if found.hash in request.if_none_match:
        response.status_code = 304
        return response
    response.set_data(found.read())
    return response


def set_name(response: Response, way: str, name: str) -> None:
    """Say what a file is called, whatever its letters: headers are ASCII. way: "inline" or "attachment"."""
    plain = unicodedata.normalize("NFKD", name.translate({ord("đ"): "d", ord("Đ"): "D"}))
    plain = plain.encode("ascii", "ignore").decode("ascii").replace('"', "").replace("\\", "")
    # The second goes before the first where it is understood, which is everywhere today (RFC 6266).
    response.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
