"""Instants from one time zone to another, up to the edges of the calendar.

Python's calendar has the years 1 to 9999. An instant in the first or last hours of it has no date in half of the
world's zones, so it could be written by one person and never be shown to another. Fields and filters therefore
refuse the two days at either end, and whatever is shown never raises.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from core.i18n import _
from core.orm.fields.base import BadValue

EDGE = timedelta(days=2)
EARLIEST = datetime.min.replace(tzinfo=UTC) + EDGE
LATEST = datetime.max.replace(tzinfo=UTC) - EDGE
"""The first and the last instant that is kept or compared with."""


def in_utc(value: datetime) -> datetime:
    """An aware instant in UTC. Raises BadValue near the edges of the calendar."""
    try:
        found = value.astimezone(UTC)
    except OverflowError:
        found = None
    if found is None or not EARLIEST <= found <= LATEST:
        raise BadValue(_("must lie between 03/01/0001 and 29/12/9999"))
    return found


def in_zone(value: datetime, zone: tzinfo) -> datetime:
    """An aware instant as clocks in `zone` show it; in UTC where the calendar ends before it gets there."""
    try:
        return value.astimezone(zone)
    except OverflowError:
        return value
