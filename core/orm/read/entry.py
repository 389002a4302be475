"""Where a statement enters a large table: by the order of the list, or by the few records that a condition passes.

    a rule that passes one in two          by the order: read on, test each row, stop when the page is full
    a rule that passes one in a thousand   by the rule: its few ids first, then their rows, then sort those

Neither engine can know which: SQLite keeps no statistics unless told to, and PostgreSQL takes every tag for the
average tag. So the conditions that an index serves are counted now and then (`core.orm.read.shares`), and the
statement is written in the form that leaves only the chosen way. What the records are is the same in each form.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from core.orm.filter import ALL, NEGATIVE, All, Condition, Filter, Some
from core.orm.read.aside import aside
from core.orm.read.scope import Scope
from core.orm.read.shares import CAP, SMALL, size_of
from core.orm.read.source import is_exact, is_served, key_of, source
from core.orm.read.where import where

DEPTH = 20
"""Of the tables of an entry, so that none is called as one of the statement around it."""


ROW_COST = 8
"""What it costs PostgreSQL to ask a row about a list: a plan begins anew for each. To fetch a row by its id is 1."""


@dataclass(frozen=True, eq=False)
class Part:
    """One of the conditions that all have to hold. ruling: it is of a rule, in which other rules do not count."""

    condition: Filter
    ruling: bool


@dataclass(frozen=True)
class Way:
    """The way into a table. served: the parts that an index serves. entry: the one of these that few pass.

    chosen: whether it was chosen by what they pass; otherwise it is left to the engine.
    """

    parts: Sequence[Part]
    served: Sequence[Part] = ()
    entry: Part | None = None
    chosen: bool = False


def tests(scope: Scope, filters: Sequence[Filter], want: int | None) -> list[Any]:
    """The conditions of a statement on the root of `scope`: the filters, and the rule of its reader.

    want: so many rows are enough, in the order of the list or in any; None where all are wanted.
    """
    way = _way(scope, filters, want)
    scope.is_sorted = way.entry is None
    return _written(scope, way)


def measure(scope: Scope, filters: Sequence[Filter], want: int) -> None:
    """Count what these conditions pass, where that is worth knowing, for several statements that ask for some of them.

    At most one statement, so that each of those does not count for itself.
    """
    parts = [Part(part, ruling=False) for condition in filters for part in _parts(condition)]
    parts += [Part(part, ruling=True) for part in _parts(_rule(scope))]
    served = [part for part in parts if is_served(scope.unit.models, scope.info, part.condition)]
    if served:
        _counted(scope, served, want)


def enough(scope: Scope, filters: Sequence[Filter], want: int) -> list[Any] | None:
    """The same of some of the records, so many that `want` of them may well meet it all; None where that gains nothing.

    It gains where each row would be asked about a list: PostgreSQL begins a plan anew for every row. What is met here
    is met; where it is less than `want`, nothing is known.
    """
    way = _way(scope, filters, want)
    lists = [part for part in way.served if not _is_of_columns(part.condition)]
    if scope.dialect != "postgresql" or not way.chosen or way.entry is not None or not lists:
        return None
    return _written(scope, replace(way, entry=lists[0]), most=2 * want)


def _way(scope: Scope, filters: Sequence[Filter], want: int | None) -> Way:
    parts = [Part(part, ruling=False) for condition in filters for part in _parts(condition)]
    parts += [Part(part, ruling=True) for part in _parts(_rule(scope))]
    if any(_names_records(part.condition) for part in parts):
        return Way(parts)
    served = [part for part in parts if is_served(scope.unit.models, scope.info, part.condition)]
    counted = _counted(scope, served, want) if served else None
    if counted is None:
        return Way(parts)
    size, passing = counted
    fewest = min(served, key=lambda part: passing[part])
    cost = 1 if scope.dialect == "sqlite" or _is_of_columns(fewest.condition) else ROW_COST
    if _is_few(passing[fewest], size, want, cost):
        return Way(parts, served, fewest, chosen=True)
    return Way(parts, served, chosen=want is not None)


def _written(scope: Scope, way: Way, most: int | None = None) -> list[Any]:
    """The conditions as SQL. most: of the records that the entry gives."""
    entry = way.entry
    tests = [
        _test(part, scope, by_row=way.chosen and part in way.served)
        for part in way.parts
        if part is not entry or not is_exact(part.condition)
    ]
    return tests if entry is None else [first_of_all(scope, _source(scope, entry).limit(most)), *tests]


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
    """Whether it gives ids, or a range of them as a stream's page does: both engines begin with these by themselves."""
    return isinstance(condition, Condition) and condition.names == ("id",) and condition.operator not in NEGATIVE


def _is_of_columns(condition: Filter) -> bool:
    """Whether the row itself answers it."""
    return all(isinstance(one, Condition) and len(one.names) == 1 for one in condition.conditions())


def _is_few(passing: int, size: int, want: int | None, cost: int) -> bool:
    """Whether entering by what passes costs less than reading on until so many are met.

    The one looks at `passing` rows. The other meets one in `size / passing`, so it looks at `want` times as many, at
    `cost` each.
    """
    if passing > CAP:
        return False
    return passing * 4 < size if want is None else passing * passing < want * size * cost


# -- the conditions as SQL ------------------------------------------------------------------------------------


def _test(part: Part, scope: Scope, *, by_row: bool = False) -> Any:
    """The condition as SQL. by_row: asked of each row that is met, and no way into the table."""
    inner = scope
    if part.ruling:
        inner = Scope(scope.unit, scope.info, None, scope.table, scope.depth, scope.env)
    if not by_row:
        return where(part.condition, inner)
    inner.row_by_row = True
    try:
        test = where(part.condition, inner)
    finally:
        inner.row_by_row = False
    return aside(test, scope.dialect)


def first_of_all(scope: Scope, ids: sa.Select[Any]) -> Any:
    """The record is one of these, which are found before any row is looked at."""
    ids = ids.correlate(None)
    if scope.dialect == "postgresql":
        # As an array, since what is joined may be joined from either side.
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
    size = shares.get(size_of(scope.info.name))
    if size is not None and size <= SMALL:
        return None
    keys = {part: _key(scope, part) for part in parts}
    missing = [part for part in parts if size is None or shares.get(keys[part]) is None]
    if missing:
        if want is None:
            return None
        shares.keep(_count(scope, {keys[part]: part for part in missing}))
        size = shares.get(size_of(scope.info.name))
    if size is None or size <= SMALL:
        return None
    return size, {part: shares.get(key) or 0 for part, key in keys.items()}


def _count(scope: Scope, missing: Mapping[Hashable, Part]) -> dict[Hashable, int]:
    """How many records each condition passes, and the sizes of the tables: one statement for all."""
    models = {scope.info.name: scope.info}
    for part in missing.values():
        models |= {name: scope.unit.models[name] for name in _lists(scope, part.condition)}
    columns = {size_of(name): sa.select(sa.func.max(info.table.c.id)) for name, info in models.items()}
    for place, (key, part) in enumerate(missing.items()):
        met = _source(scope, part).limit(CAP + 1).subquery(f"met_{place}")
        columns[key] = sa.select(sa.func.count()).select_from(met)
    row = scope.unit._run(sa.select(*(column.scalar_subquery() for column in columns.values()))).one()
    return {key: count or 0 for key, count in zip(columns, row, strict=True)}


def _lists(scope: Scope, condition: Filter) -> Iterator[str]:
    """The models whose records are the members of the lists that a condition asks about."""
    for one in condition.conditions():
        if isinstance(one, Some) and len(one.names) == 1 and (field := scope.info.fields.get(one.names[0])):
            yield field.target


def _key(scope: Scope, part: Part) -> Hashable:
    reader = None if part.ruling or scope.view is None else scope.view.env._reader
    return (scope.info.name, reader, key_of(part.condition))
