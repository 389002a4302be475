"""Shares: how many records a condition passes, measured now and then, so that a statement enters by the right side.

A measure counts no further than `CAP`, by the index that the condition would be entered by, so it costs a few
milliseconds at most however large the table is. It is kept for `FRESH_SECONDS`; what it decides is speed alone.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Lock

CAP = 100_000
"""Records that are counted; what passes more is entered by the order of the list."""

SMALL = 5_000
"""A table of no more rows than this is fast from any side."""

FRESH_SECONDS = 300
MOST = 10_000
"""Measures that are kept; the oldest give way."""


def size_of(model: str) -> Hashable:
    """The key of how many rows a model's table has."""
    return ("size", model)


class Shares:
    """The measures of one database, in this process. Keys are of conditions, or names of models for their size."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> int | None:
        """How many there were; None where nobody has counted lately."""
        found = self._kept.get(key)
        return None if found is None or found[0] < time.monotonic() else found[1]

    def keep(self, counted: Mapping[Hashable, int]) -> None:
        """Note what was counted."""
        until = time.monotonic() + FRESH_SECONDS
        with self._lock:
            for key, count in counted.items():
                self._kept[key] = (until, count)
                self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Count anew from now on."""
        with self._lock:
            self._kept.clear()
