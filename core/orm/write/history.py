"""Writing the history, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.orm.write.log import Head, as_json

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

_NONE: frozenset[str] = frozenset()


def write_history(
    unit: UnitOfWork,
    env: Env,
    info: ModelInfo,
    action: str,
    changes: Iterable[tuple[int, Mapping[str, tuple[Any, Any]]]],
    own: Mapping[int, frozenset[str]] = MappingProxyType({}),
) -> None:
    """Note what happened to records: id, field → (old, new).

    own: id → the fields that somebody wrote. Of a change the others followed from them, of a creation the computed
    ones; of a deletion nothing did.
    """
    if unit.changed is not None and unit.changed.hears(info):
        changes = list(changes)
        unit.changed.note(info, action, changes)
    fields = info.fields
    head = Head(info.name, action, env.user_id, unit.now(), unit.id, env.reason[:200])
    encoders: dict[str, Callable[[Any], Any]] = {}
    rows: list[tuple[int, str, str]] = []
    for identity, values in changes:
        parts = []
        for name, (old, new) in values.items():
            encode = encoders.get(name) or encoders.setdefault(name, _encoder(fields[name]))
            parts.append(f'"{name}":[{as_json(encode(old))},{as_json(encode(new))}]')
        written = own.get(identity, _NONE)
        if action == "create":
            derived = [name for name in values if fields[name].is_computed and name not in written]
        else:
            derived = [name for name in values if name not in written] if action == "write" else []
        rows.append((identity, f"{{{','.join(parts)}}}", ",".join(derived)))
    if rows:
        unit._log.add(head, rows)


def _encoder(field: Field[Any]) -> Callable[[Any], Any]:
    return _secret if field.roles is None else field.encode


def _secret(value: Any) -> None:
    """A field for elevated code alone leaves no copy of itself: the history says that it changed, and no more."""
