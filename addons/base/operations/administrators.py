"""Somebody must be able to decide about users: the last administrator stays one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import Invalid
from core.i18n import _
from core.orm.filter import Condition

if TYPE_CHECKING:
    from addons.base.models.user import User

ADMINISTRATOR = "base.administrator"
GROUPS = "res.groups"
NOBODY_LEFT = _("Nobody would be left who may decide about users. Make somebody else an administrator first.")
LOOKED_BACK = 20
"""So many changes of a user are looked at for whether they were an administrator."""


def refuse_without_administrator(user: User) -> None:
    """Raises Invalid where a change of `user` took the last administrator away. For elevated code.

    A database that has had none yet, while it is set up, may go on without. Those who change administrators at the
    same time wait for one another, or each would count on the one that the other takes away.
    """
    if _is_one(user):
        return
    roles = user.env[GROUPS].search(Condition(GROUPS, ("key",), "=", ADMINISTRATOR))
    if not len(roles) or not _was_one(user):
        return
    roles.lock()
    if not _others(user):
        raise Invalid(fields={"groups": [NOBODY_LEFT]})


def is_last_administrator(user: User) -> bool:
    """Whether nobody but this user may decide about users."""
    env = user.env.sudo("is there another administrator?")
    known: User = env["res.users"].get(user.id)
    return _is_one(known) and not _others(known)


def _is_one(user: User) -> bool:
    return bool(user.active) and ADMINISTRATOR in user.env.models.access.closure(group.key for group in user.groups)


def _was_one(user: User) -> bool:
    administering = [
        key for key in user.env.models.access.roles if ADMINISTRATOR in user.env.models.access.closure([key])
    ]
    ids = set(user.env[GROUPS].search(Condition(GROUPS, ("key",), "in", tuple(administering))).ids)
    has_role = not ids.isdisjoint(user.groups.ids)
    for change in user.history(LOOKED_BACK):
        before, _after = change.changes.get("groups", ((), ()))
        was_active, _after = change.changes.get("active", (False, False))
        if not ids.isdisjoint(before or ()) or (was_active and has_role):
            return True
    return False


def _others(user: User) -> bool:
    access = user.env.models.access
    keys = tuple(key for key in access.roles if ADMINISTRATOR in access.closure([key]))
    has = Condition("res.users", ("groups", "key"), "in", keys)
    active = Condition("res.users", ("active",), "=", True)
    return bool(user.env["res.users"].count(has, active, Condition("res.users", ("id",), "!=", user.id)))
