"""Queries as they are put together: immutable, each step gives another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from core.errors import DeclarationError, nearest
from core.orm.filter import Filter
from core.orm.path import Path
from core.orm.query.expressions import Descending
from core.orm.query.run import run
from core.orm.query.sources import Column, Source, Table
from core.orm.query.term import Term, term
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.env import Env

R = TypeVar("R")

Order: TypeAlias = "str | Term[Any] | Descending"


class Query:
    """What a select and a union have in common. parts: the queries of a union; a select has none."""

    labels: tuple[str, ...]
    parts: tuple[Query, ...] = ()

    @overload
    def rows(self, env: Env) -> list[dict[str, Any]]: ...
    @overload
    def rows(self, env: Env, into: type[R]) -> list[R]: ...
    def rows(self, env: Env, into: type[R] | None = None) -> list[Any]:
        """The rows as `env` may see them, as dicts by label or as objects of the dataclass `into`. One statement.

        Changes that are pending are written before. Raises AccessDenied where the environment may not read a
        model or a field, and Invalid where a number is too large to work out exactly.
        """
        found = run(self, env)
        labels = self.labels
        if into is None:
            return list(map(dict, map(zip, repeat(labels), found)))  # no frame of Python's for each row
        return [into(**dict(zip(labels, row, strict=True))) for row in found]

    def value(self, env: Env) -> Any:
        """The first column of the first row; None where there is no row."""
        found = run(self, env)
        return next((row[0] for row in found), None)

    def as_table(self, name: str) -> Table:
        """The query to be read from in another: `monthly = q.as_table("monthly")`, then `monthly.total`."""
        return Table(self, name)

    def union(self, *others: Query) -> Union:
        """The rows of all, each once. Columns go by their place; labels are this query's."""
        return Union((self, *others), False)

    def union_all(self, *others: Query) -> Union:
        """The rows of all."""
        return Union((self, *others), True)

    def _check_labels(self, given: Sequence[object]) -> None:
        for item in given:
            if isinstance(item, str) and item.removeprefix("-") not in self.labels:
                label = item.removeprefix("-")
                raise DeclarationError(
                    f"the query has no column '{label}'", where=caller(), hint=nearest(label, self.labels)
                )


@dataclass(frozen=True, eq=False)
class Join:
    """A further source. left: rows without a match stay."""

    source: Source
    on: Filter
    left: bool


@dataclass(frozen=True, eq=False)
class Select(Query):
    """Rows of one or several sources."""

    source: Source
    terms: dict[str, Term[Any]]
    joins: tuple[Join, ...] = ()
    filters: tuple[Filter, ...] = ()
    groups: tuple[str | Term[Any], ...] = ()
    having_: tuple[Filter, ...] = ()
    orders: tuple[Order, ...] = ()
    most: int | None = None
    offset: int = 0
    is_distinct: bool = False

    @property
    def labels(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names of the columns."""
        return tuple(self.terms)

    def columns(self, *paths: Term[Any] | Any, **terms: Any) -> Select:
        """The same with further columns."""
        return replace(self, terms={**self.terms, **_labelled(paths, terms)})

    def join(self, source: Source, on: Filter) -> Select:
        """Beside each row those of another source that meet a condition: `join(payer, equal(Order.payer, payer))`."""
        return replace(self, joins=(*self.joins, Join(source, on, False)))

    def left_join(self, source: Source, on: Filter) -> Select:
        """As `join`; a row without a match stays, with nothing beside it."""
        return replace(self, joins=(*self.joins, Join(source, on, True)))

    def where(self, *filters: Filter) -> Select:
        """Only rows that meet all conditions: filters, and comparisons of terms."""
        return replace(self, filters=(*self.filters, *filters))

    def group_by(self, *terms: str | Term[Any] | Any) -> Select:
        """One row for each combination of values of labels or terms."""
        self._check_labels(terms)
        return replace(self, groups=(*self.groups, *_terms(terms)))

    def having(self, *filters: Filter) -> Select:
        """Only groups that meet all conditions."""
        return replace(self, having_=(*self.having_, *filters))

    def order_by(self, *terms: Order | Any) -> Select:
        """In the order of labels (`-` before what descends) or terms; what is absent comes last."""
        self._check_labels(terms)
        return replace(self, orders=tuple(_terms(terms)))

    def limit(self, most: int, offset: int = 0) -> Select:
        """At most so many rows, from the `offset`-th on."""
        _check_page(most, offset)
        return replace(self, most=most, offset=offset)

    def distinct(self) -> Select:
        """Each row once."""
        return replace(self, is_distinct=True)


@dataclass(frozen=True, eq=False)
class Union(Query):
    """The rows of several queries."""

    parts: tuple[Query, ...]
    is_all: bool = False
    orders: tuple[str, ...] = ()
    most: int | None = None
    offset: int = 0
    labels: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        counts = {len(part.labels) for part in self.parts}
        if len(counts) > 1:
            raise DeclarationError("the queries of a union have different numbers of columns", where=caller())
        object.__setattr__(self, "labels", self.parts[0].labels)

    def order_by(self, *labels: str) -> Union:
        """In the order of labels, `-` before what descends."""
        self._check_labels(labels)
        return replace(self, orders=labels)

    def limit(self, most: int, offset: int = 0) -> Union:
        """At most so many rows, from the `offset`-th on."""
        _check_page(most, offset)
        return replace(self, most=most, offset=offset)


def select(source: Source, /, *paths: Term[Any] | Any, **terms: Any) -> Select:
    """A query on a model (its class or name), an alias of one, or another query.

    paths: columns that are labelled as they are written, `partner.name`. terms: columns by their label.
    """
    return Select(source, _labelled(paths, terms))


def _check_page(most: int, offset: int) -> None:
    for name, number in (("limit", most), ("offset", offset)):
        if type(number) is not int or not 0 <= number < 2**63:
            raise DeclarationError(f"{name}={number!r} is no number of rows", where=caller())


def _labelled(paths: Sequence[Any], terms: dict[str, Any]) -> dict[str, Term[Any]]:
    found: dict[str, Term[Any]] = {}
    for given in paths:
        path = term(given)
        if isinstance(path, Path):
            found[".".join(path.names)] = path
        elif isinstance(path, Column):
            found[path.label] = path
        else:
            raise DeclarationError("what is worked out needs a label: total=…", where=caller())
    return {**found, **{label: term(given) for label, given in terms.items()}}


def _terms(given: Sequence[Any]) -> list[Any]:
    return [item if isinstance(item, str | Descending) else term(item) for item in given]
