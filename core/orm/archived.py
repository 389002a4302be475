"""Archived records: kept, and left out of what is searched unless somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from core.orm.filter import All, Condition, Filter

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo

ACTIVE = "active"
"""The boolean field by which records are archived instead of deleted."""


def in_use(info: ModelInfo, filters: Sequence[Filter]) -> Sequence[Filter]:
    """The filters, and that records are not archived, unless the filters say whether they may be.

    They do by a condition on `active` anywhere, or by naming the records themselves.
    """
    if not info.archivable or any(map(_decides, _conjuncts(filters))):
        return filters
    return (*filters, Condition(info.name, (ACTIVE,), "=", True))


def _decides(condition: Filter) -> bool:
    if isinstance(condition, Condition) and condition.names == ("id",):
        return condition.operator in ("=", "in")
    return any(isinstance(one, Condition) and one.names == (ACTIVE,) for one in condition.conditions())


def _conjuncts(filters: Sequence[Filter]) -> Iterator[Filter]:
    for condition in filters:
        if isinstance(condition, All):
            yield from _conjuncts(condition.parts)
        else:
            yield condition
