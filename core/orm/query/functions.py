"""The words of a query."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from core.orm.filter import Filter
from core.orm.path import Path
from core.orm.query.expressions import (
    Among,
    Case,
    Coalesce,
    Days,
    Descending,
    Exists,
    Figure,
    Part,
    PartName,
    Period,
    PeriodName,
    Rounded,
    Scalar,
)
from core.orm.query.sources import Alias, AliasPath, Source
from core.orm.query.term import Comparison, Constant, Expression, Ratio, Term, Value, term
from core.orm.where import caller
from core.orm.words import check_word

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.query.build import Query

T = TypeVar("T")
M = TypeVar("M", bound="Model")
Given = Any
"""A term, a class or an alias of a model (its id), or a value that stands for itself."""


def alias(model: type[M]) -> type[M]:
    """A model once more in the same query: `payer = alias(Partner)`, then `payer.name`."""
    return cast("type[M]", Alias(model))


def path(source: Source, names: str) -> Path[Any]:
    """A dotted path by its Python names, for code that does not know the model: `path("crm.lead", "partner.name")`.

    `id` and `display_name` are names too.
    """
    start = source if isinstance(source, Alias) else None
    model = source if isinstance(source, str) else source._name
    found: Path[Any] = Path(model, tuple(names.split(".")), None, caller())
    return found if start is None else AliasPath(start, found)


def name_of(relation: Given) -> Path[str]:
    """What people call the record at the end of a many-to-one, or the model's own record."""
    return _extended(relation, "display_name")


def id_of(relation: Given) -> Path[int]:
    """The id of a model's record."""
    found = term(relation)
    if not isinstance(found, Path):
        raise TypeError(f"{relation!r} is no model and no relation")
    return found


def _extended(relation: Given, name: str) -> Path[Any]:
    found = id_of(relation)
    names = (name,) if found.names == ("id",) else (*found.names, name)
    longer: Path[Any] = Path(found.model, names, None, caller())
    return AliasPath(found.source, longer) if isinstance(found, AliasPath) else longer


# -- values -----------------------------------------------------------------------------------------------


def value(of: Value) -> Expression[Any]:
    """A value that stands for itself."""
    return Constant(of)


def case(*choices: tuple[Filter, Given], otherwise: Given = None) -> Expression[Any]:
    """The value beside the first condition that holds."""
    return Case(tuple((condition, term(given)) for condition, given in choices), term(otherwise))


def coalesce(*terms: Given) -> Expression[Any]:
    """The first that is there."""
    return Coalesce(tuple(term(given) for given in terms))


def divide(above: Given, below: Given, digits: int = 6) -> Expression[Decimal]:
    """above / below, rounded half up to `digits`; None where `below` is zero or either is absent."""
    return Ratio(term(above), term(below), digits)


def rounded(number: Term[T], digits: int = 0) -> Expression[T]:
    """An exact number, rounded half up, away from zero."""
    return Rounded(number, digits)


def period(of: Given, name: PeriodName) -> Expression[Any]:
    """The first day of its day, week (from Monday), month, quarter or year; instants in the reader's time zone."""
    check_word(name, get_args(PeriodName), "period", caller())
    return Period(term(of), name)


def part(of: Given, name: PartName) -> Expression[int]:
    """The year, quarter, month, week (ISO), day, weekday (Monday is 1) or hour, in the reader's time zone."""
    check_word(name, get_args(PartName), "part of a date", caller())
    return Part(term(of), name)


def days(start: Given, end: Given) -> Expression[int]:
    """Whole days from `start` to `end`, which are dates."""
    return Days(term(start), term(end))


def scalar(query: Query) -> Expression[Any]:
    """The value of a query that has one column and at most one row; it may look at the rows around it."""
    return Scalar(query)


# -- conditions ---------------------------------------------------------------------------------------------


def equal(left: Given, right: Given) -> Filter:
    """Both are there and the same; a many-to-one, a model or an alias stands for its id. For joins."""
    return Comparison("=", term(left), term(right))


def exists(query: Query) -> Filter:
    """The query finds a row; it may look at the rows around it."""
    return Exists(query)


def among(given: Given, query: Query) -> Filter:
    """It is one of the values of a query of one column."""
    return Among(term(given), query)


# -- figures ------------------------------------------------------------------------------------------------


def count(of: Given = None, *, distinct: bool = False, where: Filter | None = None) -> Figure[int]:
    """How many rows; of a term, how many have it, or how many different values it has."""
    return Figure("count", None if of is None else term(of), where, distinct)


def sum(of: Term[T], *, where: Filter | None = None) -> Figure[T]:
    """The exact sum; zero where there is nothing to add up."""
    return Figure("sum", of, where)


def avg(of: Given, digits: int = 6, *, where: Filter | None = None) -> Figure[Decimal]:
    """The average of those that are there, rounded half up to `digits`; None where there are none."""
    return Figure("avg", term(of), where, digits=digits)


def min(of: Term[T], *, where: Filter | None = None) -> Figure[T]:
    """The least, by code point for texts; None where there is none."""
    return Figure("min", of, where)


def max(of: Term[T], *, where: Filter | None = None) -> Figure[T]:
    """The greatest, by code point for texts; None where there is none."""
    return Figure("max", of, where)


def row_number() -> Figure[int]:
    """1, 2, 3 … in a window."""
    return Figure("row_number")


def rank() -> Figure[int]:
    """The place in a window; equals share one, and leave a gap behind them."""
    return Figure("rank")


def dense_rank() -> Figure[int]:
    """The place in a window; equals share one, without a gap."""
    return Figure("dense_rank")


def lag(of: Term[T], steps: int = 1) -> Figure[T]:
    """The value so many rows before, in a window; None where there is no such row."""
    return Figure("lag", of, steps=steps)


def lead(of: Term[T], steps: int = 1) -> Figure[T]:
    """The value so many rows after, in a window; None where there is no such row."""
    return Figure("lead", of, steps=steps)


def first(of: Term[T]) -> Figure[T]:
    """The value of the first row of a window."""
    return Figure("first_value", of)


def last(of: Term[T]) -> Figure[T]:
    """The value of the last row of a window; give it `rows=(None, None)` for the last of all."""
    return Figure("last_value", of)


def descending(of: Given) -> Descending:
    """An order from the greatest down."""
    return Descending(term(of))
