"""What a process writes about itself: one line an event, on standard error, as text or as JSON.

Each line of a request has the request's id, which is also in the answer's header `X-Request-ID`, in the reference
that a person sees when something went wrong, and before each statement in PostgreSQL.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from structlog.typing import Processor

    from core.settings import Settings

_LEVELS = {"text": logging.WARNING, "json": logging.INFO}
"""A person at a terminal reads what needs them; a program that collects lines takes every request."""


def configure(settings: Settings) -> None:
    """Write as the settings say, whatever library has something to tell."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    if settings.log_format == "json":
        shown: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        shown = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="at")]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper() if settings.log_level else _LEVELS[settings.log_format])


def bind(**values: object) -> None:
    """Put these values on each further line of this thread, until `clear`."""
    structlog.contextvars.bind_contextvars(**values)


def clear() -> None:
    """Begin anew: what was bound belongs to what is over."""
    structlog.contextvars.clear_contextvars()
