"""Choosing a password by a link, and asking for one: no log-in is needed, and nothing tells who has one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from addons.base.jobs import reset_password
from addons.base.operations.invitations import mail_leaves
from addons.base.operations.links import user_of
from addons.base.operations.log_in import identity_of, note_reset
from addons.base.operations.passwords import LEAST, MOST, set_password
from core import Invalid
from core.errors import TooManyAttempts, UserError
from core.i18n import _, translate
from core.web.auth import begin_session, beside_log_in
from core.web.request import public, reader_language, system, text_of


def register(blueprint: Blueprint) -> None:
    """The addresses of these pages."""
    blueprint.add_url_rule("/forgot-password", "forgotten", forgotten)
    blueprint.add_url_rule("/forgot-password", "ask", ask, methods=["POST"])
    blueprint.add_url_rule("/choose-password/<token>", "choosing", choosing)
    blueprint.add_url_rule("/choose-password/<token>", "choose", choose, methods=["POST"])


@beside_log_in(_("Forgot your password?"))
@public
def forgotten() -> str:
    """The page that asks for the log-in, or says whom to ask where no mail leaves."""
    return _forgotten()


@public
def ask() -> AnyResponse:
    """Send a link, if there is such a user. The answer, and the work that it takes, are the same if there is not."""
    login = request.form.get("login", "").strip()[:254]
    try:
        with system().unit(write=True) as unit:
            env = unit.system_env(reason="a new password is asked for")
            note_reset(env, login, request.remote_addr or "")
            if mail_leaves(env):
                reset_password.later(env, login)
    except UserError as refused:
        page = make_response(_forgotten(login, translate(text_of(refused), reader_language())), refused.status)
        if isinstance(refused, TooManyAttempts):
            page.headers["Retry-After"] = str(refused.retry_after)
        return page
    return make_response(_forgotten(login, asked=True))


def _forgotten(login: str = "", problem: str = "", *, asked: bool = False) -> str:
    with system().unit() as unit:
        by_mail = mail_leaves(unit.system_env(reason="can a letter leave?"))
    return render_template("base/forgotten.html", login=login, problem=problem, asked=asked, by_mail=by_mail)


@public
def choosing(token: str) -> Response:
    """The page to choose a password on. Raises Missing for a link that is no good; opening it uses nothing up."""
    return _page(token)


@public
def choose(token: str) -> AnyResponse:
    """Keep the password, end all other sessions of the user, and log them in here. Raises Missing."""
    password, again = request.form.get("password", ""), request.form.get("again")
    try:
        if again is not None and again != password:
            raise Invalid(fields={"password": [_("is not the same both times")]})
        with system().unit(write=True) as unit:
            env = unit.system_env(reason="a password is chosen by a link")
            user = user_of(env, token, lock=True)
            set_password(user, password)
            env.flush()
            identity = identity_of(env, user.id)
            assert identity is not None, "the link of a user who is not active is no good"
            begin_session(env, identity)
    except Invalid as error:
        reasons = [translate(reason, reader_language()) for found in error.fields.values() for reason in found]
        return _page(token, reasons)
    flash(translate(_("Your password is set, and you are logged in. Everywhere else you have been logged out."),
                    identity.language), "good")  # fmt: skip
    return redirect("/", 303)


def _page(token: str, reasons: list[str] | None = None) -> Response:
    with system().unit() as unit:
        user = user_of(unit.system_env(reason="whose link is this?"), token)
        name, login = user.name, user.login
    html = render_template(
        "base/choose.html", name=name, login=login, token=token, least=LEAST, most=MOST, reasons=reasons or []
    )
    return make_response(html, 422 if reasons else 200)
