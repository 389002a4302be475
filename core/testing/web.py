"""A browser's place in tests: Flask's test client, logged in as somebody, with the token that writes need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import session
from flask_wtf.csrf import generate_csrf

from core.web.app import Application, create_app
from core.web.request import SESSION_KEY, SESSION_STAMP, SESSION_USER
from core.web.security import cookie_name

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from core.addons.system import System
    from core.orm.identity import Identity

TOKEN_HEADER = "HTTP_X_CSRF_TOKEN"

_spare: dict[int, list[Application]] = {}
"""Applications that no test uses at the moment, by the id of their registry, which they keep alive: making one takes
longer than most tests."""


class SignIn:
    """`client(identity)` gives a client whose session is that user's; `client()` one that has not logged in.

    Both send a valid CSRF token with every request, as the scripts of the pages do; a test of forged writes
    takes it away: `del browser.environ_base[TOKEN_HEADER]`.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._app: Application | None = None
        self._own = False

    @property
    def app(self) -> Application:
        """The application that the clients ask, made for the registry that is live at the first use. A test that asks
        for it may change it, so it is this test's alone."""
        self._own = True
        return self._application()

    def _application(self) -> Application:
        if self._app is None:
            spare = [] if self._own else _spare.get(id(self._system.registry.code), [])
            self._app = _serving(spare.pop(), self._system) if spare else create_app(self._system)
        return self._app

    def close(self) -> None:
        """Leave the application to later tests."""
        if self._app is not None and not self._own:
            _spare.setdefault(id(self._app.registry), []).append(self._app)

    def __call__(self, who: Identity | None = None) -> FlaskClient:
        app = self._application()
        with app.test_request_context():
            token = generate_csrf()
            kept = dict(session)
        client = app.test_client()
        with client.session_transaction() as own:
            own.update(kept)
            if who is not None:
                own.update(self.session_of(who))
        client.environ_base[TOKEN_HEADER] = token
        return client

    def session_of(self, who: Identity) -> dict[str, object]:
        """What a browser keeps in which somebody has just logged in."""
        with self._system.unit(write=True) as unit:
            env = unit.system_env(reason="log in")
            key = env.hooks.session_began(env=env, user_id=who.user_id, address="203.0.113.7", browser="Test")
        return {SESSION_USER: who.user_id, SESSION_STAMP: who.session_stamp, SESSION_KEY: key}


def _serving(app: Application, system: System) -> Application:
    """A spare application, now of another system with the same registry."""
    app.system = system
    app.config.update(SECRET_KEY=system.secret_key, SESSION_COOKIE_NAME=cookie_name(system.secret_key))
    return app
