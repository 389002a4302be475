"""The shapes that a filter takes on its way in: groups taken apart, what decides nothing left out."""

from __future__ import annotations

from collections.abc import Sequence

from core.orm.filter import ALL, NONE, All, Condition, Either, Filter, Opposite, Some


def joined(kind: type[All] | type[Either], parts: Sequence[Filter]) -> Filter:
    """`parts` in one group; groups of the same kind among them are taken apart."""
    idle, deciding = (ALL, NONE) if kind is All else (NONE, ALL)
    flat: list[Filter] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    flat = [part for part in flat if part is not idle]
    if any(part is deciding for part in flat):
        return deciding
    if len(flat) > 1:
        return kind(tuple(flat))
    return flat[0] if flat else idle


def opposite(part: Filter) -> Filter:
    """What `part` is not."""
    if part is ALL or part is NONE:
        return NONE if part is ALL else ALL
    return part.part if isinstance(part, Opposite) else Opposite(part)


def behind(model: str, names: tuple[str, ...], inner: Filter) -> Filter:
    """A filter of the record that a many-to-one path points at, as one of the record that points."""
    match inner:
        case Condition():
            return Condition(model, (*names, *inner.names), inner.operator, inner.value)
        case Some():
            return Some(model, (*names, *inner.names), inner.condition)
        case Opposite():
            return Opposite(behind(model, names, inner.part))
        case All() | Either():
            return type(inner)(tuple(behind(model, names, part) for part in inner.parts))
    return inner
