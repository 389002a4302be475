"""Space: the tables of one select of a query, each out of a scope with its reader's rule.

A space lies inside another where a sub-query stands in a row of it: what is not found here is looked for
there. All spaces of a statement share its common tables and the numbers that keep aliases apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from core.errors import DeclarationError
from core.orm.path import Path
from core.orm.query.sources import Column, Source, Table, key_of
from core.orm.query.term import Term
from core.orm.query.typed import Typed, of_column
from core.orm.read.scope import Scope

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.filter import Filter
    from core.orm.query.build import Join, Query, Select


@dataclass(frozen=True)
class Output:
    """A column that a query gives."""

    label: str
    typed: Typed


class Words(Protocol):
    """How what stands in a query becomes SQL. Terms hold conditions, these hold queries, and queries hold terms."""

    def sql(self, term: Term[Any], space: Space) -> Typed: ...
    def met(self, condition: Filter, space: Space, negate: bool = False) -> Any: ...
    def query(self, query: Query, statement: Statement, outer: Space | None) -> tuple[Any, tuple[Output, ...]]: ...


class Statement:
    """What all selects of one statement share.

    halved: whether sums are added up in two halves, which is slower and never overflows.
    """

    def __init__(self, env: Env, words: Words, *, halved: bool) -> None:
        self.env, self.words, self.halved = env, words, halved
        self.unit = env._unit
        self.dialect = env._unit._dialect
        self.tables: dict[Table, tuple[Any, tuple[Output, ...]]] = {}
        self._numbers = count(1)

    def number(self) -> int:
        """A number that no alias of the statement has yet; the scope has the next nine for its sub-selects."""
        return next(self._numbers) * 10


@dataclass
class Member:
    """A source in a space. on: how it is joined; None where WHERE says it. nested: so many of the joins of its scope
    stand inside its own join, since its condition looks at them."""

    table: Any
    scope: Scope | None = None
    outputs: tuple[Output, ...] = ()
    on: Any = None
    left: bool = False
    nested: int = 0


class Space:
    """The sources of one select, by their key."""

    def __init__(self, statement: Statement, outer: Space | None) -> None:
        self.statement, self.outer = statement, outer
        self.members: dict[Any, Member] = {}
        self.tests: list[Any] = []

    @property
    def dialect(self) -> str:
        return self.statement.dialect

    def sql(self, term: Term[Any]) -> Typed:
        """A term as SQL."""
        return self.statement.words.sql(term, self)

    def met(self, condition: Filter) -> Any:
        """A condition as SQL."""
        return self.statement.words.met(condition, self)

    def query(self, query: Query) -> tuple[Any, tuple[Output, ...]]:
        """A query inside this one, and its columns."""
        return self.statement.words.query(query, self.statement, self)

    def add(self, source: Source) -> Member:
        """Put a source among the tables. Raises AccessDenied where the reader may not read it."""
        key = key_of(source)
        if key in self.members:
            raise DeclarationError(f"{key} is twice in one query: use an alias of it for the second")
        if isinstance(source, Table):
            table, outputs = self._common(source)
            member = Member(table.alias(f"{source._name}_{self.statement.number()}"), outputs=outputs)
        else:
            env = self.statement.env
            view = env._view(source if isinstance(source, str) else source._name)
            self.statement.unit.may_search(view.info.name)
            if not env.elevated and env._allowed("read", view.info.name) is None:
                raise view.denied("read")
            number = self.statement.number()
            table = view.info.table.alias(f"t{number}")
            member = Member(table, Scope(self.statement.unit, view.info, view, table, number))
        self.members[key] = member
        return member

    def _common(self, source: Table) -> tuple[Any, tuple[Output, ...]]:
        known = self.statement.tables.get(source)
        if known is None:
            statement, outputs = self.statement.words.query(source._query, self.statement, None)
            name = f"{source._name}_{self.statement.number()}"
            known = self.statement.tables[source] = (statement.cte(name), outputs)
        return known

    def fill(self, query: Select) -> None:
        """Add the sources of a select, with the conditions that join them."""
        root = self.add(query.source)
        if root.scope is not None:
            self.tests += root.scope.rule()
        for join in query.joins:
            self._join(join)

    def _join(self, join: Join) -> None:
        member = self.add(join.source)
        member.left = join.left
        rule = [] if member.scope is None else member.scope.rule()
        condition = sa.and_(self.met(join.on), *rule)
        member.nested = 0 if member.scope is None else len(member.scope.joins)
        if member.nested and not join.left:
            # What it looks at can only be joined behind it, so the condition waits for all tables.
            member.nested, member.on = 0, sa.true()
            self.tests.append(condition)
        else:
            member.on = condition

    def source(self) -> Any:
        """All tables, joined."""
        joined: Any = None
        for member in self.members.values():
            joins = [] if member.scope is None else member.scope.joins
            table: Any = member.table
            for alias, on in joins[: member.nested]:
                table = table.outerjoin(alias, on)
            if joined is None:
                joined = table
            else:
                joined = joined.outerjoin(table, member.on) if member.left else joined.join(table, member.on)
            for alias, on in joins[member.nested :]:
                joined = joined.outerjoin(alias, on)
        return joined

    def around(self) -> list[Any]:
        """The tables of the selects around this one."""
        found: list[Any] = []
        space = self.outer
        while space is not None:
            for member in space.members.values():
                found.append(member.table)
                found += [alias for alias, _on in ([] if member.scope is None else member.scope.joins)]
            space = space.outer
        return found

    # -- what stands in it ------------------------------------------------------------------------

    def member(self, key: Any, where: str = "") -> Member:
        """The source of that key, here or further out. Raises DeclarationError."""
        space: Space | None = self
        while space is not None:
            if key in space.members:
                return space.members[key]
            space = space.outer
        raise DeclarationError(f"{key!r} is not among the sources of the query: join it", where=where)

    def scope(self, source: Any, where: str = "") -> Scope:
        """The scope of a model or an alias."""
        scope = self.member(source, where).scope
        assert scope is not None
        return scope

    def path(self, path: Path[Any]) -> Typed:
        """The column at the end of a path."""
        scope = self.scope(key_of(path), path.where)
        column = scope.column(path.names)
        outer = self.member(key_of(path)).left
        typed = of_column(column.sql, column.field, self.dialect, nullable=column.nullable or outer)
        if typed.kind != "text":
            return typed
        return Typed(typed.sql, "text", shadow=scope.shadow(path.names), plain=True, nullable=typed.nullable)

    def column(self, column: Column) -> Typed:
        """A column of a query that is read from."""
        member = self.member(column.table)
        output = next(output for output in member.outputs if output.label == column.label)
        typed = output.typed
        return Typed(member.table.c[column.label], typed.kind, typed.scale, plain=True)
