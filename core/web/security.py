"""What protects a session: cookies, tokens against forged writes, and headers.

Sessions live in signed cookies, so that no process keeps state. The key is the database's own, and so is the
cookie's name: two databases served at one host name neither accept nor overwrite one another's cookies.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect

from core.i18n import _
from core.web import again
from core.web.request import WRITES, bearer_key, is_open

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with that, browsers send `Origin: null` with every form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

BODY_LIMIT = 32 * 1024 * 1024
FORM_TEXT_LIMIT = 8 * 1024 * 1024
SESSION_LIFETIME = timedelta(days=7)


class CookieSession(SecureCookieSessionInterface):
    """Flask's signed cookie, with SHA-256, and `Secure` whenever the request came through TLS."""

    salt = "banyan-session"
    digest_method = staticmethod(hashlib.sha256)

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def cookie_name(secret: bytes) -> str:
    """What the cookie of a database's sessions is called, without telling its secret."""
    return f"banyan_{hashlib.sha256(b'cookie name' + secret).hexdigest()[:10]}"


def install(app: Flask, secret: bytes) -> None:
    """Set up cookies, tokens, limits and headers of an application. secret: the database's own."""
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME=cookie_name(secret),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_TEXT_LIMIT,
        MAX_FORM_PARTS=5_000,
        # A form that lay open over lunch is still good: the token is worth no more than the session it is bound to.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        # The token is what counts; a Referer check would fail behind a proxy that does not pass the host on.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = CookieSession()
    csrf = CSRFProtect(app)

    @app.before_request
    def refuse_forged_writes() -> None:
        """A write needs the session's token. A bearer key needs none: no other site can make a browser send it."""
        if request.method not in WRITES or bearer_key() is not None or is_open(app):
            return
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise CSRFError(_("The request comes from another site."))
        try:
            csrf.protect()
        except CSRFError:
            if not again.possible():
                raise
            g.again = True  # nothing is written: the form is shown with what was typed, and a token that is good

    protect_responses(app)


def protect_responses(app: Flask) -> None:
    """Put the headers on everything that the application answers."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Headers of every response. What is not said to be cached is not: after log-out, Back shows nothing."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in response.headers:
        response.cache_control.no_store = True
    return response
