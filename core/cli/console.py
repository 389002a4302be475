"""Where tables are printed."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

WIDE = 200


def console() -> Console:
    """Standard output; wide where it is not a terminal, so that lines stay whole for other programs."""
    out = Console(highlight=False, markup=False)
    return out if out.is_terminal else Console(highlight=False, markup=False, width=WIDE)


def table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """A table with these columns; those in `numbers`, behind the others, are set to the right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for column in numbers:
        made.add_column(column, justify="right")
    return made
