"""What people set for themselves in their own menu: the language of the pages."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from core.i18n import LANGUAGES
from core.web.auth import own_path

blueprint = Blueprint("mine", __name__)


@blueprint.post("/language")
def choose_language() -> Response:
    """Keep the language on the person's own user, and go back to the page that they were on."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        # Not everybody may change users; everybody may choose the language that they read.
        g.env.sudo("a person's own language")["res.users"].get(g.identity.user_id).write(language=language)
    return redirect(own_path(request.form.get("next", "/")), 303)
