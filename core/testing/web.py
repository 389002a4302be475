"""A browser's place in tests: Flask's test client, logged in as somebody, with the token that writes need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import session
from flask_wtf.csrf import generate_csrf

from core.web.app import Application, create_app
from core.web.request import SESSION_KEY, SESSION_STAMP, SESSION_USER

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from core.addons.system import System
    from core.orm.identity import Identity

TOKEN_HEADER = "HTTP_X_CSRF_TOKEN"


class SignIn:
    """`client(identity)` gives a client whose session is that user's; `client()` one that has not logged in.

    Both send a valid CSRF token with every request, as the scripts of the pages do; a test of forged writes
    takes it away: `del browser.environ_base[TOKEN_HEADER]`.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._app: Application | None = None

    @property
    def app(self) -> Application:
        """The application that the clients ask, made for the registry that is live at the first use."""
        if self._app is None:
            self._app = create_app(self._system)
        return self._app

    def __call__(self, who: Identity | None = None) -> FlaskClient:
        with self.app.test_request_context():
            token = generate_csrf()
            kept = dict(session)
        client = self.app.test_client()
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
