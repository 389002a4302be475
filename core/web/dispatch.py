"""The WSGI door: one application per set of addons, or the page that says why there is none.

request ─► Dispatcher ─► application of the set that is live now   (the one before serves what it began)
       or ► diagnosis    when the enabled addons did not compose at start

What a database adds of its own changes no application: each unit of work begins with the registry that is live then.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from core.addons.system import System
from core.errors import DeclarationError
from core.settings import Settings
from core.web.app import Application, create_app
from core.web.diagnosis import diagnosis_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = logging.getLogger("banyan.web")


class Dispatcher:
    """Hands each request to the application of the addons that the system has now, which is made when first needed."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._lock = Lock()
        self._registry: object = None
        self._app: Application | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.application()(environ, start_response)

    def application(self) -> Application:
        """The application of the live registry."""
        registry, app = self._registry, self._app
        if app is not None and registry is self._system.registry.code:
            return app
        with self._lock:
            registry = self._system.registry.code
            if self._app is None or self._registry is not registry:
                self._registry, self._app = registry, create_app(self._system)
            return self._app


def wsgi_application(settings: Settings) -> WSGIApplication:
    """What a server serves for these settings. Raises SetupError where they, or the database, are at fault."""
    try:
        dispatcher = Dispatcher(System.open(settings))
        dispatcher.application()  # made now: the first visitor does not wait for it
    except DeclarationError as error:
        _log.error("the enabled addons do not compose: %s", error)
        return behind_proxies(diagnosis_app(error), settings)
    return behind_proxies(dispatcher, settings)


def behind_proxies(application: WSGIApplication, settings: Settings) -> WSGIApplication:
    """Believe what as many proxies say as the settings name: address of the browser, https or not, host."""
    count = settings.proxies
    return ProxyFix(application, x_for=count, x_proto=count, x_host=count) if count else application
