"""An index for the order that a model's records are listed in: the first page then sorts nothing.

Its keys are in the very order of `core.orm.read.order`: descending where the list descends, by code point where texts
are, what is absent last. SQLite has no word for the last of these in an index and needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from core.orm.constraints import constraint_name
from core.orm.fields.kinds import TEXTS

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo

KEYS = "keys"
"""In `info` of such an index: its keys as a text. No engine tells them as they were written."""


class OrderKey(FunctionElement[Any]):
    """A column as a key of the index."""

    inherit_cache = False

    def __init__(self, column: sa.Column[Any], *, descends: bool, is_text: bool) -> None:
        super().__init__(column)
        self.descends, self.is_text, self.nullable = descends, is_text, bool(column.nullable)

    def __str__(self) -> str:
        (column,) = self.clauses
        words = ("DESC" * self.descends, "C" * self.is_text, "NULL" * self.nullable)
        return " ".join((column.name, *filter(None, words)))


@compiles(OrderKey)
def _on_sqlite(element: OrderKey, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options) + " DESC" * element.descends


@compiles(OrderKey, "postgresql")
def _on_postgresql(element: OrderKey, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    text += ' COLLATE "C"' * element.is_text + " DESC" * element.descends
    return text + " NULLS LAST" * (element.nullable and element.descends)


def index_order(info: ModelInfo, table: sa.Table) -> None:
    """Add the index where one can serve the model's order: not where that is by what is on another table."""
    keys: list[OrderKey] = []
    for item in info.order:
        name, descends = item.removeprefix("-"), item.startswith("-")
        if name == "id":
            keys.append(OrderKey(table.c.id, descends=descends, is_text=False))
            break
        field = info.fields.get(name)
        if field is None or not field.stored or field.many or field.kind == "many2one" or field.varies:
            return
        is_text = field.kind in TEXTS
        if is_text and not field.search:
            return  # sorted by an expression
        keys.append(OrderKey(table.c[field.shadow if is_text else name], descends=descends, is_text=is_text))
    else:
        keys.append(OrderKey(table.c.id, descends=False, is_text=False))
    if len(keys) == 1:
        return  # the primary key is that order
    columns = [next(iter(key.clauses)) for key in keys]
    name = constraint_name("ix", table.name, [column.name for column in columns])
    sa.Index(name, *keys, info={KEYS: ", ".join(map(str, keys))})
