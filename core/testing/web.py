"""A browser's place in tests: Flask's test client, logged in as somebody, with the token that writes need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import session
from flask_wtf.csrf import generate_csrf

from core.web.app import Application, create_app
from core.web.request import SESSION_STAMP, SESSION_USER

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
                own[SESSION_USER], own[SESSION_STAMP] = who.user_id, who.session_stamp
        client.environ_base[TOKEN_HEADER] = token
        return client
