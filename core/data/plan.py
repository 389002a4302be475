"""What an import is going to write: records that wait for their ids, and references between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from .report import Finding, Level

Key = tuple[str, ...]
"""What tells a planned record from all others: its model, and its external id or the texts that it is matched by."""


@dataclass(frozen=True)
class Ref:
    """A record of the plan, in the place of the id that it does not have yet."""

    key: Key


@dataclass(frozen=True)
class Place:
    """Where something stands in a file."""

    file: str
    line: int

    def finding(self, column: str, value: str, level: Level, reason: str, done: str) -> Finding:
        return Finding(self.file, self.line, column, value, level, reason, done)


@dataclass
class Planned:
    """A record as the files have it.

    external: its external id; empty where only `match` tells that it is there already. values: Python
    field name → value as the store keeps it, with `Ref` for records of the plan. origins: field name → the
    place, column and text that it comes from. keep: a record that is there stays as it is.
    """

    key: Key
    place: Place
    external: str = ""
    match: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, tuple[Place, str, str]] = field(default_factory=dict)
    keep: bool = False

    @property
    def model(self) -> str:
        return self.key[0]

    def refs(self) -> Iterator[tuple[str, Ref]]:
        """(field name, reference) of all that it points at within the plan."""
        for name, value in self.values.items():
            if isinstance(value, Ref):
                yield name, value
            elif isinstance(value, tuple):
                for member in value:
                    if isinstance(member, Ref):
                        yield name, member


@dataclass
class PlannedStep:
    """The records that one step is the first to mention, in the order of its rows."""

    name: str
    model: str
    records: list[Planned] = field(default_factory=list)


@dataclass
class Plan:
    """All records of an import by key, step by step. skip_bad_rows: what the database refuses is left out."""

    prefix: str = ""
    origin: str = "import"
    addon: str = ""
    skip_bad_rows: bool = False
    steps: list[PlannedStep] = field(default_factory=list)
    records: dict[Key, Planned] = field(default_factory=dict)

    def forget_dropped(self) -> None:
        """Take what `records` no longer holds out of the steps."""
        for step in self.steps:
            step.records = [record for record in step.records if self.records.get(record.key) is record]


class Progress(Protocol):
    """Who is told how far an import has come."""

    def begin(self, task: str, total: int) -> None:
        """A task starts, of so many rows; the one before it has ended."""

    def advance(self, rows: int) -> None:
        """So many more rows of the task are done."""


class Silent:
    """Tells nobody."""

    def begin(self, task: str, total: int) -> None:
        pass

    def advance(self, rows: int) -> None:
        pass
