"""Queries as statements."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.fold import folded
from core.orm.query.conditions import met
from core.orm.query.expressions import Descending
from core.orm.query.figures import placed
from core.orm.query.levels import check_levels, same
from core.orm.query.space import Output, Space, Statement
from core.orm.query.sql import sql
from core.orm.query.term import Term
from core.orm.query.typed import Typed, alike, like
from core.orm.read.sums import in_order

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.filter import Filter
    from core.orm.query.build import Query, Select, Union

Compiled = tuple[Any, tuple[Output, ...]]


class Compiler:
    """How the parts of a query become SQL; see `Words`."""

    def sql(self, term: Term[Any], space: Space) -> Typed:
        """A term."""
        return sql(term, space)

    def met(self, condition: Filter, space: Space, negate: bool = False) -> Any:
        """A condition."""
        return met(condition, space, negate)

    def query(self, query: Query, statement: Statement, outer: Space | None) -> Compiled:
        """A query inside another, or a common table."""
        return compile_query(query, statement, outer)


def compiled(query: Query, env: Env, *, halved: bool) -> Compiled:
    """The statement of a query for what `env` may see, and the columns that it gives."""
    return compile_query(query, Statement(env, Compiler(), halved=halved), None, is_whole=True)


def compile_query(query: Any, statement: Statement, outer: Space | None, *, is_whole: bool = False) -> Compiled:
    """is_whole: nothing is around it, so that its sums may come in halves."""
    if query.parts:
        return _union(query, statement, outer)
    return _Selecting(query, statement, outer, is_whole).compile()


class _Selecting:
    """One select on its way to SQL."""

    def __init__(self, query: Select, statement: Statement, outer: Space | None, is_whole: bool) -> None:
        self.query, self.is_whole = query, is_whole
        self.space = Space(statement, outer)
        self.groups: list[Any] = []

    def compile(self) -> Compiled:
        """The statement, and its columns."""
        query, space = self.query, self.space
        space.fill(query)
        self.outputs = tuple(self._output(label, term) for label, term in query.terms.items())
        columns = [column for output in self.outputs for column in self._columns(output)]
        tests = [*(space.met(condition) for condition in query.filters)]
        having = [space.met(condition) for condition in query.having_]
        self.groups = [self._group(item) for item in query.groups]
        orders = [term for item in query.orders for term in self._order(item)]
        check_levels(query)
        statement = sa.select(*columns)
        tests += space.tests
        statement = statement.select_from(space.source())
        around = space.around()
        if around:
            statement = statement.correlate(*around)
        if tests:
            statement = statement.where(*tests)
        if self.groups:
            statement = statement.group_by(*self.groups)
        if having:
            statement = statement.having(*having)
        if query.is_distinct:
            statement = statement.distinct()
        if orders:
            statement = statement.order_by(*orders)
        return _page(statement, query), self.outputs

    def _output(self, label: str, term: Term[Any]) -> Output:
        typed = self.space.sql(term)
        if typed.kind == "text" and not typed.plain and self.space.dialect == "postgresql":
            typed = replace(typed, sql=typed.sql.collate("C"))  # what is worked out has no order of its own
        return Output(label, typed if self.is_whole else replace(typed, halves=None))

    def _columns(self, output: Output) -> list[Any]:
        if output.typed.halves is None:
            return [output.typed.sql.label(output.label)]
        high, low = output.typed.halves
        return [high.label(output.label), low.label(f"{output.label} ")]

    def _place(self, label: str) -> Any:
        """A column by its number: a name could be taken for one of a table, and an expression would bind its values
        a second time, which PostgreSQL does not take for the same."""
        place = 1
        for output in self.outputs:
            if output.label == label:
                break
            place += 1 if output.typed.halves is None else 2
        return sa.literal_column(str(place))

    def _label(self, item: Any) -> str:
        """The label of a column that is meant by it, or "" where none is."""
        if isinstance(item, str):
            return item
        return next((label for label, term in self.query.terms.items() if same(term, item)), "")

    def _group(self, item: Any) -> Any:
        label = self._label(item)
        return self._place(label) if label else self.space.sql(item).sql

    def _order(self, item: Any) -> list[Any]:
        descending = isinstance(item, Descending) or (isinstance(item, str) and item.startswith("-"))
        given = item.term if isinstance(item, Descending) else item
        label = self._label(given.removeprefix("-") if isinstance(given, str) else given)
        found = next((output.typed for output in self.outputs if output.label == label), None)
        typed = self.space.sql(given) if found is None else found
        readable = None
        if typed.kind == "text" and typed.plain and not self.query.is_distinct and self._may_sort_folded(label):
            readable = self._folded(typed)
        terms = []
        if readable is not None:
            if self.groups:
                self.groups.append(readable)
            terms.append(placed(readable, descending, typed.nullable))
        if typed.halves is not None:
            return [placed(half, descending, False) for half in in_order(*typed.halves)]
        place = self._place(label) if label else typed.sql
        return [*terms, placed(place, descending, typed.nullable)]

    def _may_sort_folded(self, label: str) -> bool:
        """Whether the text stands for itself: it is no figure, and it is grouped by where there are groups."""
        return not self.groups or not label or any(self._label(item) == label for item in self.query.groups)

    def _folded(self, typed: Typed) -> Any:
        """The text as readers sort it: whatever its case and accents."""
        found = folded(typed.sql) if typed.shadow is None else typed.shadow
        return found.collate("C") if self.space.dialect == "postgresql" else found


def _union(query: Union, statement: Statement, outer: Space | None) -> Compiled:
    parts = [compile_query(part, statement, outer) for part in query.parts]
    dialect = statement.dialect
    outputs = []
    columns: list[list[Any]] = [[] for _part in parts]
    tables = [part.subquery(f"part_{statement.number()}") for part, _outputs in parts]
    for place, label in enumerate(query.labels):
        given = [
            replace(found[place].typed, sql=table.c[found[place].label], constant=None)
            for table, (_part, found) in zip(tables, parts, strict=True)
        ]
        expressions, pattern = alike(given, dialect)
        for listed, expression in zip(columns, expressions, strict=True):
            listed.append(like(pattern, expression, dialect).sql.label(label))
        outputs.append(Output(label, replace(like(pattern, expressions[0], dialect), nullable=True)))
    selects = [sa.select(*listed).select_from(table) for listed, table in zip(columns, tables, strict=True)]
    joined: Any = sa.union_all(*selects) if query.is_all else sa.union(*selects)
    if not query.orders and query.most is None and not query.offset:
        return joined, tuple(outputs)
    table = joined.subquery(f"union_{statement.number()}")
    whole = sa.select(*(table.c[label] for label in query.labels))
    for item in query.orders:
        label = item.removeprefix("-")
        typed = next(output.typed for output in outputs if output.label == label)
        if typed.kind == "text":
            readable: Any = folded(table.c[label])
            readable = readable.collate("C") if dialect == "postgresql" else readable
            whole = whole.order_by(placed(readable, item.startswith("-"), True))
        whole = whole.order_by(placed(table.c[label], item.startswith("-"), True))
    return _page(whole, query), tuple(outputs)


def _page(statement: Any, query: Select | Union) -> Any:
    if query.most is not None:
        statement = statement.limit(query.most)
    return statement.offset(query.offset) if query.offset else statement
