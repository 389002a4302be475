"""The guard: a connection that runs only what passed one of the two doors.

Both doors stamp their statements with a token that only the model layer holds. A listener of the engine
refuses everything else: `text()`, statements built by hand, bulk operations, a session of one's own.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.sql.elements import ReleaseSavepointClause, RollbackToSavepointClause, SavepointClause

from core.errors import Unguarded

_TOKEN = object()
STAMP = {"banyan_door": _TOKEN}
BEGINNING = {**STAMP, "banyan_begins": True}
"""The stamp of what a unit of work begins with, like the beginning of its transaction: it counts as no work."""
_SAVEPOINTS = (SavepointClause, RollbackToSavepointClause, ReleaseSavepointClause)


def guard(engine: sa.Engine) -> None:
    """Make `engine` refuse each statement without the stamp."""
    sa.event.listen(engine, "before_cursor_execute", _refuse_unstamped)


def _refuse_unstamped(
    connection: sa.Connection,
    cursor: DBAPICursor,
    statement: str,
    parameters: Any,
    context: ExecutionContext | None,
    executemany: bool,
) -> None:
    if context is not None:
        if context.execution_options.get("banyan_door") is _TOKEN:
            return
        if type(getattr(getattr(context, "compiled", None), "statement", None)) in _SAVEPOINTS:
            return
    raise Unguarded(
        f"A statement reached the database without passing the model layer: {statement.split(chr(10))[0][:80]!r}. "
        "Use env[Model] to read and write, so that access, versions and history hold."
    )
