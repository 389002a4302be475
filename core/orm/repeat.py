"""Doing a whole unit of work again, where others were in its way.

    repeat ─► unit opens ─► work ─► commit
       ▲                     │ Busy: a deadlock, a lock, the queue of writers
       └── a pause, longer ──┘ Conflict: somebody changed what was read
           each time

Only a function that is declared `@repeatable` is tried again, and only as the whole of its unit: whatever it
read and decided is read and decided anew.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import BanyanError, Busy, Conflict

if TYPE_CHECKING:
    from core.orm.unit import UnitOfWork

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

TRIES = 10
_MARK = "_banyan_repeatable"


def repeatable(function: F) -> F:
    """Declare that a function may run again in a new unit of work, after what it wrote was rolled back.

    Such a function changes nothing but records: it sends no mail, calls no other system, keeps nothing outside
    the unit, and draws what it needs from its arguments and from what it reads.
    """
    setattr(function, _MARK, True)
    return function


def is_repeatable(function: object) -> bool:
    """Whether a function is declared `@repeatable`."""
    return getattr(function, _MARK, False) is True


def repeat(
    opened: Callable[[], AbstractContextManager[UnitOfWork]],
    work: Callable[[UnitOfWork], T],
    *,
    tries: int = TRIES,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """Do `work` in a unit of its own, and again in another while others are in the way; give what it returns.

    Raises what the last try raised: Busy, or Conflict.
    """
    if not is_repeatable(work):
        name = getattr(work, "__qualname__", repr(work))
        raise BanyanError(f"{name} is not declared @repeatable, so it is not known whether it may run twice.")
    for attempt in range(1, tries):
        try:
            return _once(opened, work)
        except (Busy, Conflict) as error:
            if isinstance(error, Conflict) and error.is_final:
                raise
            pause(random.uniform(0.2, 1) * min(1.0, 0.01 * 2**attempt))
    return _once(opened, work)


def _once(opened: Callable[[], AbstractContextManager[UnitOfWork]], work: Callable[[UnitOfWork], T]) -> T:
    with opened() as unit:
        return work(unit)
    raise AssertionError("a unit of work swallows no error")
