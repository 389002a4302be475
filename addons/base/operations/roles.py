"""Roles: from what the addons declare to records that users are given."""

from __future__ import annotations

from collections.abc import Iterable

from addons.base.models import Group, User
from core import Env, Invalid
from core.errors import hinted, nearest
from core.i18n import _


def sync_roles(env: Env) -> None:
    """Let there be a record for each role that an enabled addon declares, with the declared words."""
    known = {group.key: group for group in env[Group].search()}
    declared = env.models.access.roles
    env[Group].create_many(
        [{"key": key, "name": role.label, "help": role.help} for key, role in declared.items() if key not in known]
    )
    for key, role in declared.items():
        group = known.get(key)
        if group is not None and (group.name, group.help) != (role.label, role.help):
            group.write(name=role.label, help=role.help)


def give_roles(user: User, keys: Iterable[str]) -> None:
    """Add roles to those that the user has. Raises Invalid, with the nearest right one, where a key is unknown."""
    wanted = list(keys)
    found = {group.key: group for group in user.env[Group].search(Group.key.in_(wanted))}
    for key in wanted:
        if key not in found:
            hint = nearest(key, user.env.models.access.roles)
            raise Invalid(hinted(_("There is no role '{key}'", key=key), hint))
    user.write(groups=[*user.groups, *found.values()])
