"""Running a query: one statement, and its answers as the caller gets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.orm.query.compile import compiled
from core.orm.query.space import Output
from core.orm.query.typed import reader, too_large
from core.orm.read.sums import LOW

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.query.build import Query

OVERFLOW = "integer overflow"
"""What SQLite says where a sum passes 64 bits: when it begins, or when its rows are fetched."""


def run(query: Query, env: Env) -> Iterable[tuple[Any, ...]]:
    """The rows of a query, a tuple each."""
    env._unit._pending.write()
    try:
        return _run(query, env, halved=False)
    except Exception as error:
        if not _is_overflow(error):
            raise
    try:
        return _run(query, env, halved=True)
    except Exception as error:
        if not _is_overflow(error):
            raise
        raise too_large() from error


def _is_overflow(error: BaseException) -> bool:
    cause = error.__cause__ if isinstance(error, Invalid) else error
    return OVERFLOW in str(getattr(cause, "orig", cause))


def _run(query: Query, env: Env, *, halved: bool) -> Iterable[tuple[Any, ...]]:
    statement, outputs = compiled(query, env, halved=halved)
    with env._unit._run(statement) as result:
        # Rows as the driver gives them: SQLAlchemy's own cost as much as a report's statement.
        rows = result.cursor.fetchall()
        dialect = result.dialect
    readers = [reader(output.typed, output.label, dialect) for output in outputs]
    if not any(readers):
        return rows  # type: ignore[no-any-return]
    width = sum(1 if output.typed.halves is None else 2 for output in outputs)
    columns: list[Any] = [list(map(itemgetter(place), rows)) for place in range(width)]
    if width > len(outputs):
        columns = _joined(columns, outputs)
    return zip(
        *(column if read is None else read(column) for read, column in zip(readers, columns, strict=True)), strict=True
    )


def _joined(columns: Sequence[Sequence[Any]], outputs: Sequence[Output]) -> list[Any]:
    """Sums that came in two halves, put together."""
    waiting = iter(columns)
    found: list[Any] = []
    for output in outputs:
        column = next(waiting)
        if output.typed.halves is not None:
            if float in {type(number) for number in column}:
                raise too_large(output.label)
            column = [high * LOW + low for high, low in zip(column, next(waiting), strict=True)]
        found.append(column)
    return found
