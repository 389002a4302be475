"""Counting statements: the proof that a page does not query row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

_NOT_WORK = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "PRAGMA")


@dataclass
class Statements:
    """The statements that reached a database while they were counted, in order, as their SQL text."""

    texts: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many there were; a failing assertion shows them all, since the object prints its texts."""
        return len(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


@contextmanager
def count_statements() -> Iterator[Statements]:
    """Count what this process sends to any database, but for what begins a unit, savepoints and pragmas."""
    seen = Statements()

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        begins = context is not None and context.execution_options.get("banyan_begins")
        if not begins and not statement.startswith(_NOT_WORK):
            seen.texts.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
