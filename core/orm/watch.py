"""Watching statements while developing: `BANYAN_DEBUG_QUERIES=1` names those that one unit repeats, and who asked.

A statement that runs again and again in one request is a loop that queries row by row. The log names the
line of the addon that asked, since the model layer's own frames are of no help there.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from typing import Any, Self

import sqlalchemy as sa

from core.orm.where import of_addon

VARIABLE = "BANYAN_DEBUG_QUERIES"
OFTEN = 3
"""A statement that ran so often from one line is named."""
LONG = 300
logger = logging.getLogger("banyan.queries")


class Watch:
    """The statements of one unit of work."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()

    @classmethod
    def begin(cls) -> Self | None:
        """A watch where development asks for one."""
        return cls() if os.environ.get(VARIABLE, "") not in ("", "0") else None

    def note(self, statement: sa.Executable, dialect: sa.Dialect) -> None:
        """Count a statement for the line that asked for it; values do not make it another one."""
        compiled: Any = statement.compile(dialect=dialect) if isinstance(statement, sa.ClauseElement) else statement
        self._seen[" ".join(str(compiled).split()), of_addon(sys._getframe(2))] += 1

    @property
    def repeated(self) -> list[tuple[int, str, str]]:
        """(how often, line, statement) of those that ran often, the most often first."""
        found = [(times, place, text) for (text, place), times in self._seen.items() if times >= OFTEN]
        return sorted(found, reverse=True)

    def report(self) -> None:
        """Log the repeated ones."""
        for times, place, text in self.repeated:
            logger.warning("%s asked %d times: %s", place, times, text if len(text) <= LONG else f"{text[:LONG]} …")
