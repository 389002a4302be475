"""What rows that are there get in a new column that starts as today or now: one moment, as it is at home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

COMPANY, ZONE = "res_company", "time_zone"


@dataclass(frozen=True)
class HomeClock:
    """A clock that stands still. moment: in UTC. zone: that of the database's first company."""

    moment: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, connection: sa.Connection, moment: datetime) -> HomeClock:
        """That of a database, whose tables may be older than the models."""
        return cls(moment, _zone(connection))

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.astimezone(self.zone).date()


def _zone(connection: sa.Connection) -> ZoneInfo:
    inspector = sa.inspect(connection)
    if inspector.has_table(COMPANY) and any(column["name"] == ZONE for column in inspector.get_columns(COMPANY)):
        zone: sa.ColumnClause[Any] = sa.column(ZONE)
        query = sa.select(zone).select_from(sa.table(COMPANY)).order_by(sa.column("id")).limit(1)
        name = connection.execute(query).scalar()
        try:
            return ZoneInfo(name or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # the tables of zones have changed since it was chosen
    return ZoneInfo("UTC")
