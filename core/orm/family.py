"""What is below and above a record in the tree that its model makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo


def parent_of(info: ModelInfo) -> str:
    """The many-to-one that makes a tree of a model: the declared one, else the only one to itself, or ""."""
    if info.parent:
        return info.parent
    own = [field.name for field in info.fields.values() if field.kind == "many2one" and field.target == info.name]
    return own[0] if len(own) == 1 else ""


def is_below(env: Env, model: str, identity: int, tops: Iterable[int]) -> bool:
    """Whether a record is one of `tops` or below one of them."""
    wanted = set(tops)
    return any(found in wanted for found in _line(env, model, identity))


def is_above(env: Env, model: str, identity: int, ends: Iterable[int]) -> bool:
    """Whether a record is one of `ends` or above one of them."""
    return any(identity in _line(env, model, end) for end in ends)


def _line(env: Env, model: str, identity: int) -> list[int]:
    """A record and all above it, from below."""
    name = parent_of(env.models[model])
    # The place of a record in its tree is the same for all readers, also where they do not see every record on the way.
    record = env.sudo()[model].browse(identity)[0]
    line: list[int] = []
    while record is not None and record.exists() and record.id not in line:
        line.append(record.id)
        record = getattr(record, name)
    return line
