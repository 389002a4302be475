"""The Flask application of one registry: pages, screens, API, and what protects them.

Flask refuses set-up after its first request, so a changed set of addons gets an application of its own;
`core.web.dispatch` chooses among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, g

from core.addons.load import located, sections
from core.errors import DeclarationError
from core.views import views_of
from core.web import accent, assets, auth, errors, health, request, security, templating, trace
from core.web.screens.page import SCREENS

if TYPE_CHECKING:
    from core.addons.registry import Registry
    from core.addons.system import System
    from core.web.screens.page import Screen


class Application(Flask):
    """Answers for one system with the registry that it had when the application was made."""

    def __init__(self, system: System) -> None:
        super().__init__("core.web", static_folder=None)
        self.system = system
        self.registry = system.registry.code

    def dispatch_request(self) -> Any:
        """Every view runs in a unit of work of its own; `core.web.request` says how."""
        return request.dispatch(self, super().dispatch_request)


def addon_blueprints(registry: Registry) -> Iterator[Blueprint]:
    """The pages that addons have of their own: the `blueprint` of their `web`. Raises DeclarationError."""
    for section in sections(registry.manifests):
        if not section.has("web"):
            continue
        with located(section.addon, section.folder):
            found = getattr(section.module("web"), "blueprint", None)
            if not isinstance(found, Blueprint):
                raise DeclarationError("web/__init__.py has no `blueprint`", hint="blueprint = Blueprint(…)")
        yield found


def addon_screens(registry: Registry) -> dict[str, Screen]:
    """Kind of view → its screen, of the kinds that addons declare: `screens` of their `web`."""
    found: dict[str, Screen] = {}
    for section in sections(registry.manifests):
        if section.has("web"):
            with located(section.addon, section.folder):
                found.update(getattr(section.module("web"), "screens", {}))
    return found


def all_screens(registry: Registry) -> dict[str, Screen]:
    """The screens of all kinds of view. Raises DeclarationError for a kind that has none."""
    from core.web.screens import built_in_screens

    found = {**built_in_screens(), **addon_screens(registry)}
    for kind in views_of(registry.models).kinds.values():
        if kind.place and kind.kind not in found:
            raise DeclarationError(
                f"nothing shows views of the kind '{kind.kind}'",
                hint=f'its addon says what does in web/__init__.py: screens = {{"{kind.kind}": …}}',
            )
    return found


def create_app(system: System) -> Application:
    """The application of the system's present registry."""
    from core.api import api_blueprint
    from core.web.screens import blueprints
    from core.web.screens.company import companies
    from core.web.screens.menu import navigation

    app = Application(system)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask types it as the base provider
    trace.install(app, system.settings.proxies)
    security.install(app, system.secret_key)
    assets.install(app)
    templating.install(app)
    errors.install(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(auth.blueprint)
    app.register_blueprint(accent.blueprint)
    app.register_blueprint(api_blueprint())
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    for blueprint in addon_blueprints(system.registry):
        app.register_blueprint(blueprint)
    app.extensions[SCREENS] = all_screens(system.registry)
    app.jinja_env.globals["companies"] = companies
    app.jinja_env.globals["navigation"] = lambda: navigation(g.env, g.get("menu", ""))
    return app
