"""The one page of a server whose addons do not compose: which declaration, where, and what to do."""

from __future__ import annotations

import secrets

from flask import Flask, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from core.errors import DeclarationError
from core.i18n import _, translate
from core.web import assets, health, security, templating, trace
from core.web.request import reader_language

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_RETRY_SECONDS = "60"


def diagnosis_app(error: DeclarationError) -> Flask:
    """An application that answers every address with the diagnosis and 503, and serves nothing else."""
    app = Flask("core.web", static_folder=None)
    # No session outlives it: it keeps none, and the database's own key is out of reach.
    security.protect_responses(app)
    app.config["SECRET_KEY"] = secrets.token_bytes(32)
    trace.install(app, 0)
    assets.install(app)
    templating.install(app)

    def diagnosis(path: str = "") -> AnyResponse:
        """The same page for every address but the style sheets."""
        language = reader_language()
        facts = [(translate(name, language), translate(value, language)) for name, value in facts_of(error) if value]
        response = make_response(render_template("diagnosis.html", facts=facts), 503)
        response.headers["Retry-After"] = _RETRY_SECONDS
        return response

    app.add_url_rule("/health/live", view_func=health.live)
    app.add_url_rule("/", "diagnosis", diagnosis, methods=_METHODS)
    app.add_url_rule("/<path:path>", "diagnosis", diagnosis, methods=_METHODS)
    return app


def facts_of(error: DeclarationError) -> list[tuple[str, str]]:
    """(name, value) of what is known, in reading order; values may be empty."""
    todo = _("Correct it, or take the addon's last version that worked, and start the server again.")
    return [
        (_("What"), error.message),
        (_("Addon"), error.addon),
        (_("Where"), error.where),
        (_("Hint"), error.hint),
        (_("What to do"), todo),
    ]
