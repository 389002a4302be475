"""Indexes for the order of a model's lists. Engines do not tell their keys, so the ledger is asked for these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial

import sqlalchemy as sa

from core.addons.ledger import Entry, Key, order_hash
from core.addons.schema import Step
from core.orm.ordering import KEYS


def orders_of(tables: Iterable[sa.Table]) -> dict[str, sa.Index]:
    """Name → index, of those that are for an order."""
    return {str(index.name): index for table in tables for index in table.indexes if KEYS in index.info}


def order_steps(
    connection: sa.Connection, wanted: Iterable[sa.Index], stored: Collection[str], known: Mapping[Key, Entry]
) -> Iterator[Step]:
    """Those that are missing, and those that have other keys than the ones in the database. stored: its indexes."""
    for index in wanted:
        name = str(index.name)
        if name not in stored:
            yield Step(f"add index {name}", partial(index.create, connection))
        elif known.get(("index", name), Entry("")).detail != order_hash(index):
            yield Step(f"make index {name} anew", partial(_remake, connection, index))


def _remake(connection: sa.Connection, index: sa.Index) -> None:
    index.drop(connection)
    index.create(connection)
