"""The screens of the shell that serve every model: home, list, form, and finding a related record."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The blueprints of all screens."""
    from core.web.screens import deeds, form, go, home, list, relation  # templates and forms load with the application

    return [home.blueprint, list.blueprint, form.blueprint, deeds.blueprint, go.blueprint, relation.blueprint]
