"""Who may do what: the roles of each area beside the records of that area, and who has them."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from addons.base.models import User
from addons.base.operations.invitations import check_administrator
from addons.base.operations.ladders import ladders
from addons.base.web.rights import Rights, Told, words
from core import Env, Identity, Role
from core.i18n import _, translate
from core.orm.access.declare import ACTIONS
from core.web.request import system
from core.web.screens.context import env, formats

SOMEBODY = 0
"""Stands in the filters of a role for whoever has it."""


def register(blueprint: Blueprint) -> None:
    """The address of this page."""
    blueprint.add_url_rule("/access", "access", matrix)


def matrix() -> str:
    """One area: its roles, and what each lets people do. Raises AccessDenied."""
    check_administrator(env())
    g.menu = "settings.access"
    areas = area_labels(env())
    area = request.args.get("area", "")
    area = area if area in areas else "crm" if "crm" in areas else next(iter(areas))
    roles = [role for ladder in ladders(env()) if ladder.area == area for role in ladder.steps]
    told = somebody(env(), roles)
    table = env().models.access
    own = {role.key for role in roles}
    models = [
        name
        for name in env().models
        if any(grant.role.key in own for action in ACTIONS for grant in table.granted(action, name))
    ]
    rows: list[tuple[str, list[Rights]]] = []
    for name in models:
        row = [told.rights(name, table.closure([role.key])) for role in roles]
        rows.append((row[0].label, row))
    rows.sort(key=lambda row: row[0].casefold())
    return render_template(
        "base/access.html",
        areas=areas,
        area=area,
        roles=roles,
        rows=rows,
        brought={role.key: _brought(role) for role in roles},
        people=_people(roles),
        words=lambda actions: words(actions, env().language),
    )


def area_labels(env: Env) -> dict[str, str]:
    """Addon that declares roles → what it is called."""
    labels = {manifest.name: manifest.label for manifest in system().registry.manifests}
    return {ladder.area: labels.get(ladder.area, ladder.area) for ladder in ladders(env)}


def somebody(env: Env, roles: list[Role]) -> Told:
    """How the filters of these roles are told of nobody in particular."""
    keys = frozenset(role.key for role in roles)
    identity = Identity(SOMEBODY, "", roles=keys, company_id=SOMEBODY, company_ids=(SOMEBODY,))
    known = {
        ("res.users", SOMEBODY): translate(_("oneself"), env.language),
        ("res.company", SOMEBODY): translate(_("a company that one works in"), env.language),
    }
    return Told(env, env.as_user(identity), formats(), known)


def _brought(role: Role) -> list[str]:
    return [one.label for one in role.implies]


def _people(roles: list[Role]) -> dict[str, list[User]]:
    """Role → active users who have it, given or brought along by another. One statement for all."""
    table = env().models.access
    found: dict[str, list[User]] = {role.key: [] for role in roles}
    for user in env()[User].search():
        for key in table.closure(group.key for group in user.groups) & found.keys():
            found[key].append(user)
    return found
