"""Keys: made once, shown once, kept as a hash.

A key reads `banyan_PREFIX_SECRET`. It is found by its prefix and compared by the hash of the whole. The
secret is random and long, so a fast hash is enough: there is nothing to guess from.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from addons.base.models.user import User

MARK = "banyan"
_KEY = re.compile(rf"{MARK}_([0-9a-f]{{12}})_[A-Za-z0-9_-]{{40,60}}", re.ASCII)


def create_key(user: User, name: str, expires_on: date | None = None) -> str:
    """Make a key by which a program acts as `user`, and give it as a text, which nobody can read again later.

    name: what it is for. The environment of `user` must be an elevated one.
    """
    prefix = secrets.token_hex(6)
    key = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    user.env["res.users.key"].create(name=name, user=user, prefix=prefix, hash=_hash(key), expires_on=expires_on)
    return key


def prefix_of(key: str) -> str:
    """What a key is found by; an empty text where this cannot be one."""
    match = _KEY.fullmatch(key)
    return match.group(1) if match else ""


def is_key(stored: str, key: str) -> bool:
    """Whether the stored hash is that of the key, in a time that does not depend on how much of it is."""
    return hmac.compare_digest(stored, _hash(key))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
