"""What a user has chosen on a page and finds again the next time, on whatever machine.

Kept in `ir.choice`, where each user has their own; where no addon brings that, nothing is remembered.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.orm.filter import Condition

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.filter import Filter

CHOICE = "ir.choice"


def chosen(env: Env, key: str) -> dict[str, Any]:
    """What the user has chosen under a key; empty where that is nothing. One statement."""
    if not _is_kept(env):
        return {}
    rows = env[CHOICE].values(["value"], *_own(env, key), limit=1)
    try:
        found = json.loads(rows[0]["value"]) if rows else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def choose(env: Env, key: str, **values: Any) -> None:
    """Remember choices beside those that were made before under the same key."""
    if not _is_kept(env):
        return
    value = json.dumps({**chosen(env, key), **values}, separators=(",", ":"))
    found = env[CHOICE].search(*_own(env, key), limit=1)
    if found:
        found[0].write(value=value)
    else:
        env[CHOICE].create(user=env.user_id, key=key, value=value)


def _is_kept(env: Env) -> bool:
    return CHOICE in env.models and env.user_id is not None and env[CHOICE].can("write")


def _own(env: Env, key: str) -> tuple[Filter, Filter]:
    return Condition(CHOICE, ("user",), "=", env.user_id), Condition(CHOICE, ("key",), "=", key)
