"""Term: what can stand in a query. Paths are terms, and so is whatever is worked out from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeAlias, TypeVar

from core.orm.filter import Filter

T = TypeVar("T")

Value: TypeAlias = str | bool | int | float | Decimal | date | datetime | None
"""What may stand for itself in a query."""


class Term(Generic[T]):
    """Something that has a value in every row. Numbers are added up with `+`, `-`, `*` and `/`."""

    __slots__ = ()

    def __add__(self, other: Term[Any] | Decimal | float) -> Arithmetic[T]:
        return Arithmetic("+", self, term(other))

    def __radd__(self, other: Decimal | float) -> Arithmetic[T]:
        return Arithmetic("+", term(other), self)

    def __sub__(self, other: Term[Any] | Decimal | float) -> Arithmetic[T]:
        return Arithmetic("-", self, term(other))

    def __rsub__(self, other: Decimal | float) -> Arithmetic[T]:
        return Arithmetic("-", term(other), self)

    def __mul__(self, other: Term[Any] | Decimal | float) -> Arithmetic[T]:
        return Arithmetic("*", self, term(other))

    def __rmul__(self, other: Decimal | float) -> Arithmetic[T]:
        return Arithmetic("*", term(other), self)

    def __truediv__(self, other: Term[Any] | Decimal | float) -> Ratio:
        return Ratio(self, term(other))

    def __rtruediv__(self, other: Decimal | float) -> Ratio:
        return Ratio(term(other), self)

    def __neg__(self) -> Arithmetic[T]:
        return Arithmetic("-", Constant(0), self)


class Expression(Term[T]):
    """A term that is no path. Comparing it gives a condition, in which absence is a plain answer as in filters."""

    __slots__ = ()

    def __eq__(self, value: object) -> Filter:  # type: ignore[override]
        return Comparison("=", self, term(value))

    def __ne__(self, value: object) -> Filter:  # type: ignore[override]
        return Comparison("!=", self, term(value))

    def __lt__(self, value: Term[Any] | Value) -> Filter:
        return Comparison("<", self, term(value))

    def __le__(self, value: Term[Any] | Value) -> Filter:
        return Comparison("<=", self, term(value))

    def __gt__(self, value: Term[Any] | Value) -> Filter:
        return Comparison(">", self, term(value))

    def __ge__(self, value: Term[Any] | Value) -> Filter:
        return Comparison(">=", self, term(value))

    __hash__ = object.__hash__

    def is_set(self) -> Filter:
        """Has a value."""
        return Comparison("!=", self, Constant(None))


@dataclass(frozen=True, eq=False)
class Constant(Expression[T]):
    """A value that stands for itself."""

    value: Any


@dataclass(frozen=True, eq=False)
class Arithmetic(Expression[T]):
    """left sign right."""

    sign: str
    left: Term[Any]
    right: Term[Any]


@dataclass(frozen=True, eq=False)
class Ratio(Expression[Decimal]):
    """above / below, rounded half up to `digits`; None where `below` is zero."""

    above: Term[Any]
    below: Term[Any]
    digits: int = 6


@dataclass(frozen=True, eq=False)
class Comparison(Filter):
    """Two terms compared; false where either is absent, and `!=` its exact opposite."""

    operator: str
    left: Term[Any]
    right: Term[Any]


def term(value: object) -> Term[Any]:
    """A term as it is; a class or an alias of a model as the id of its record; anything else as a constant."""
    if isinstance(value, Term):
        return value
    as_term = getattr(value, "_as_term", None)
    return Constant(value) if as_term is None else as_term()
