"""The log of a unit of work: its rows of the history under their ids, and one row that stands for all of them.

The digest of a unit is made while its rows are written, in the same transaction, and looks at no other
unit: writers do not wait for one another. What chains the units is `core.orm.seal`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.orm.read.prepared import prepared

if TYPE_CHECKING:
    from core.orm.unit import UnitOfWork

PART = 5_000
"""So many rows go into one statement."""
PLACES = {"create": 0, "write": 1, "delete": 2}
"""Action → its place in the summary of a unit."""


_whole = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: Any) -> str:
    """`value` as the engines write JSON; quick for what most values are."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if value is None:
        return "null"
    return str(value) if kind is int else _whole(value)


class Written(str):
    """JSON that is written already: the text that goes into the digest is the one that goes into the database."""

    __slots__ = ()


class Head(NamedTuple):
    """What the rows that one step of the pipeline writes have in common."""

    model: str
    action: str
    user_id: int | None
    at: datetime
    unit: str
    reason: str

    def text(self) -> str:
        """As the digest takes it, before each row."""
        return as_json([self.model, self.action, self.user_id, self.at.isoformat(), self.unit, self.reason])


def row_text(head: str, id: int, record_id: int, changes: str, derived: str) -> str:
    """A row of the history as its unit's digest takes it. changes: the JSON as it is stored."""
    return f'[{head},{id},{record_id},"{derived}",{changes}]'


def unit_text(
    unit: str, at: datetime, user_id: int | None, reason: str, first_row: int, last_row: int, rows: int, summary: Any
) -> bytes:
    """The row of a unit as its own digest takes it, after the rows of its history."""
    return as_json([unit, at.isoformat(), user_id, reason, first_row, last_row, rows, summary]).encode()


@dataclass
class _Sum:
    """What has been written so far."""

    digest: Any = field(default_factory=hashlib.sha256)
    first: dict[str, Any] = field(default_factory=dict)
    last_row: int = 0
    rows: int = 0
    summary: dict[str, list[int]] = field(default_factory=dict)

    def copy(self) -> _Sum:
        summary = {model: list(counts) for model, counts in self.summary.items()}
        return _Sum(self.digest.copy(), dict(self.first), self.last_row, self.rows, summary)


class Log:
    """Writes the history of one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._sum = _Sum()

    def add(self, head: Head, rows: Sequence[tuple[int, str, str]]) -> None:
        """Write rows of the history: (id of the record, changes as JSON, names of derived fields)."""
        so_far = self._sum
        ids = self._insert(head, rows)
        if not so_far.first:
            so_far.first = {"id": ids[0], "at": head.at, "user_id": head.user_id, "reason": head.reason}
        so_far.last_row = ids[-1]
        so_far.rows += len(rows)
        so_far.summary.setdefault(head.model, [0, 0, 0])[PLACES[head.action]] += len(rows)
        text = head.text()
        said = [
            row_text(text, id, record, changes, derived)
            for id, (record, changes, derived) in zip(ids, rows, strict=True)
        ]
        so_far.digest.update("".join(said).encode())

    def _insert(self, head: Head, rows: Sequence[tuple[int, str, str]]) -> list[int]:
        """INSERT in as few statements as the engine needs; gives the ids of the rows."""
        unit, table = self._unit, self._unit.models.history
        if len(rows) == 1:
            record, changes, derived = rows[0]
            row = {**head._asdict(), "record_id": record, "changes": Written(changes), "derived": derived}
            statement = prepared(unit.models, ("history",), lambda: sa.insert(table).returning(table.c.id))
            return [unit._run(statement, row).scalar_one()]
        ids = self._next_ids(len(rows))
        common = [sa.literal(value, table.c[name].type) for name, value in zip(Head._fields, head, strict=True)]
        columns = [*Head._fields, "id", "record_id", "changes", "derived"]
        for start in range(0, len(rows), PART):
            given = self._given(ids[start : start + PART], rows[start : start + PART])
            unit._run(sa.insert(table).from_select(columns, sa.select(*common, *given)))
        return ids

    def _given(self, ids: Sequence[int], rows: Sequence[tuple[int, str, str]]) -> list[Any]:
        """The values of the rows as columns of one statement that is bound to one text: drivers are slow with more."""
        text = ",".join(
            f'[{id},{record},{encode_basestring(changes)},"{derived}"]'
            for id, (record, changes, derived) in zip(ids, rows, strict=True)
        )
        if self._unit._dialect == "sqlite":
            given = sa.func.json_each(f"[{text}]").table_valued("value", name="given")
            return [sa.func.json_extract(given.c.value, f"$[{place}]") for place in range(4)]
        whole = sa.cast(sa.literal(f"[{text}]", sa.Text()), postgresql.JSON)
        value = sa.func.json_array_elements(whole).table_valued("value", name="given").render_derived().c.value
        found = [value.op("->>")(sa.literal_column(str(place))) for place in range(4)]
        return [sa.cast(item, kind) for item, kind in zip(found, (*[sa.BigInteger] * 2, sa.JSON, sa.Text), strict=True)]

    @property
    def models(self) -> Collection[str]:
        """The models of which anything was written so far."""
        return self._sum.summary.keys()

    def finish(self) -> None:
        """Write the row that stands for the unit, if it wrote any history."""
        so_far = self._sum
        if not so_far.rows:
            return
        first = so_far.first
        row: Mapping[str, Any] = {
            "unit": self._unit.id,
            "at": first["at"],
            "user_id": first["user_id"],
            "reason": first["reason"],
            "first_row": first["id"],
            "last_row": so_far.last_row,
            "rows": so_far.rows,
            "summary": so_far.summary,
        }
        so_far.digest.update(unit_text(**row))
        models = self._unit.models
        statement = prepared(models, ("unit",), lambda: sa.insert(models.units))
        self._unit._run(statement, {**row, "digest": so_far.digest.hexdigest()})
        self._sum = _Sum()

    def mark(self) -> _Sum:
        """What to go back to when a savepoint is rolled back."""
        return self._sum.copy()

    def back(self, mark: _Sum) -> None:
        """Forget what was written since a mark; the savepoint has taken the rows back."""
        self._sum = mark

    def _next_ids(self, count: int) -> list[int]:
        """So many ids for rows of the history, ascending."""
        table = self._unit.models.history
        if self._unit._dialect == "sqlite":  # nobody else writes until this unit ends, and nobody deletes
            last = self._unit._run(sa.select(sa.func.max(table.c.id))).scalar_one() or 0
            return list(range(last + 1, last + 1 + count))
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        series = sa.func.generate_series(1, count).table_valued("place")
        return sorted(self._unit._run(sa.select(sa.func.nextval(sequence)).select_from(series)).scalars())
