"""What resource does when it is enabled."""

from __future__ import annotations

from addons.base.models import Group, User
from addons.base.operations.roles import give_roles
from core import Env, hookimpl


@hookimpl
def addon_enabled(env: Env, addon: str) -> None:
    """While nobody looks after calendars, administrators of the database do; after that, roles are given by hand."""
    if addon == "resource" and not env[User].count(User.groups.any(Group.key == "resource.manager")):
        for user in env[User].search(User.groups.any(Group.key == "base.administrator")):
            give_roles(user, ["resource.manager"])
