"""External ids: names for records that stay the same in every database and every file (`crm.stage_won`).

The part before the first point says where the name comes from: the addon that ships the record, or the
prefix of the mapping that imported it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa

from core.addons.tables import EXTERNAL_ID
from core.orm.unit import UnitOfWork

T = TypeVar("T")
CHUNK = 1000
"""Names or rows in one statement."""


class External:
    """The external ids of a database, asked and told in batches. It belongs to a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._table = unit.models.metadata.tables[EXTERNAL_ID]

    def resolve(self, names: Iterable[str]) -> dict[str, tuple[str, int]]:
        """External id → (model, record id); names that nobody has are absent. A record may be deleted by now."""
        table, found = self._table, {}
        for chunk in chunks(dict.fromkeys(names), CHUNK):
            query = sa.select(table.c.name, table.c.model, table.c.record_id).where(table.c.name.in_(chunk))
            found.update({row.name: (row.model, row.record_id) for row in self._unit._run(query)})
        return found

    def names(self, model: str, origin: str = "") -> dict[str, int]:
        """External id → record id of all records of a model that have one. origin: only those with that origin."""
        table = self._table
        query = sa.select(table.c.name, table.c.record_id).where(table.c.model == model)
        if origin:
            query = query.where(table.c.origin == origin)
        return {row.name: row.record_id for row in self._unit._run(query)}

    def set(self, model: str, ids: Mapping[str, int], *, addon: str = "", origin: str = "") -> None:
        """Let these names stand for these records; a name that stood for another one is moved.

        addon: whose record it is, where an addon ships it. origin: "data", "demo" or the mapping's prefix.
        """
        known = self.resolve(ids)
        moved = [(name, ids[name]) for name, stored in known.items() if stored != (model, ids[name])]
        for name, record_id in moved:
            statement = sa.update(self._table).where(self._table.c.name == name)
            self._unit._run(statement.values(model=model, record_id=record_id))
        new = [
            {"name": name, "model": model, "record_id": record_id, "addon": addon, "origin": origin}
            for name, record_id in ids.items()
            if name not in known
        ]
        for chunk in chunks(new, CHUNK):
            self._unit._run(sa.insert(self._table), chunk)


def chunks(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
