"""Pages of automation: what one would have done."""

from __future__ import annotations

from flask import Blueprint

from addons.automation.web import trial

blueprint = Blueprint("automation", __name__, template_folder="templates")
trial.register(blueprint)
