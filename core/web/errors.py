"""Errors as pages, and for programs as problem+json.

A `UserError` is shown with its own text and status. Anything unforeseen becomes "something went wrong" with a
reference; the traceback is logged under it and shown to nobody.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Invalid, TooManyAttempts, UserError
from core.i18n import Text, _, translate
from core.web import again
from core.web.auth import log_in_again, own_path
from core.web.request import LoginNeeded, is_api, reader_language, text_of
from core.web.trace import request_id

_log = logging.getLogger("banyan.web")

TITLES = {
    400: _("This request cannot be read"),
    401: _("Log in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not possible here"),
    409: _("Not possible now"),
    413: _("Too large"),
    422: _("Please check"),
    429: _("Too many attempts"),
    500: _("Something went wrong"),
    503: _("Not available"),
}

TEXTS = {
    400: _("The address or what was sent with it is not complete. Go back, reload the page and try again."),
    404: _("There is no page at this address, or none that you may see."),
    405: _("This address does not answer to that. Go back and use the buttons of the page."),
    413: _("What was sent is larger than this server accepts. Send less at a time."),
}

API_TEXTS = {
    400: _("The request cannot be read."),
    404: _("There is nothing at this address, or nothing that you may see."),
    405: _("This address does not answer to that method; the header Allow names those that it knows."),
}
"""What a program is told instead, which has no page and no buttons."""

KEPT_HEADERS = ("Allow", "Retry-After")

EXPIRED = _("This page was open too long, or its session has ended. Go back, reload it and send it again.")
OTHERS_PAGE = _("This page was opened by somebody else, who is not logged in here any more. Nothing was saved.")


@dataclass(frozen=True)
class Shown:
    """An error as somebody sees it; texts not yet translated. fields: field name → reasons."""

    status: int
    code: str
    text: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    reference: str = ""


def install(app: Flask) -> None:
    """Turn every exception of a request into an answer."""
    app.register_error_handler(Exception, answer)


def answer(error: Exception) -> AnyResponse:
    """The response to an exception. Who is not logged in is led to the log-in page."""
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return error.get_response()
    if isinstance(error, LoginNeeded) and not is_api():
        return _to_log_in(error)
    response = respond(describe(error))
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, HTTPException):
        response.headers.extend((name, value) for name, value in error.get_headers() if name in KEPT_HEADERS)
    return response


def describe(error: Exception) -> Shown:
    """What to show of an error; one that nobody foresaw is logged here."""
    if isinstance(error, UserError):
        fields = error.fields if isinstance(error, Invalid) else {}
        return Shown(error.status, error.code, text_of(error), fields)
    if isinstance(error, CSRFError):
        return Shown(400, "token_refused", OTHERS_PAGE if again.is_of_another() else EXPIRED)
    if isinstance(error, HTTPException):
        status = error.code or 500
        code = (error.name or "error").lower().replace(" ", "_")
        texts = TEXTS | API_TEXTS if is_api() else TEXTS
        text = error.description if isinstance(error.description, Text) else texts.get(status, TEXTS[400])
        return Shown(status, code, text)
    reference = request_id()
    _log.error("%s %s failed, reference %s", request.method, request.path, reference, exc_info=error)
    text = _(
        "Nothing was saved. If it happens again, tell whoever looks after this system, with the reference {reference}.",
        reference=reference,
    )
    return Shown(500, "internal_error", text, reference=reference)


def respond(shown: Shown) -> Response:
    """The answer in the form that the sender reads, in the language of the reader."""
    language = reader_language()
    text = translate(shown.text, language)
    title = translate(TITLES.get(shown.status, TITLES[400 if shown.status < 500 else 500]), language)
    reasons = {name: [translate(reason, language) for reason in found] for name, found in shown.fields.items()}
    if is_api():
        from core.api.problem import problem  # the API is loaded with the first application, not with this module

        return problem(shown.status, shown.code, text, fields=reasons)
    page = render_template("error.html", title=title, text=text, back=_page_before())
    return make_response(page, shown.status)


def _page_before() -> str:
    """The page of ours that led here, or ""."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or before.path in (request.path, "/"):
        return ""
    return own_path(before._replace(scheme="", netloc="").geturl())


def _to_log_in(error: LoginNeeded) -> AnyResponse:
    """To the log-in page, and back to where the person was going; what was typed comes along, and is not written."""
    is_kept = again.possible()
    session.clear()
    if error.ended:
        flash(translate(text_of(error), reader_language()), "info")
    if is_kept:
        return make_response(log_in_again(), 401)
    if request.method != "GET":
        return redirect(url_for("auth.log_in_page"), 303)
    target = request.full_path.rstrip("?")
    return redirect(url_for("auth.log_in_page", next=target if target != "/" else None), 303)
