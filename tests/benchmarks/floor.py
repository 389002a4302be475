"""The floor: the same rows and the same history rows written by hand with SQLAlchemy Core, without any access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.addons.system import System
from core.orm.fold import fold
from core.orm.tables import HISTORY

SHADOWS = ("name", "contact_name", "email", "phone", "reference")


class Floor:
    """Plain statements on the tables of a system, in transactions of their own."""

    def __init__(self, system: System) -> None:
        self._database = system._database
        models = system.registry.models
        self.fields = models["crm.lead"].fields
        self.leads = models["crm.lead"].table
        self.history = models.metadata.tables[HISTORY]

    def create(self, rows: Sequence[Mapping[str, Any]], sample: Mapping[str, Any]) -> None:
        """Insert the rows with all columns that Banyan fills, and a history row of each."""
        filled = []
        for row in rows:
            values = {**sample, **row}
            values["weighted_revenue"] = values["expected_revenue"] * values["probability"] / 100
            for name in SHADOWS:
                values[f"{name}__fold"] = fold(values[name])
            filled.append(values)
        kept = [name for name in sample if not name.endswith("__fold") and sample[name] not in (None, "", 0, False)]
        kept = [name for name in kept if name in self.fields]
        with self._database.migrating() as migration:
            ids = migration.connection.execute(
                sa.insert(self.leads).returning(self.leads.c.id, sort_by_parameter_order=True), filled
            ).scalars()
            changes = [
                {
                    **self._common("create"),
                    "record_id": identity,
                    "changes": {name: [None, _plain(values[name])] for name in kept},
                    "derived": "outcome,probability,weighted_revenue",
                }
                for identity, values in zip(ids, filled, strict=True)
            ]
            migration.connection.execute(sa.insert(self.history), changes)

    def change(self, count: int, name: str, value: Any) -> None:
        """Give one field of so many rows a value, with their history."""
        leads = self.leads
        with self._database.migrating() as migration:
            old = migration.connection.execute(
                sa.select(leads.c.id, leads.c[name]).order_by(leads.c.id).limit(count)
            ).all()
            ids = [row.id for row in old]
            for start in range(0, len(ids), 1000):
                migration.connection.execute(
                    sa.update(leads)
                    .where(leads.c.id.in_(ids[start : start + 1000]))
                    .values({name: value, "row_version": leads.c.row_version + 1})
                )
            changes = [
                {
                    **self._common("write"),
                    "record_id": row[0],
                    "changes": {name: [_plain(row[1]), _plain(value)]},
                    "derived": "",
                }
                for row in old
            ]
            migration.connection.execute(sa.insert(self.history), changes)

    def change_derived(self, count: int, value: Decimal) -> None:
        """Give the expected revenue of so many rows a value, find the weighted one, with their history."""
        leads = self.leads
        with self._database.migrating() as migration:
            old = migration.connection.execute(
                sa.select(leads.c.id, leads.c.expected_revenue, leads.c.probability, leads.c.weighted_revenue)
                .order_by(leads.c.id)
                .limit(count)
            ).all()
            new = [
                {"row": row.id, "revenue": value, "weighted": (value * row.probability / 100).quantize(Decimal(1))}
                for row in old
            ]
            migration.connection.execute(
                sa.update(leads)
                .where(leads.c.id == sa.bindparam("row"))
                .values(
                    expected_revenue=sa.bindparam("revenue"),
                    weighted_revenue=sa.bindparam("weighted"),
                    row_version=leads.c.row_version + 1,
                ),
                new,
            )
            changes = [
                {
                    **self._common("write"),
                    "record_id": row.id,
                    "changes": {
                        "expected_revenue": [str(row.expected_revenue), str(value)],
                        "weighted_revenue": [str(row.weighted_revenue), str(given["weighted"])],
                    },
                    "derived": "weighted_revenue",
                }
                for row, given in zip(old, new, strict=True)
            ]
            migration.connection.execute(sa.insert(self.history), changes)

    def read(self, names: Sequence[str], count: int) -> list[tuple[Any, ...]]:
        """So many rows as tuples."""
        leads = self.leads
        with self._database.migrating() as migration:
            statement = sa.select(*[leads.c[name] for name in names]).order_by(leads.c.id).limit(count)
            return [tuple(row) for row in migration.connection.execute(statement)]

    def _common(self, action: str) -> dict[str, Any]:
        return {
            "model": "crm.lead",
            "action": action,
            "user_id": 1,
            "at": datetime.now(UTC),
            "unit": "0" * 32,
            "reason": "",
        }


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str | bool | None) else str(value)
