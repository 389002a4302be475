"""Roles as people choose them: in each area one step of a ladder, where each step brings those below along.

    crm:  none · Salesperson · Sales manager · CRM administrator
    base: none · Internal user · Contacts · Administrator

Roles of an area that do not imply one another stand on ladders of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from addons.base.models import Group, User
from core import Env, Invalid, Role
from core.i18n import _


@dataclass(frozen=True)
class Ladder:
    """Roles of an area, the lowest first. name: of its input. area: the addon that declares them."""

    name: str
    area: str
    steps: tuple[Role, ...]

    def step(self, keys: Iterable[str]) -> str:
        """The key of the highest step among these roles; empty where none is."""
        given = set(keys)
        return next((role.key for role in reversed(self.steps) if role.key in given), "")


def ladders(env: Env) -> list[Ladder]:
    """The ladders of all declared roles, by area."""
    areas: dict[str, list[Role]] = {}
    for role in env.models.access.roles.values():
        areas.setdefault(role.key.partition(".")[0], []).append(role)
    found: list[Ladder] = []
    for area, roles in areas.items():
        below = {role.key: env.models.access.closure([role.key]) for role in roles}
        left = sorted(roles, key=lambda role: (-len(below[role.key] & below.keys()), role.key))
        while left:
            steps = [left[0]]
            for role in left[1:]:
                if role.key in below[steps[-1].key]:
                    steps.append(role)
            left = [role for role in left if role not in steps]
            found.append(Ladder(steps[-1].key, area, tuple(reversed(steps))))
    return found


def choose_roles(user: User, chosen: Mapping[str, str]) -> None:
    """Give a user the chosen step of each ladder, by its name; a ladder that is not named stays as it is.

    A role of an addon that is not enabled stays. The doors decide whether the environment of `user` may.
    Raises Invalid for a step that is none of its ladder, and AccessDenied.
    """
    env = user.env
    given = {group.key for group in user.groups}
    wanted = {key for key in given if key not in env.models.access.roles}
    for ladder in ladders(env):
        step = chosen.get(ladder.name, ladder.step(given))
        if step and step not in [role.key for role in ladder.steps]:
            raise Invalid(_("“{step}” is none of the roles that can be chosen here.", step=step))
        wanted |= {step} if step else set()
    if wanted != given:
        user.write(groups=env[Group].search(Group.key.in_(sorted(wanted))))
