"""Users: made with their roles and password in one step."""

from __future__ import annotations

from collections.abc import Iterable

from addons.base.models import User
from addons.base.models.user import normal_login
from addons.base.operations.roles import give_roles, topmost_roles
from core import Env, Missing
from core.errors import nearest
from core.i18n import _


def create_user(
    env: Env, login: str, name: str = "", *, roles: Iterable[str] = ("base.user",), password: str = "", email: str = ""
) -> User:
    """A new user of the home company. Without a password they cannot log in by one. `env` is elevated."""
    user = env[User].create(login=normal_login(login), name=name or login, email=email)
    give_roles(user, roles)
    if password:
        user.set_password(password)
    return user


def create_administrator(env: Env, login: str, name: str, password: str) -> User:
    """The first user of a database, who may do all that the enabled addons offer. `env` is elevated."""
    return create_user(env, login, name, roles=topmost_roles(env), password=password)


def user_by_login(env: Env, login: str) -> User:
    """The user with this log-in. Raises Missing with the nearest one; `env` is elevated."""
    found = env[User].search(User.login == normal_login(login), limit=1)
    if found:
        return found[0]
    logins = [row["login"] for row in env[User].values(("login",), limit=1000)]
    hint = nearest(login, logins)
    raise Missing(
        _("There is no user '{login}'; {hint}", login=login, hint=hint)
        if hint
        else _("There is no user '{login}'.", login=login)
    )
