"""What SQLite lacks and its connections are given: accents folded, exact division, local time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.orm.fold import SQLITE_FUNCTION, fold
from core.orm.instants import in_zone

DIVIDE_FUNCTION = "banyan_divide"
LOCAL_FUNCTION = "banyan_local"
WHOLE = 2**63
"""SQLite's whole numbers are smaller."""


def add_functions(connection: Any) -> None:
    """Give a connection of the driver the functions that the model layer's statements call."""
    connection.create_function(SQLITE_FUNCTION, 1, _fold, deterministic=True)
    connection.create_function(DIVIDE_FUNCTION, 3, _divide, deterministic=True)
    connection.create_function(LOCAL_FUNCTION, 2, _local, deterministic=True)


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _divide(above: Any, below: Any, shift: int) -> float | None:
    """above * 10**shift / below, rounded half away from zero; None where there is no answer.

    A float among the numbers, or in the answer, says that it was too large to be exact: the reader refuses it.
    """
    if above is None or below is None or below == 0:
        return None
    if isinstance(above, float) or isinstance(below, float):
        return float(above) * 10.0**shift / float(below)
    over, under = (above * 10**shift, below) if shift >= 0 else (above, below * 10**-shift)
    found = (2 * abs(over) + abs(under)) // (2 * abs(under))
    found = -found if (over < 0) != (under < 0) else found
    return found if -WHOLE <= found < WHOLE else float(found)


def _local(instant: str | None, zone: str) -> str | None:
    """The local date and time of an instant in UTC, both as SQLite writes them."""
    if instant is None:
        return None
    local = in_zone(datetime.fromisoformat(instant).replace(tzinfo=UTC), ZoneInfo(zone))
    return f"{local.replace(tzinfo=None, microsecond=0).isoformat(' ')}"
