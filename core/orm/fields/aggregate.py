"""Count and Sum: figures over a to-many relation, one query for a page of records."""

from __future__ import annotations

from decimal import Decimal as Number
from typing import Any

import sqlalchemy as sa

from core.orm.fields.base import Field, T
from core.orm.fields.number import Decimal
from core.orm.path import Path
from core.orm.types import ScaledDecimal


class Aggregate(Field[T]):
    """A figure over the records of a to-many relation, the same for all readers.

    It is never stored and never computed row by row: the read door asks for a page of them at once.
    """

    absent: Any = 0

    def __init__(self, relation: Field[Any], label: str = "", **common: Any) -> None:
        super().__init__(label, **common)
        self.relation = relation

    @property
    def stored(self) -> bool:
        return False

    @property
    def is_computed(self) -> bool:
        return not self.via

    @property
    def dependencies(self) -> tuple[tuple[str, ...], ...]:
        return ((self.relation.name,),)

    @property
    def editable(self) -> bool:
        return False

    def columns(self, table: str) -> list[sa.Column[Any]]:
        return []


class Count(Aggregate[int]):
    """How many records the relation holds."""

    kind = "integer"

    def convert(self, value: Any) -> int:
        return int(value or 0)


class Sum(Aggregate[Number]):
    """The sum of one field over the relation. of: that field, as a path of the target's class or its name."""

    kind = "decimal"
    absent = Number(0)

    def __init__(self, relation: Field[Any], of: Path[Number] | str, label: str = "", **common: Any) -> None:
        super().__init__(relation, label, **common)
        self.of = of if isinstance(of, str) else of.names[-1]
        self.digits = 4

    @property
    def dependencies(self) -> tuple[tuple[str, ...], ...]:
        return ((self.relation.name, self.of),)

    def column_type(self) -> sa.types.TypeEngine[Any]:
        return ScaledDecimal(self.digits)

    def convert(self, value: Any) -> Number:
        return Number(value or 0)

    encode = Decimal.encode
    decode = Decimal.decode
