"""Column types that mean the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

PRECISION = 18  # digits in all: what a signed 64-bit integer holds
LARGEST_ID = 2**63 - 1


class ScaledDecimal(sa.types.TypeDecorator[Decimal]):
    """An exact decimal of 18 digits, `scale` of them after the point.

    PostgreSQL keeps NUMERIC; SQLite, whose own NUMERIC is a binary float, keeps the value times
    10**scale in a 64-bit integer, so comparing, ordering and adding up stay exact.
    """

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Numeric(PRECISION, self.scale))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return int(value.scaleb(self.scale))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return Decimal(value)
        return Decimal(value).scaleb(-self.scale)

    def coerce_compared_value(self, op: Any, value: Any) -> sa.types.TypeEngine[Any]:
        return self


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware datetimes in and out, UTC in the database."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
