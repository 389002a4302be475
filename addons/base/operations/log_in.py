"""Log-in: who a log-in and a password, a session or a key belong to.

Failures are counted in the database for a while, by log-in and by address, so that many web processes agree
and a restart forgets nothing. Attempts that are written down at the very same time do not see one another; there are
at most as many of those as there are web workers, which is no way to guess a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any

from addons.base.models import Key, LoginAttempt, User
from addons.base.models.attempt import LOG_IN, RESET
from addons.base.models.user import normal_login
from addons.base.operations.keys import is_key, prefix_of
from addons.base.operations.passwords import is_password, renewed
from core import Env, Identity
from core.errors import TooManyAttempts
from core.hooks import Verdict
from core.i18n import _

WINDOW = timedelta(minutes=15)
FAILURES_OF_A_LOGIN = 5
FAILURES_OF_AN_ADDRESS = 20
"""An office shares one address: its people together may mistype more often than one of them."""

TOO_MANY = {
    LOG_IN: _("Too many failed log-ins. Try again in {minutes} minutes."),
    RESET: _("A new password was asked for too often. Try again in {minutes} minutes."),
}
IDENTITY = (
    "login", "name", "role_keys", "company", "company_numbers", "company_branches", "language", "time_zone",
    "session_stamp", "company.colour",
)  # fmt: skip


def authenticate(env: Env, login: str, password: str, address: str) -> Verdict:
    """Check a log-in and its password, which takes long and needs no right to write.

    What comes back writes down that it was right or wrong, and says whose they are; None leaves open which of the
    two is wrong, or whether there is such a user. Both raise TooManyAttempts after a few failures of the log-in or
    the address within a quarter of an hour.
    """
    login, address = normal_login(login), address[:64]
    _refuse_too_many(env, login, address)
    stored = str(_row(env, login).get("password_hash", ""))
    right = is_password(stored, password)
    better = renewed(stored, password) if right else ""

    def settle(env: Env) -> Identity | None:
        # Others may have failed while this one was checked: of many guesses at once only as many are answered.
        _refuse_too_many(env, login, address)
        row = _row(env, login)
        if not (right and row.get("active") and row["password_hash"] == stored):
            env[LoginAttempt].create(login=login, address=address, at=env.now())
            env[LoginAttempt].search(LoginAttempt.at < env.now() - WINDOW, limit=100).delete()
            return None
        env[LoginAttempt].search(LoginAttempt.login == login, LoginAttempt.kind == LOG_IN).delete()
        if better:
            env[User].get(row["id"]).password_hash = better
        return identity_from(row["id"], row)

    return settle


def _row(env: Env, login: str) -> Mapping[str, Any]:
    """What is known of the user with a log-in; nothing where there is none."""
    found = env[User].values(("id", "password_hash", "active", *IDENTITY), User.login == login, limit=1)
    return found[0] if found else {}


def identity_of(env: Env, user_id: int) -> Identity | None:
    """Who the user is now; None where there is no such user, or they are not active any more."""
    found = env[User].values(("active", *IDENTITY), User.is_(user_id), limit=1)
    return identity_from(user_id, found[0]) if found and found[0]["active"] else None


def identity_of_key(env: Env, key: str) -> Identity | None:
    """Whose key this is; None where it is unknown, has expired, or its user is not active any more."""
    prefix = prefix_of(key)
    if not prefix:
        return None
    names = ("hash", "expires_on", "user", "user.active", *(f"user.{name}" for name in IDENTITY))
    found = env[Key].values(names, Key.prefix == prefix, limit=1)
    # Compared even where nothing was found, so that how long it takes tells nothing about which keys exist.
    right = is_key(found[0]["hash"] if found else "", key)
    if not right or not found[0]["user.active"]:
        return None
    last = found[0]["expires_on"]
    if last is not None and last < env.now().date():
        return None
    return identity_from(found[0]["user"], {name: found[0][f"user.{name}"] for name in IDENTITY})


def note_reset(env: Env, login: str, address: str) -> None:
    """Note that somebody asks for a new password. Raises TooManyAttempts as log-ins do, whoever the log-in is."""
    login, address = normal_login(login), address[:64]
    _refuse_too_many(env, login, address, RESET)
    env[LoginAttempt].create(kind=RESET, login=login, address=address, at=env.now())
    env[LoginAttempt].search(LoginAttempt.at < env.now() - WINDOW, limit=100).delete()


def _refuse_too_many(env: Env, login: str, address: str, kind: str = LOG_IN) -> None:
    since = env.now() - WINDOW
    same = LoginAttempt.login == login
    if address:
        same = same | (LoginAttempt.address == address)
    rows = env[LoginAttempt].values(
        ("login", "address", "at"),
        same & (LoginAttempt.kind == kind) & (LoginAttempt.at > since),
        order=("-at",),
        limit=4 * FAILURES_OF_AN_ADDRESS,
    )
    of_login = [row["at"] for row in rows if row["login"] == login]
    of_address = [row["at"] for row in rows if address and row["address"] == address]
    for times, most in ((of_login, FAILURES_OF_A_LOGIN), (of_address, FAILURES_OF_AN_ADDRESS)):
        if len(times) >= most:
            seconds = ceil((times[most - 1] + WINDOW - env.now()).total_seconds())
            minutes = max(1, ceil(seconds / 60))
            raise TooManyAttempts(
                _(TOO_MANY[kind], minutes=minutes),
                retry_after=max(1, seconds),
            )


def identity_from(user_id: int, row: Mapping[str, Any]) -> Identity:
    """Who a user is, from the values of `IDENTITY`."""
    return Identity(
        user_id=user_id,
        login=row["login"],
        name=row["name"],
        roles=frozenset(row["role_keys"] or ()),
        company_id=row["company"],
        company_ids=tuple(row["company_numbers"] or ()),
        allowed_ids=tuple(row["company_numbers"] or ()),
        branches=tuple((branch, above) for branch, above in row["company_branches"] or ()),
        language=row["language"],
        time_zone=row["time_zone"],
        session_stamp=row["session_stamp"],
        colour=row["company.colour"] or "",
    )
