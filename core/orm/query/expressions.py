"""What is worked out in a query: choices, figures over many rows, windows, dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from core.errors import DeclarationError
from core.orm.filter import Filter
from core.orm.query.term import Expression, Term
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.query.build import Query

T = TypeVar("T")

PeriodName: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
PartName: TypeAlias = Literal["year", "quarter", "month", "week", "day", "weekday", "hour"]
Rows: TypeAlias = tuple[int | None, int | None]


@dataclass(frozen=True, eq=False)
class Case(Expression[T]):
    """The value of the first condition that holds."""

    choices: tuple[tuple[Filter, Term[Any]], ...]
    otherwise: Term[Any]


@dataclass(frozen=True, eq=False)
class Coalesce(Expression[T]):
    """The first value that is there."""

    terms: tuple[Term[Any], ...]


@dataclass(frozen=True, eq=False)
class Rounded(Expression[T]):
    """An exact number, rounded half up."""

    number: Term[Any]
    digits: int


@dataclass(frozen=True, eq=False)
class Period(Expression[date]):
    """The first day of the period that a date, or an instant in the reader's time zone, lies in."""

    of: Term[Any]
    period: PeriodName


@dataclass(frozen=True, eq=False)
class Part(Expression[int]):
    """A number out of a date or an instant; weeks and weekdays as ISO 8601 counts them, Monday being 1."""

    of: Term[Any]
    part: PartName


@dataclass(frozen=True, eq=False)
class Days(Expression[int]):
    """Whole days from one date to another."""

    start: Term[Any]
    end: Term[Any]


@dataclass(frozen=True, eq=False)
class Descending:
    """An order from the greatest down."""

    term: Term[Any]


@dataclass(frozen=True, eq=False)
class Figure(Expression[T]):
    """A figure over several rows: of a group, or of a window."""

    function: str
    of: Term[Any] | None = None
    where: Filter | None = None
    distinct: bool = False
    digits: int = 6
    steps: int = 1

    def over(
        self,
        *,
        partition_by: Term[Any] | tuple[Any, ...] = (),
        order_by: Term[Any] | Descending | tuple[Any, ...] = (),
        rows: Rows | None = None,
    ) -> Window[T]:
        """The figure of the rows around each row, which stay as they are.

        rows: from and to, counted from the row itself: `(None, 0)` from the first one to this. Without it a
        window with an order ends with the row's equals, as SQL has it.
        """
        first, last = rows if rows is not None else (None, None)
        if first is not None and last is not None and first > last:
            raise DeclarationError(
                f"rows={rows!r} ends before it begins", where=caller(), hint=f"write rows=({last}, {first})"
            )
        return Window(self, _listed(partition_by), _listed(order_by), rows)

    def filtered(self, where: Filter) -> Figure[T]:
        """The same of those rows only that meet a condition."""
        return replace(self, where=where if self.where is None else self.where & where)


@dataclass(frozen=True, eq=False)
class Window(Expression[T]):
    """A figure over the rows around each row."""

    figure: Figure[T]
    partition: tuple[Any, ...]
    order: tuple[Any, ...]
    rows: Rows | None


@dataclass(frozen=True, eq=False)
class Scalar(Expression[Any]):
    """The single value of a query of one column; None where it finds no row."""

    query: Query


@dataclass(frozen=True, eq=False)
class Exists(Filter):
    """A query finds a row."""

    query: Query


@dataclass(frozen=True, eq=False)
class Among(Filter):
    """A term is one of the values that a query of one column finds."""

    term: Term[Any]
    query: Query


def _listed(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, tuple | list) else (given,)
