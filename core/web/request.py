"""A request as one unit of work, with the access of whoever sent it.

    CSRF ─► body read ─► unit opens ─► who is it? ─► view ─► status < 400: commit ─► response leaves
                         (write for POST,                    else, or any exception: all is rolled back
                          PUT, PATCH, DELETE)

The whole body is read before the unit opens: on SQLite a unit that writes keeps other writers waiting, and a
slow upload must not. The commit comes before the response, so a "saved" that a person sees is saved.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, Response, current_app, g, has_request_context, request, session

from core.errors import AccessDenied, Busy, UserError
from core.formats import formats_for
from core.i18n import LANGUAGES, _
from core.orm.repeat import is_repeatable, repeatable
from core.web.trace import request_id
from core.web.workplace import at_work

if TYPE_CHECKING:
    from core.addons.system import System
    from core.hooks import OpenSession
    from core.orm.identity import Identity
    from core.orm.unit import UnitOfWork
    from core.web.app import Application

V = TypeVar("V", bound=Callable[..., Any])

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SESSION_USER, SESSION_STAMP, SESSION_KEY = "user", "stamp", "key"
NOTED_EVERY = timedelta(minutes=5)
"""That a session is used is noted no more often than this."""
COMPANY_HEADER = "X-Company"
"""Numbers of the companies that a program works in, with commas between; new records belong to the first."""


class LoginNeeded(UserError):
    """Nobody is logged in, the session has ended, or the key is not known.

    ended: somebody was logged in, and is to be told why they are not any more.
    """

    status = 401
    code = "login_needed"

    def __init__(self, message: str, *, ended: bool = False) -> None:
        super().__init__(message)
        self.ended = ended


class _Discard(Exception):
    """Carries a response of an error out of the unit, so that the unit rolls back."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def public(view: V) -> V:
    """Mark a view that anybody may ask for; it gets no unit of work, and no `g.env`."""
    setattr(view, "is_public", True)
    return view


def signed(view: V) -> V:
    """Mark a public view that is believed by a signature in its address, so that its writes need no token of a session:
    other programs send them too, as those of mail providers do."""
    setattr(view, "is_open", True)
    return public(view)


def is_open(app: Flask) -> bool:
    """Whether the request is for a view that is marked as `signed`."""
    return bool(getattr(app.view_functions.get(request.endpoint or ""), "is_open", False))


def system() -> System:
    """The system that answers this request."""
    return cast("Application", current_app).system


def dispatch(app: Application, view: Callable[[], Any]) -> Any:
    """Answer the request by calling `view`, in a unit of work unless the view is public."""
    if request.routing_exception is not None or _is_public(app):
        return view()
    key = bearer_key()
    if key is None and SESSION_USER not in session:
        raise LoginNeeded(_("Log in to go on."))
    request.get_data(parse_form_data=True)

    @repeatable
    def answer(unit: UnitOfWork) -> Response:
        identity = _at_work(unit, _speaking(_of_key(unit, key)) if key is not None else _of_session(unit))
        g.unit, g.identity, g.env = unit, identity, unit.env(identity)
        g.formats = formats_for(identity.language, identity.time_zone)
        response = app.make_response(view())
        if response.status_code >= 400:
            raise _Discard(response)
        return response

    write = request.method in WRITES
    try:
        trace = f"request {request_id()}"
        if is_repeatable(app.view_functions.get(request.endpoint or "")):
            return app.system.repeat(answer, write=write, trace=trace)
        with app.system.unit(write=write, trace=trace) as unit:
            response = answer(unit)
    except _Discard as discard:
        return discard.response
    if write:
        _note_use(app.system)
    return response


def _note_use(system: System) -> None:
    """Note that the session is used, now and then: after the commit, so that no record of it is held by the work."""
    found: OpenSession | None = g.get("session")
    if found is None or g.env.now() - found.seen_at < NOTED_EVERY:
        return
    try:
        with system.unit(write=True) as unit:
            env = unit.system_env(reason="a session is used")
            env.hooks.session_used(env=env, session=session.get(SESSION_KEY, ""))
    except Busy:
        return  # others are writing: the next request notes it


def bearer_key() -> str | None:
    """The key of an `Authorization: Bearer` header. A request that has one is its user's, whatever the session says."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def is_api() -> bool:
    """Whether a program asked, which reads JSON rather than pages."""
    return request.path.startswith("/api/")


def text_of(error: Exception) -> str:
    """What the error was raised with, still translatable; `str(error)` is English for good."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else ""


def reader_language() -> str:
    """The language of who is logged in, or the best that the browser asks for."""
    if not has_request_context():
        return "en"
    identity: Identity | None = g.get("identity")
    if identity is not None:
        return identity.language
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def _is_public(app: Application) -> bool:
    view = app.view_functions.get(request.endpoint or "")
    return request.method == "OPTIONS" or getattr(view, "is_public", False)


def _of_key(unit: UnitOfWork, key: str) -> Identity:
    env = unit.system_env(reason="look up an API key")
    identity: Identity | None = env.hooks.identity_of_key(env=env, key=key)
    if identity is None:
        raise LoginNeeded(_("This key is not known, or no longer valid."))
    return identity


def _of_session(unit: UnitOfWork) -> Identity:
    """Who logged in. A session that is not found was revoked; a stamp that differs is of a password before."""
    env = unit.system_env(reason="look up who is logged in")
    found: OpenSession | None = env.hooks.identity_of_session(env=env, session=session.get(SESSION_KEY, ""))
    stamp = session.get(SESSION_STAMP, "")
    if (
        found is None
        or found.identity.user_id != session[SESSION_USER]
        or not hmac.compare_digest(stamp.encode(), found.identity.session_stamp.encode())
    ):
        raise LoginNeeded(_("Your session has ended. Log in again."), ended=True)
    g.session = found
    return found.identity


def _speaking(identity: Identity) -> Identity:
    """The user of a key in the language that the program asks for, if it asks for any that there is."""
    language = request.accept_languages.best_match(list(LANGUAGES)) if request.accept_languages else None
    return identity if language is None else replace(identity, language=language)


def _at_work(unit: UnitOfWork, identity: Identity) -> Identity:
    """The user in the companies that the request, or the person before, has chosen. Raises AccessDenied."""
    text = request.headers.get(COMPANY_HEADER)
    if text is not None:
        numbers = [number.strip() for number in text.split(",")]
        if not all(number.isdecimal() and len(number) < 19 for number in numbers):
            raise AccessDenied(_("You may not work in this company."))
        return identity.working_in(int(number) for number in numbers)
    return identity if bearer_key() is not None else at_work(unit, identity)
