"""Links to choose a password: made once, good once, for a while, kept as a hash.

    link/SECRET-SIGNATURE ──► signature? ──► hash known, in time, user active? ──► page ──► password: link is gone

The signature is asked first, so that guesses cost no statement. Opening the page changes nothing, since programs that
look for viruses open every link of a mail; choosing a password does.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from addons.base.models.link import INVITATION, RESET, Link
from addons.base.models.user import User
from core import Env, Missing
from core.i18n import _

GOOD_FOR = {INVITATION: timedelta(hours=72), RESET: timedelta(hours=2)}
PURPOSE = "link to a password"
_TOKEN = re.compile(r"([A-Za-z0-9_]{40,60})\.([a-z2-7]{16})", re.ASCII)


def make_link(user: User, kind: str) -> str:
    """Make a link for a user, and give its path, which nobody can read again later. Those made before are no good
    any more. For elevated code."""
    env = user.env
    env[Link].search(Link.user.is_(user)).delete()
    secret, now = secrets.token_urlsafe(32).replace("-", "_"), env.now()
    env[Link].create(user=user, kind=kind, made_at=now, expires_at=now + GOOD_FOR[kind], hash=_hash(secret))
    return f"/choose-password/{secret}.{env.sign(PURPOSE, secret)}"


def user_of(env: Env, token: str, *, lock: bool = False) -> User:
    """Whose link this is. Raises Missing where it is none of ours, was used, or has expired; all are told alike.

    lock: nobody else can use it until the unit ends.
    """
    found = _TOKEN.fullmatch(token)
    if found is None or not hmac.compare_digest(env.sign(PURPOSE, found[1]), found[2]):
        raise _no_good()
    known = env[Link].search(Link.hash == _hash(found[1]), Link.expires_at > env.now(), Link.user.active == True)
    if len(known) and lock:
        known.lock()
    if not len(known):
        raise _no_good()
    return known[0].user


def open_link_of(env: Env, user_id: int) -> Link | None:
    """The link of a user that has been neither used nor has expired."""
    return next(iter(env[Link].search(Link.user.is_(user_id), Link.expires_at > env.now(), limit=1)), None)


def _no_good() -> Missing:
    return Missing(_("This link has been used or has expired. Ask for a new one, or whoever looks after this system."))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
