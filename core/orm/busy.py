"""What an engine says when others are in the way, told as `Busy`: whoever may repeat tries again."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from core.errors import Busy
from core.i18n import _

LOCK_WAIT_SECONDS = 60
"""How long a statement waits for what others hold, on both engines."""

_POSTGRESQL = frozenset({"40001", "40P01", "55P03"})
"""serialization_failure, deadlock_detected, lock_not_available."""
_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def busy_of(error: BaseException | None) -> Busy | None:
    """The `Busy` that an error of a driver, or of SQLAlchemy around one, stands for; None where it is another."""
    driver = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    code = getattr(driver, "sqlite_errorcode", None)
    if getattr(driver, "sqlstate", None) in _POSTGRESQL or (code is not None and code & 0xFF in _SQLITE):
        return Busy(_("Others are changing the same records just now. Nothing was saved; please try again."))
    return None
