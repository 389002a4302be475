"""Whether this process lives, and whether it can serve: for what starts it, and for what sends it requests.

/health/live      200 as long as the process answers at all
/health/ready     200 where database and files answer; else 503, with which does not
"""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from core.errors import BanyanError
from core.web.request import public, system

blueprint = Blueprint("health", __name__, url_prefix="/health")
_log = logging.getLogger("banyan.health")


@blueprint.get("/live")
@public
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@blueprint.get("/ready")
@public
def ready() -> tuple[Response, int]:
    """Requests would be served. What is wrong in detail is for the log, not for everybody who can ask."""
    checks = {name: _answers(name) for name in ("database", "files")}
    whole = all(checks.values())
    found = {name: "ok" if fine else "does not answer" for name, fine in checks.items()}
    return jsonify(status="ready" if whole else "not ready", checks=found), 200 if whole else 503


def _answers(name: str) -> bool:
    try:
        system().check(name)
    except (BanyanError, OSError) as error:
        _log.error("%s: %s", name, error)
        return False
    return True
