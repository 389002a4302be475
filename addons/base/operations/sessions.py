"""Sessions: begun at log-in, looked up with each request, ended by hand.

A browser keeps a secret of 256 bits in its signed cookie; the database keeps its hash. So whoever reads the database
can enter no session, and whoever has a cookie is out as soon as the record is gone.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from addons.base.models.session import Session
from addons.base.operations.log_in import IDENTITY, identity_from
from core import Env
from core.hooks import OpenSession

LIFETIME = timedelta(days=7)
"""A session ends so long after it last logged in or changed something."""


def begin(env: Env, user_id: int, address: str, browser: str) -> str:
    """Keep a new session and give its secret. What of the user's has ended by itself is forgotten."""
    secret, now = secrets.token_urlsafe(32), env.now()
    env[Session].search(Session.user.is_(user_id), Session.seen_at < now - LIFETIME, limit=100).delete()
    env[Session].create(
        user=user_id, began_at=now, seen_at=now, address=address[:64], agent=browser[:400], hash=_hash(secret)
    )
    return secret


def find(env: Env, secret: str) -> OpenSession | None:
    """The session with this secret, with who its user is; None where it has ended. One statement."""
    names = ("id", "seen_at", "user", "user.active", *(f"user.{name}" for name in IDENTITY))
    found = env[Session].values(names, Session.hash == _hash(secret), limit=1)
    if not found or not found[0]["user.active"] or found[0]["seen_at"] < env.now() - LIFETIME:
        return None
    row = found[0]
    identity = identity_from(row["user"], {name: row[f"user.{name}"] for name in IDENTITY})
    return OpenSession(identity, row["id"], row["seen_at"])


def use(env: Env, secret: str) -> None:
    """Note that the session is used now."""
    env[Session].search(Session.hash == _hash(secret)).write(seen_at=env.now())


def end(env: Env, secret: str) -> None:
    """Forget the session with this secret."""
    env[Session].search(Session.hash == _hash(secret)).delete()


def open_of(env: Env, user_id: int) -> list[Session]:
    """The sessions of a user that have not ended, the one used last first."""
    return list(env[Session].search(Session.user.is_(user_id), Session.seen_at >= env.now() - LIFETIME))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
