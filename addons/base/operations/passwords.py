"""Passwords: kept as Argon2 hashes, never in a form that gives them back."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core import Invalid
from core.i18n import _
from core.orm.filter import Condition

if TYPE_CHECKING:
    from addons.base.models.user import User

LEAST = 8
MOST = 1000
"""Characters that a password may have; the upper bound keeps a request from costing much."""

_hasher = PasswordHasher()


def _nobody() -> str:
    """A hash that no password has and that takes as long to check as any other."""

    def text(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")

    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${text(_hasher.salt_len)}${text(_hasher.hash_len)}"


NOBODY = _nobody()


def set_password(user: User, password: str) -> None:
    """Give a user a new password; the sessions and links that are open end. Raises Invalid where it is too short.

    The environment of `user` must be an elevated one: nobody else may write a password's hash.
    """
    if not LEAST <= len(password) <= MOST:
        raise Invalid(fields={"password": [_("must have {least} to {most} characters", least=LEAST, most=MOST)]})
    user.write(password_hash=_hasher.hash(password), session_stamp=secrets.token_hex(16))
    for model in ("res.users.session", "res.users.link"):
        env = user.env
        env[model].search(Condition(model, ("user",), "=", user.id)).delete()


def is_password(stored: str, password: str) -> bool:
    """Whether this is the password of the stored hash. Takes as long for a user who has none, or for none at all."""
    if len(password) > MOST:
        return False
    try:
        return _hasher.verify(stored or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False


def renewed(stored: str, password: str) -> str:
    """A new hash of the password where the stored one was made with less effort than today's, or an empty text."""
    return _hasher.hash(password) if _hasher.check_needs_rehash(stored) else ""
