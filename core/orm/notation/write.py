"""From filters to their notation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.orm.filter import ALL, NONE, All, Condition, Either, Filter, Group, Opposite, Some
from core.orm.registry import Models
from core.orm.wire.values import plain
from core.orm.wire.way import wire_path

ALWAYS, NEVER = (1, "=", 1), (0, "=", 1)


def to_json(condition: Filter, models: Models) -> list[Any]:
    """The notation of a filter: `from_json` of it is met by the same records."""
    if condition is ALL:
        return []
    if isinstance(condition, All) and condition.parts:
        return [item for part in _apart(condition) for item in _expression(part, models)]
    return _expression(condition, models)


def _expression(condition: Filter, models: Models) -> list[Any]:
    """Exactly one expression, its signs before what they join."""
    match condition:
        case All() | Either() if condition.parts:
            parts = list(_apart(condition))
            return [condition.sign] * (len(parts) - 1) + [item for part in parts for item in _expression(part, models)]
        case Opposite(part=Some() as some):
            return [_some(some, models, "not any", "=")]
        case Opposite():
            return ["!", *_expression(condition.part, models)]
        case Some():
            return [_some(condition, models, "any", "!=")]
        case Condition():
            path = wire_path(models, condition.model, condition.names)
            return [[path, condition.operator, plain(condition.plain())]]
    never = condition is NONE or isinstance(condition, Either)
    return [list(NEVER if never else ALWAYS)]


def _apart(group: Group) -> Iterator[Filter]:
    """The parts of a group, those of groups of the same kind among them: `a & b & c` is three, not two."""
    for part in group.parts:
        if isinstance(part, type(group)) and part.parts:
            yield from _apart(part)
        else:
            yield part


def _some(some: Some, models: Models, with_condition: str, without: str) -> list[Any]:
    path = wire_path(models, some.model, some.names)
    if some.condition is None:
        return [path, without, None]
    return [path, with_condition, to_json(some.condition, models)]
