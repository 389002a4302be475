"""`/find/<model>?q=…`: what an input of a relation offers while somebody types."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.web.screens.context import env, views
from core.web.screens.finding import readable_model
from core.web.screens.related import find

blueprint = Blueprint("relation", __name__)


@blueprint.get("/find/<model>")
def matches(model: str) -> AnyResponse:
    """The best matches as JSON; a browser that is sent here without scripts gets the list instead."""
    readable_model(env(), model)
    text = request.args.get("q", "").strip()
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return redirect(url_for("list.records", model=model, q=text or None), 303)
    found = find(env(), views(), model, text)
    response: Response = jsonify(records=[{"id": one.id, "title": one.title, "hint": one.hint} for one in found])
    return response
