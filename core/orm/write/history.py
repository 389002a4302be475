"""Writing the history, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


def write_history(
    unit: UnitOfWork,
    env: Env,
    info: ModelInfo,
    action: str,
    changes: Iterable[tuple[int, Mapping[str, tuple[Any, Any]]]],
    own: Mapping[int, frozenset[str]] | None = None,
) -> None:
    """Note what happened to records: id, field → (old, new).

    own: id → the fields that somebody wrote; the others followed from them. `None`: all followed for a
    change, none for a creation.
    """
    at, fields = unit.now(), info.fields
    common = {
        "model": info.name,
        "action": action,
        "user_id": env.user_id,
        "at": at,
        "unit": unit.id,
        "reason": env.reason[:200],
    }
    encoders = {name: _secret if field.roles is None else field.encode for name, field in fields.items()}
    rows = []
    for identity, values in changes:
        encoded = {name: [encoders[name](old), encoders[name](new)] for name, (old, new) in values.items()}
        if own is None:
            derived = [name for name in values if fields[name].is_computed] if action != "delete" else []
        else:
            written = own.get(identity, frozenset())
            derived = [name for name in values if name not in written]
        rows.append({**common, "record_id": identity, "changes": encoded, "derived": ",".join(derived)})
    if rows:
        unit._run(sa.insert(unit.models.history), rows)


def _secret(value: Any) -> None:
    """A field for elevated code alone leaves no copy of itself: the history says that it changed, and no more."""
