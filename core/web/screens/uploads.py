"""Files that come with a form."""

from __future__ import annotations

from flask import request

from core.orm.files import Upload


def uploads() -> dict[str, Upload]:
    """Name of an input → the file that somebody chose for it; inputs without one are left out."""
    return {
        name: Upload(sent.filename, sent.read(), sent.mimetype or "")
        for name, sent in request.files.items()
        if sent.filename
    }
