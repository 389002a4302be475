"""What people call the records that to-many values name: one statement a model, for a whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.views import ColumnAt


def titles(env: Env, columns: Iterable[ColumnAt], rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, str]]:
    """Model → id → title, of all records in the to-many columns of these rows that the reader may see."""
    wanted: dict[str, set[int]] = {}
    for column in columns:
        if column.at.field().many:
            ids = wanted.setdefault(column.at.target, set())
            for row in rows:
                ids.update(row[column.at.path])
    return {model: titles_of(env, model, ids) for model, ids in wanted.items()}


def titles_of(env: Env, model: str, ids: Iterable[int]) -> dict[int, str]:
    """id → title, in the model's own order; ids that the reader may not see are left out."""
    wanted = sorted(set(ids))
    collection = env[model]
    if not wanted or not collection.can("read"):
        return {}
    rows = collection.values(["id", "display_name"], collection.info.cls.in_(wanted))
    return {row["id"]: row["display_name"] for row in rows}
