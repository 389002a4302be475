"""One's own account: what one is called, language, password, keys for programs, and where one is logged in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from addons.base.models import Key, Session, User
from addons.base.operations.invitations import change_own_password
from addons.base.operations.keys import create_key
from addons.base.operations.log_in import identity_of
from addons.base.operations.passwords import LEAST, MOST
from addons.base.operations.sessions import open_of
from core import Env, Invalid, Missing
from core.i18n import LANGUAGES, _, translate
from core.web.auth import begin_session, in_my_menu
from core.web.screens.context import env, formats

OWN = ("name", "phone", "language", "time_zone")
"""What everybody sets for themselves. Not the email: who can change it can be sent a link to a password."""


def register(blueprint: Blueprint) -> None:
    """The addresses of this page."""
    blueprint.add_url_rule("/mine", "mine", mine)
    for name, view in (("", save), ("/password", password), ("/keys", keys), ("/sessions", sessions)):
        blueprint.add_url_rule(f"/mine{name}", f"mine{name.replace('/', '_')}_save", view, methods=["POST"])


@in_my_menu(_("My account"))
def mine() -> str:
    """One's own account."""
    return _page()


def save() -> AnyResponse:
    """Keep what somebody set for themselves."""
    values = {name: request.form[name].strip() for name in OWN if name in request.form}
    try:
        with env().savepoint():
            _me().write(**values)
            env().flush()
    except Invalid as error:
        return make_response(_page(problems=error.fields, typed=values), 422)
    _say(_("Saved."), values.get("language", ""))
    return redirect("/mine", 303)


def password() -> AnyResponse:
    """Change the password, which takes the present one; all other sessions end."""
    form = request.form
    try:
        if "again" in form and form["again"] != form.get("new", ""):
            raise Invalid(fields={"password": [_("is not the same both times")]})
        with env().savepoint():
            change_own_password(env(), form.get("old", ""), form.get("new", ""))
            env().flush()
    except Invalid as error:
        return make_response(_page(problems=error.fields), 422)
    system = g.unit.system_env(reason="a new password begins a new session")
    identity = identity_of(system, env().user_id or 0)
    assert identity is not None, "whoever sent the request is active"
    begin_session(system, identity)
    _say(_("Your password is changed. Everywhere else you have been logged out."))
    return redirect("/mine", 303)


def keys() -> AnyResponse:
    """Make a key, which is shown this once; or revoke one."""
    if number := request.form.get("revoke", ""):
        found = env()[Key].search(Key.user.is_(env().user_id)).filtered(lambda key: str(key.id) == number)
        if not len(found):
            raise Missing(_("This key is revoked already."))
        found.delete()
        _say(_("The key is revoked: it opens nothing any more."))
        return redirect("/mine", 303)
    name = request.form.get("name", "").strip()
    if not name:
        return make_response(_page(problems={"key": [_("say what the key is for")]}), 422)
    made = create_key(_me(), name)
    env().flush()
    return make_response(_page(key=made))


def sessions() -> AnyResponse:
    """End one of one's sessions, or all but this one."""
    number, here = request.form.get("session", ""), _here()
    found = env()[Session].search(Session.user.is_(env().user_id))
    ended = found.filtered(lambda one: str(one.id) == number if number else one.id != here)
    if number and not len(ended):
        raise Missing(_("This session has ended already."))
    ended.delete()
    _say(_("The session is ended.") if number else _("Everywhere else you are logged out."))
    return redirect("/mine", 303)


def _me() -> User:
    """One's own user. Not everybody may change users; what this page lets them set, everybody may of themselves."""
    return env().sudo("a person's own account")[User].get(env().user_id or 0)


def _here() -> int | None:
    return g.session.number if "session" in g else None


def _say(text: str, language: str = "") -> None:
    flash(translate(text, language if language in LANGUAGES else env().language), "good")


def _page(
    problems: Mapping[str, Sequence[str]] | None = None, typed: Mapping[str, Any] | None = None, key: str = ""
) -> str:
    me = _me()
    own: Env = env()
    return render_template(
        "base/mine.html",
        me=me,
        values={name: getattr(me, name) for name in OWN} | dict(typed or {}),
        problems=problems or {},
        key=key,
        keys=own[Key].search(Key.user.is_(own.user_id)),
        sessions=open_of(own, own.user_id or 0),
        here=_here(),
        roles=sorted(own.models.access.roles[name].label for name in me.role_keys if name in own.models.access.roles),
        languages=LANGUAGES,
        zones=sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"),
        least=LEAST,
        most=MOST,
        when=formats().datetime,
    )
