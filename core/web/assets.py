"""Static files: addresses that change with the content, so that a browser may keep them for a year.

    /static/3f9a2c81d0/css/shell.css
            └ hash over all static files

One hash for the whole tree rather than one a file: style sheets and the icon sprite name their neighbours by
relative addresses, which then carry the hash too.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_file
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from core.web.request import public

FOLDER = Path(__file__).resolve().parent / "static"
SHEETS = ("tokens", "shell", "controls", "list", "search", "form", "people", "screens", "board", "figures")
_YEAR = 365 * 24 * 3600

# Named here, since `mimetypes` reads what the machine says and `nosniff` makes a wrong answer fatal.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}


@cache
def version() -> str:
    """Ten hexadecimal digits that change when any static file does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(FOLDER)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


@cache
def style_sheets() -> tuple[str, ...]:
    """Paths of the style sheets in the order of the cascade."""
    return ("vendor/inter.css", *(f"css/{name}.css" for name in SHEETS if (FOLDER / "css" / f"{name}.css").is_file()))


def asset(path: str) -> str:
    """The address of a static file, for templates: `asset("css/shell.css")`."""
    return f"/static/{version()}/{path}"


@public
def serve_asset(stamp: str, path: str) -> Response:
    """The file; kept for a year when asked for by the current hash, checked each time otherwise."""
    name = safe_join(str(FOLDER), path)
    kind = _TYPES.get(Path(path).suffix)
    if name is None or kind is None or not Path(name).is_file():
        raise NotFound()
    response = send_file(name, mimetype=kind)
    if stamp == version():
        response.cache_control.max_age = _YEAR
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    return response


def install(app: Flask) -> None:
    """Add the route of static files, and what templates need to name them."""
    app.add_url_rule("/static/<stamp>/<path:path>", "static", serve_asset)
    app.jinja_env.globals.update(asset=asset, style_sheets=style_sheets())
