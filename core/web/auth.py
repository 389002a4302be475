"""Logging in and out, and the choice of light or dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from core.errors import TooManyAttempts, UserError
from core.i18n import _, translate
from core.web import again
from core.web.request import (
    SESSION_KEY,
    SESSION_STAMP,
    SESSION_USER,
    public,
    reader_language,
    system,
    text_of,
)

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.identity import Identity

V = TypeVar("V", bound=Callable[..., Any])
blueprint = Blueprint("auth", __name__)

THEMES = ("light", "dark")
_YEAR = 365 * 24 * 3600


def own_path(target: str) -> str:
    """`target` where it is a path of this server, "/" otherwise: a link must not lead people elsewhere after log-in.

    Browsers read `//host`, `/\\host` and both with control characters inside as another host.
    """
    if not target.startswith("/") or "\\" in target or any(ord(mark) < 32 for mark in target):
        return "/"
    parts = urlsplit(target)
    if target.startswith("//") or parts.netloc or parts.path in ("/log-in", "/log-out"):
        return "/"
    return target


def beside_log_in(label: str) -> Callable[[V], V]:
    """Mark a public view without parameters that the log-in page leads to, by this label."""

    def mark(view: V) -> V:
        setattr(view, "beside_log_in", label)
        return view

    return mark


def in_my_menu(label: str) -> Callable[[V], V]:
    """Mark a view without parameters that everybody's own menu leads to, by this label."""

    def mark(view: V) -> V:
        setattr(view, "in_my_menu", label)
        return view

    return mark


def marked(mark: str) -> list[tuple[str, str]]:
    """(address, label) of the views that one of these has marked, by its name."""
    views = current_app.view_functions.items()
    return [(url_for(name), getattr(view, mark)) for name, view in views if hasattr(view, mark)]


def begin_session(env: Env, identity: Identity) -> None:
    """Log somebody in: what the browser kept before is forgotten, so that nobody can have prepared it.

    env: an elevated one that may write. The browser hears of it when the request is answered.
    """
    browser = request.user_agent.string[:400]
    key = env.hooks.session_began(
        env=env, user_id=identity.user_id, address=(request.remote_addr or "")[:64], browser=browser
    )
    session.clear()
    session[SESSION_USER], session[SESSION_STAMP], session[SESSION_KEY] = identity.user_id, identity.session_stamp, key
    g.identity = identity


@blueprint.get("/log-in")
@public
def log_in_page() -> str | AnyResponse:
    """The page that asks who one is; who is logged in goes on to where they were going."""
    if SESSION_USER in session:
        return redirect(own_path(request.args.get("next", "/")), 303)
    return _page(next_path=own_path(request.args.get("next", "/")))


@blueprint.post("/log-in")
@public
def log_in() -> str | AnyResponse:
    """Check log-in and password, and write down the outcome in a unit of its own, committed either way.

    The answer to a wrong password and to an unknown log-in is the same.
    """
    login = request.form.get("login", "").strip()
    next_path = own_path(request.form.get("next", "/"))
    try:
        with system().unit() as unit:
            env = unit.system_env(reason="log in")
            verdict = env.hooks.authenticate(
                env=env, login=login, password=request.form.get("password", ""), address=request.remote_addr or ""
            )
        with system().unit(write=True) as unit:
            env = unit.system_env(reason="log in")
            identity = verdict(env) if verdict is not None else None
            if identity is not None:
                begin_session(env, identity)
    except UserError as refused:
        text = translate(text_of(refused), reader_language())
        response = make_response(_page(login, next_path, text, request.form.get(again.KEPT, "")), refused.status)
        if isinstance(refused, TooManyAttempts):
            response.headers["Retry-After"] = str(refused.retry_after)
        return response
    if identity is None:
        text = translate(_("Log-in or password is not right."), reader_language())
        return make_response(_page(login, next_path, text, request.form.get(again.KEPT, "")), 422)
    if kept := request.form.get(again.KEPT):
        return _given_back(again.opened(kept, identity.user_id))
    return redirect(next_path, 303)


def _given_back(typed: again.Typed | None) -> str | AnyResponse:
    """What was typed before the log-in, to go on with; None was somebody else's."""
    if typed is None:
        flash(translate(again.OF_ANOTHER, reader_language()), "warn")
        return redirect("/", 303)
    return render_template("again.html", typed=typed)


@blueprint.post("/log-out")
@public
def log_out() -> AnyResponse:
    """End the session, here and in the database."""
    if key := session.get(SESSION_KEY):
        with system().unit(write=True) as unit:
            env = unit.system_env(reason="log out")
            env.hooks.session_ended(env=env, session=key)
    session.clear()
    return redirect("/log-in", 303)


@blueprint.post("/theme")
@public
def choose_theme() -> AnyResponse:
    """Keep light or dark in a cookie that scripts may write too; anything else returns to what the system prefers."""
    response: Response = make_response(redirect(own_path(request.form.get("next", "/")), 303))
    theme = request.form.get("theme", "")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=_YEAR, samesite="Lax", secure=request.is_secure)
    else:
        response.delete_cookie("theme", samesite="Lax", secure=request.is_secure)
    return response


def log_in_again() -> str:
    """The log-in page that carries along what was typed, sealed, for who typed it."""
    place = (request.view_args or {}).get("identity", "new")
    asked = f"?{request.query_string.decode()}" if request.query_string else ""
    return _page(kept=again.sealed(own_path(f"/records/{(request.view_args or {})['model']}/{place}{asked}")))


def _page(login: str = "", next_path: str = "/", problem: str = "", kept: str = "") -> str:
    ways = marked("beside_log_in")
    return render_template("login.html", login=login, next_path=next_path, problem=problem, kept=kept, ways=ways)
