"""What people call records, for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.orm.env import Env


def titles_of(env: Env, model: str, ids: Iterable[int]) -> dict[int, str]:
    """id → title, in the model's own order; ids that the reader may not see are left out."""
    wanted = sorted(set(ids))
    if not wanted or model not in env.models or not env[model].can("read"):
        return {}
    collection = env[model]
    rows = collection.values(["id", "display_name"], collection.info.cls.in_(wanted))
    return {row["id"]: row["display_name"] for row in rows}
