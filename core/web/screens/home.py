"""Home: the areas of the reader, each with what it holds."""

from __future__ import annotations

from flask import Blueprint, render_template

from core.web.screens.context import env
from core.web.screens.menu import navigation

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    """The areas of the reader; how to begin, for whoever has just set the system up."""
    found = navigation(env())
    return render_template("home.html", areas=found.areas, hints=_hints())


def _hints() -> bool:
    """Whether to say how to begin: to somebody who sets the system up and is alone in it. One statement."""
    users = env()["res.users"] if "res.users" in env().models else None
    return users is not None and users.can("create") and users.count() <= 1
