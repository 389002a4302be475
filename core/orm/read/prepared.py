"""Statements that unit after unit runs with other values only: each is made once for a registry, and kept.

Making a statement, and finding by it what SQLAlchemy has compiled, costs more than running it for one row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.util import LRUCache

if TYPE_CHECKING:
    from core.orm.registry import Models

T = TypeVar("T")

MOST = 2_000
"""So many are kept; rules hold values, which have no end."""


def prepared(models: Models, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """What `make` gave for this key. key: begins with what the statement is for; holds all that it is made from."""
    known = models.caches.get("prepared")
    if known is None:
        known = models.caches.setdefault("prepared", LRUCache[Any, Any](MOST))  # type: ignore[arg-type]
    found: T | None = known.get(key)
    if found is None:
        found = known[key] = make()
    return found
