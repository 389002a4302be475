"""Whether the records that new values point at are there for the one who writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied
from core.i18n import _
from core.orm.filter import Condition
from core.orm.registry import ModelInfo, Models

if TYPE_CHECKING:
    from core.orm.env import Env

Pointing = tuple[str, str, int]
"""Wire name, model that it points at, id."""


def unknown_references(
    env: Env, model: str, rows: Sequence[Mapping[str, Any]], known: Mapping[str, Any] | None = None
) -> list[dict[str, list[str]]]:
    """What each row points at and should not: wire name → reasons, empty where all is well.

    rows: Python values, as `load` gives them; those of new lines are looked at too. known: values that the
    record has already, which may stay though they are hidden from the writer. Nobody learns whether a record
    is hidden or absent. One statement for each model that is pointed at, however many rows there are.
    """
    pointing = [list(_pointing(env.models, env.models[model], row, known or {})) for row in rows]
    wanted: dict[str, set[int]] = {}
    for found in pointing:
        for _name, target, identity in found:
            wanted.setdefault(target, set()).add(identity)
    seen = {target: _seen(env, target, ids) for target, ids in wanted.items()}
    return [
        {name: [_reason(env, target)] for name, target, identity in found if identity not in seen[target]}
        for found in pointing
    ]


def _pointing(models: Models, info: ModelInfo, row: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Pointing]:
    for name, value in row.items():
        field = info.fields[name]
        if not field.target or value is None or (name in known and known[name] == value):
            continue
        for position, member in enumerate(value if field.many else (value,)):
            if isinstance(member, Mapping):
                for inner, target, identity in _pointing(models, models[field.target], member, {}):
                    yield f"{field.wire_name}.{position}.{inner}", target, identity
            elif isinstance(member, int):
                yield field.wire_name, field.target, member


def _seen(env: Env, target: str, ids: set[int]) -> set[int]:
    try:
        rows = env[target].values(("id",), Condition(target, ("id",), "in", tuple(sorted(ids))))
    except AccessDenied:
        return set()
    return {row["id"] for row in rows}


def _reason(env: Env, target: str) -> str:
    return _("points at no {model} that you may see", model=env.models[target].label)
