"""Files of records, sent to who may read the record."""

from __future__ import annotations

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
    response.headers.set("Content-Disposition", way, filename=found.name)
    if found.hash in request.if_none_match:
        response.status_code = 304
        return response
    response.set_data(found.read())
    return response
