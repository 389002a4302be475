"""Users, for administrators: inviting them, their roles by area, where they are logged in, and what they may do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from addons.base.models import Session, User
from addons.base.models.link import INVITATION, RESET
from addons.base.models.user import normal_login
from addons.base.operations.invitations import check_administrator, mail_leaves, offer_link
from addons.base.operations.ladders import Ladder, choose_roles, ladders
from addons.base.operations.links import open_link_of
from addons.base.operations.sessions import open_of
from addons.base.web.access import area_labels
from addons.base.web.rights import Rights, Told, words
from core import Env, Invalid, Missing
from core.i18n import LANGUAGES, _, translate
from core.web.screens.context import env, formats

FIRST_ROLE = "base.user"


@dataclass
class Typed:
    """What an administrator types of a new user. problems: input → reasons."""

    name: str = ""
    email: str = ""
    login: str = ""
    language: str = "en"
    steps: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)
    message: str = ""


def register(blueprint: Blueprint) -> None:
    """The addresses of these pages."""
    blueprint.add_url_rule("/users/invite", "invite", inviting)
    blueprint.add_url_rule("/users/invite", "make_user", invite, methods=["POST"])
    blueprint.add_url_rule("/users/<int:identity>/access", "user_access", user_access)
    blueprint.add_url_rule("/users/<int:identity>/roles", "give_roles", give, methods=["POST"])
    blueprint.add_url_rule("/users/<int:identity>/link", "user_link", link, methods=["POST"])
    blueprint.add_url_rule("/users/<int:identity>/sessions", "user_sessions", end_sessions, methods=["POST"])


def inviting() -> str:
    """The page to invite somebody on. Raises AccessDenied."""
    check_administrator(env())
    return _invite_page(Typed(language=env().language, steps=_first_steps()))


def invite() -> AnyResponse:
    """Make a user with roles and without a password, and a link to choose one. Raises AccessDenied."""
    check_administrator(env())
    form = request.form
    email = form.get("email", "").strip()
    typed = Typed(
        form.get("name", "").strip(), email, normal_login(form.get("login", "") or email),
        form.get("language", env().language), {ladder.name: form.get(ladder.name, "") for ladder in ladders(env())},
    )  # fmt: skip
    try:
        with env().savepoint():
            user = env()[User].create(name=typed.name, email=email, login=typed.login, language=typed.language)
            choose_roles(user, typed.steps)
            env().flush()
    except Invalid as error:
        typed.problems = {name: list(reasons) for name, reasons in error.fields.items()}
        typed.message = "" if typed.problems else error.args[0]
        return make_response(_invite_page(typed), 422)
    return make_response(_page(user.id, _offered(user, INVITATION)))


def user_access(identity: int) -> str:
    """Log-in, roles, sessions and rights of a user. Raises AccessDenied or Missing."""
    return _page(identity)


def give(identity: int) -> AnyResponse:
    """Give the chosen roles, and take the others. Raises AccessDenied or Missing; says why where it is refused."""
    user = _user(identity)
    steps = {ladder.name: request.form[ladder.name] for ladder in ladders(env()) if ladder.name in request.form}
    try:
        with env().savepoint():
            choose_roles(user, steps)
            env().flush()
    except Invalid as error:
        reasons = [reason for found in error.fields.values() for reason in found] or [error.args[0]]
        return make_response(_page(identity, problems=reasons, steps=steps), 422)
    flash(translate(_("The roles of {name} are saved.", name=user.name), env().language), "good")
    return redirect(f"/users/{identity}/access", 303)


def link(identity: int) -> str:
    """Make a link to a password: it goes by mail, or is shown this once. Raises AccessDenied or Missing."""
    user = _user(identity)
    return _page(identity, _offered(user, RESET if user.has_password else INVITATION))


def end_sessions(identity: int) -> AnyResponse:
    """End one session of a user, or all. Raises AccessDenied or Missing."""
    user = _user(identity)
    number = request.form.get("session", "")
    found = env()[Session].search(Session.user.is_(user))
    ended = found.filtered(lambda session: str(session.id) == number) if number else found
    if number and not len(ended):
        raise Missing(_("This session has ended already."))
    ended.delete()
    text = _("The session is ended.") if number else _("{name} is logged out everywhere.", name=user.name)
    flash(translate(text, env().language), "good")
    return redirect(f"/users/{identity}/access", 303)


def _user(identity: int) -> User:
    """The user, for an administrator. Raises AccessDenied or Missing."""
    check_administrator(env())
    user = env()[User].get(identity)
    user.row_version  # noqa: B018  # one who is not there is Missing here, and not half-way through a page
    return user


def _offered(user: User, kind: str) -> Mapping[str, Any]:
    """What came of making a link: the whole link where it is to be passed on by hand."""
    path = offer_link(user, kind)
    env().flush()
    return {"link": request.host_url.rstrip("/") + path if path else "", "sent": not path, "kind": kind}


def _first_steps() -> dict[str, str]:
    return {ladder.name: ladder.step([FIRST_ROLE]) for ladder in ladders(env())}


def _invite_page(typed: Typed) -> str:
    g.menu = "settings.invite"
    return render_template(
        "base/invite.html",
        typed=typed,
        languages=LANGUAGES,
        ladders=_shown(ladders(env()), typed.steps, frozenset()),
        by_mail=mail_leaves(env()),
    )


@dataclass(frozen=True)
class Choice:
    """A ladder with the chosen step. area: its label. brought: the label of a step that other roles bring along."""

    ladder: Ladder
    area: str
    chosen: str
    brought: str = ""


def _shown(found: list[Ladder], steps: Mapping[str, str], roles: frozenset[str]) -> list[Choice]:
    areas, several = area_labels(env()), Counter(ladder.area for ladder in found)
    shown = []
    for ladder in found:
        more = [role.key for role in ladder.steps]
        chosen, comes = steps.get(ladder.name, ""), ladder.step(roles)
        chosen = chosen if chosen in more else ""
        higher = comes and (not chosen or more.index(comes) > more.index(chosen))
        label = next((role.label for role in ladder.steps if role.key == comes), "") if higher else ""
        area = areas[ladder.area]
        if len(ladder.steps) == 1 and several[ladder.area] > 1:
            area = f"{translate(area, env().language)}: {translate(ladder.steps[0].label, env().language)}"
        shown.append(Choice(ladder, area, chosen, label))
    return shown


def _page(
    identity: int,
    offered: Mapping[str, Any] | None = None,
    problems: list[str] | None = None,
    steps: Mapping[str, str] | None = None,
) -> str:
    user = _user(identity)
    g.menu = "settings.users"
    given = {group.key for group in user.groups}
    roles = env().models.access.closure(given)
    all_ladders = ladders(env())
    open_link = open_link_of(env(), identity)
    return render_template(
        "base/user_access.html",
        user=user,
        offered=offered,
        problems=problems or [],
        link=open_link,
        by_mail=bool(user.email) and mail_leaves(env()),
        sessions=open_of(env(), identity),
        here=g.session.number if "session" in g else None,
        ladders=_shown(all_ladders, steps or {one.name: one.step(given) for one in all_ladders}, roles),
        rights=_rights(env(), user, roles),
        words=lambda actions: words(actions, env().language),
        when=formats().datetime,
    )


def _rights(reader: Env, user: User, roles: frozenset[str]) -> list[Rights]:
    """What a user may do, model by model; nothing for one who is not active."""
    system = reader.sudo("what a user may do")
    identity = system.hooks.identity_of(env=system, user_id=user.id)
    if identity is None:
        return []
    told = Told(reader, reader.as_user(identity), formats())
    found = [told.rights(name, roles) for name in reader.models]
    return sorted((one for one in found if one.all or one.some), key=lambda one: one.label.casefold())
