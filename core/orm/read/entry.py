"""Where a statement enters a large table: by the order of the list, or by the few records that a condition passes.

    a rule that passes one in two          by the order: read on, test each row, stop when the page is full
    a rule that passes one in a thousand   by the rule: its few ids first, then their rows, then sort those

Neither engine can know which: SQLite keeps no statistics unless told to, and PostgreSQL takes every tag for the
average tag. So the conditions that an index serves are counted now and then (`core.orm.read.shares`), and the
statement is written in the form that leaves only the chosen way. All conditions stay in it whichever is chosen: an
entry narrows what they are asked of, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators

from core.orm.filter import ALL, All, Condition, Filter
from core.orm.read.scope import Scope
from core.orm.read.shares import CAP, SMALL
from core.orm.read.source import is_served, key_of, source
from core.orm.read.where import where

DEPTH = 20
"""Of the tables of an entry, so that none is called as one of the statement around it."""


@dataclass(frozen=True)
class Part:
    """One of the conditions that all have to hold. ruling: it is of a rule, in which other rules do not count."""

    condition: Filter
    ruling: bool


def tests(scope: Scope, filters: Sequence[Filter], want: int | None) -> list[Any]:
    """The conditions of a statement on the root of `scope`: the filters, and the rule of its reader.

    want: so many rows are enough, in the order of the list or in any; None where all are wanted.
    """
    parts = [Part(part, ruling=False) for condition in filters for part in _parts(condition)]
    parts += [Part(part, ruling=True) for part in _parts(_rule(scope))]
    models = scope.unit.models
    served: list[Part] = []
    if not any(_names_records(part.condition) for part in parts):
        served = [part for part in parts if is_served(models, scope.info, part.condition)]
    counted = _counted(scope, served, want) if served else None
    if counted is None:
        return [_test(part, scope) for part in parts]
    size, passing = counted
    entry = min(served, key=lambda part: passing[part])
    if _is_few(passing[entry], size, want):
        return [_is_among(scope, entry), *(_test(part, scope, aside=part in served) for part in parts)]
    return [_test(part, scope, aside=want is not None and part in served) for part in parts]


def _rule(scope: Scope) -> Filter:
    if scope.view is None or scope.view.env.elevated:
        return ALL
    allowed = scope.view.env._allowed("read", scope.info.name)
    assert allowed is not None, "nobody asks for records that no grant lets them read"
    return allowed


def _parts(condition: Filter) -> Iterator[Filter]:
    """The conditions that all have to hold for it."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    elif condition is not ALL:
        yield condition


def _names_records(condition: Filter) -> bool:
    """Whether it gives ids: both engines begin with these by themselves."""
    return isinstance(condition, Condition) and condition.names == ("id",) and condition.operator in ("=", "in")


def _is_few(passing: int, size: int, want: int | None) -> bool:
    """Whether entering by what passes costs less than reading on until so many are met.

    The one looks at `passing` rows. The other meets one in `size / passing`, so it looks at `want` times as many.
    """
    if passing > CAP:
        return False
    return passing * 4 < size if want is None else passing * passing < want * size


# -- the conditions as SQL ------------------------------------------------------------------------------------


def _test(part: Part, scope: Scope, *, aside: bool = False) -> Any:
    """The condition as SQL. aside: asked of each row that is met, and no way into the table."""
    inner = scope
    if part.ruling:
        inner = Scope(scope.unit, scope.info, None, scope.table, scope.depth, scope.env)
    if not aside:
        return where(part.condition, inner)
    inner.row_by_row = True
    try:
        test = where(part.condition, inner)
    finally:
        inner.row_by_row = False
    if scope.dialect == "postgresql":
        return sa.and_(test).is_(sa.true())  # what stands inside of something is made no join of
    # A plus keeps SQLite from entering by the index of what stands behind it.
    return sa.UnaryExpression(
        sa.and_(test).self_group(against=operators.inv), operator=operators.custom_op("+"), type_=sa.Boolean()
    )


def _is_among(scope: Scope, part: Part) -> Any:
    """The record is one of those that the condition passes, which are found first."""
    ids = _source(scope, part).correlate(None)
    if scope.dialect == "postgresql":
        return scope.table.c.id == sa.any_(sa.func.array(ids.scalar_subquery(), type_=sa.ARRAY(sa.BigInteger)))
    return scope.table.c.id.in_(ids)


def _source(scope: Scope, part: Part) -> sa.Select[Any]:
    view = None if part.ruling else scope.view
    own = Scope(scope.unit, scope.info, view, scope.info.alias("entry"), DEPTH, scope.env)
    return source(part.condition, own)


# -- counting ---------------------------------------------------------------------------------------------------


def _counted(scope: Scope, parts: Sequence[Part], want: int | None) -> tuple[int, dict[Part, int]] | None:
    """(rows of the table, condition → how many it passes); None where that is not worth knowing, or not known.

    A statement that wants everything is no reason to count.
    """
    shares = scope.unit._shares
    if shares is None:
        return None
    of_size: Hashable = ("size", scope.info.name)
    size = shares.get(of_size)
    if size is not None and size <= SMALL:
        return None
    keys = {part: _key(scope, part) for part in parts}
    passing = {part: shares.get(key) for part, key in keys.items()}
    missing = [part for part in parts if passing[part] is None]
    if size is None or missing:
        if want is None:
            return None
        found = _count(scope, missing)
        shares.keep({of_size: found[0], **{keys[part]: count for part, count in zip(missing, found[1:], strict=True)}})
        size = found[0]
        passing.update(zip(missing, found[1:], strict=True))
    return None if size <= SMALL else (size, {part: count or 0 for part, count in passing.items()})


def _count(scope: Scope, parts: Sequence[Part]) -> list[int]:
    """The size of the table, and how many records each condition passes: one statement for all."""
    columns = [sa.select(sa.func.max(scope.info.table.c.id)).scalar_subquery()]
    for place, part in enumerate(parts):
        met = _source(scope, part).limit(CAP + 1).subquery(f"met_{place}")
        columns.append(sa.select(sa.func.count()).select_from(met).scalar_subquery())
    return [count or 0 for count in scope.unit._run(sa.select(*columns)).one()]


def _key(scope: Scope, part: Part) -> Hashable:
    reader = None if part.ruling or scope.view is None else scope.view.env._reader
    return (scope.info.name, reader, key_of(part.condition))
