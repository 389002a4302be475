"""Whose statement it is: each statement of a unit that has a name begins with it, as a comment.

    /* request 8f0c… */ SELECT …

So what `pg_stat_activity` and the log of slow statements show leads to the line of the server's log. SQLite shows
statements to nobody, and keeps prepared ones by their whole text: there they go without.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

OPTION = "banyan_trace"
_FOREIGN = re.compile(r"[^\w.: -]+", re.ASCII)
LONGEST = 80


def traced(text: str) -> str:
    """`text` with nothing in it that could end a comment, and not long."""
    return _FOREIGN.sub("_", text)[:LONGEST]


def comment_statements(engine: sa.Engine) -> None:
    """Put the name that a connection's options hold before each of its statements."""
    sa.event.listen(engine, "before_cursor_execute", _comment, retval=True)


def _comment(
    connection: sa.Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    name = connection.get_execution_options().get(OPTION)
    return (f"/* {name} */ {statement}" if name else statement), parameters
