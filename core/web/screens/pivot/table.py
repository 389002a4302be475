"""The table of a pivot.

groups of (salesperson, team, stage) ──► Tally of every (row, column), of every row above it, of all
    rows     ()  (Hà,)  (Hà, South)  …   the first part of the key
    columns  ()  (Won,)              …   the whole of the other part, and () for the total
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.web.screens.grouped import Axis, Tally

if TYPE_CHECKING:
    from core.views import MeasureAt

Key = tuple[Any, ...]


@dataclass
class Line:
    """A row. key: its values; below: the rows that it can be opened to."""

    key: Key
    below: dict[Any, Line] = field(default_factory=dict)


class Table:
    """Tallies by row and column. rows, across: the axes; measures: the figures of each cell."""

    def __init__(
        self,
        rows: Sequence[Axis],
        across: Sequence[Axis],
        measures: Sequence[MeasureAt],
        groups: Sequence[dict[str, Any]],
    ) -> None:
        self.rows, self.across, self.measures = rows, across, measures
        self.tallies: dict[tuple[Key, Key], Tally] = {}
        self.root = Line(())
        columns: dict[Key, None] = {}
        for group in groups:
            row = tuple(group[axis.by.name] for axis in rows)
            column = tuple(group[axis.by.name] for axis in across)
            columns[column] = None
            self._add(row, column, group)
        self.columns: list[Key] = sorted(columns, key=self._column_order) if across else []

    def _add(self, row: Key, column: Key, group: dict[str, Any]) -> None:
        line = self.root
        for depth in range(len(row) + 1):
            if depth:
                line = line.below.setdefault(row[depth - 1], Line(row[:depth]))
            for place in {column, ()}:
                self.tallies.setdefault((row[:depth], place), Tally()).add(group, self.measures)

    def tally(self, row: Key, column: Key = ()) -> Tally:
        """What stands in a cell; an empty tally where there is no record."""
        return self.tallies.get((row, column)) or Tally()

    def lines(self, shut: frozenset[str] = frozenset(), sort: str = "") -> Iterator[Line]:
        """The rows as they stand below one another, without those below rows that are shut."""
        yield from self._below(self.root, shut, sort)

    def _below(self, line: Line, shut: frozenset[str], sort: str) -> Iterator[Line]:
        for one in sorted(line.below.values(), key=lambda one: self._row_order(one, sort)):
            yield one
            if one.below and self.name(one.key) not in shut:
                yield from self._below(one, shut, sort)

    def name(self, key: Key) -> str:
        """What addresses call a row: the values of its key."""
        return "/".join("" if value is None else str(value) for value in key)

    def _row_order(self, line: Line, sort: str) -> tuple[Decimal, int]:
        place = self.rows[len(line.key) - 1].order[line.key[-1]]
        measure = next((one for one in self.measures if one.name == sort.removeprefix("-")), None)
        if measure is None:
            return Decimal(0), place
        weight = self.tally(line.key).weight(measure)
        return (-weight if sort.startswith("-") else weight), place

    def _column_order(self, key: Key) -> tuple[int, ...]:
        return tuple(axis.order[value] for axis, value in zip(self.across, key, strict=True))
