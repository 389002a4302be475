"""Paths: what `Lead.partner.city` is on a class, from which filters are built.

At run time there is one class, `Path`. For the type checker a path is what its end is: `Path[str]` for a
text, `type[Partner]` for a many-to-one (so that its fields can be named), `ManyPath[Order]` for to-many.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from core.errors import UnknownName
from core.orm.filter import Condition, Filter, Some
from core.orm.query.term import Term
from core.orm.relative import Relative
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.model import Model

T = TypeVar("T")
M = TypeVar("M", bound="Model")

RESERVED = frozenset(
    {
        "model", "names", "where", "field", "any", "is_", "in_", "not_in", "like", "ilike", "fits", "is_set",
        "child_of", "parent_of",
    }
)  # fmt: skip
"""Names that a path answers itself; no field may have them."""


class Path(Term[T]):
    """The way from a model to one of its fields, across relations.

    model: name of the model that it starts from. names: field names, one a hop.
    """

    __slots__ = ("field", "model", "names", "where")

    def __init__(self, model: str, names: tuple[str, ...], field: Field[Any] | None, where: str) -> None:
        self.model, self.names, self.field, self.where = model, names, field, where

    # -- further along a relation -------------------------------------------------------------

    if not TYPE_CHECKING:  # a type checker knows the fields, and what is misspelt, by the types of the relations

        def __getattr__(self, name: str) -> Path[Any]:
            if name.startswith("__"):
                raise AttributeError(name)
            target = self.field.target_class if self.field is not None else None
            if self.field is not None and not self.field.target:
                raise UnknownName(f"'{self}' has no fields of its own, so no '{name}'", where=caller())
            if target is None:
                return Path(self.model, (*self.names, name), None, caller())
            field = target.reachable_field(name)
            if field is None:
                raise target.unknown(name)
            return Path(self.model, (*self.names, name), field, caller())

    # -- conditions ---------------------------------------------------------------------------

    def _is(self, operator: str, value: object) -> Filter:
        if self.field is not None:
            value = self.field.compared(value)
        return Condition(self.model, self.names, operator, value, self.where)

    def __eq__(self, value: object) -> Filter:  # type: ignore[override]
        return self._is("=", value)

    def __ne__(self, value: object) -> Filter:  # type: ignore[override]
        return self._is("!=", value)

    @overload
    def __lt__(self: Path[Decimal], value: Decimal | int) -> Filter: ...
    @overload
    def __lt__(self, value: T | Relative | Term[Any]) -> Filter: ...
    def __lt__(self, value: object) -> Filter:
        return self._is("<", value)

    @overload
    def __le__(self: Path[Decimal], value: Decimal | int) -> Filter: ...
    @overload
    def __le__(self, value: T | Relative | Term[Any]) -> Filter: ...
    def __le__(self, value: object) -> Filter:
        return self._is("<=", value)

    @overload
    def __gt__(self: Path[Decimal], value: Decimal | int) -> Filter: ...
    @overload
    def __gt__(self, value: T | Relative | Term[Any]) -> Filter: ...
    def __gt__(self, value: object) -> Filter:
        return self._is(">", value)

    @overload
    def __ge__(self: Path[Decimal], value: Decimal | int) -> Filter: ...
    @overload
    def __ge__(self, value: T | Relative | Term[Any]) -> Filter: ...
    def __ge__(self, value: object) -> Filter:
        return self._is(">=", value)

    __hash__ = None  # type: ignore[assignment]

    def in_(self, values: Iterable[T]) -> Filter:
        """One of `values`; none of an empty list."""
        return self._is("in", tuple(values))

    def not_in(self, values: Iterable[T]) -> Filter:
        """None of `values`."""
        return self._is("not in", tuple(values))

    def ilike(self: Path[str], text: str) -> Filter:
        """Contains `text`, whatever its case and accents."""
        return self._is("ilike", text)

    def like(self: Path[str], text: str) -> Filter:
        """Contains `text` exactly as it is written."""
        return self._is("like", text)

    def fits(self: Path[str], pattern: str, *, exact: bool = False) -> Filter:
        """The whole text is as the pattern says: `%` stands for any text, `_` for one letter.

        Whatever its case and accents, unless it is to be `exact`.
        """
        return self._is("=like" if exact else "=ilike", pattern)

    def child_of(self, records: Model | int | Iterable[Any]) -> Filter:
        """A relation points at one of these records, or at one below them in their tree."""
        return self._is("child_of", _ids(records))

    def parent_of(self, records: Model | int | Iterable[Any]) -> Filter:
        """A relation points at one of these records, or at one above them in their tree."""
        return self._is("parent_of", _ids(records))

    def is_set(self) -> Filter:
        """Has a value."""
        return self._is("!=", None)

    def is_(self, record: Model | int | None) -> Filter:
        """A relation points at this record."""
        return self._is("=", record)

    def any(self, condition: Filter | None = None) -> Filter:
        """A to-many relation holds a record that meets `condition`, or any record at all."""
        return Some(self.model, self.names, condition, self.where)

    def __str__(self) -> str:
        return ".".join(self.names)

    def __repr__(self) -> str:
        return f"<path {self.model}: {self}>"


def _ids(records: Any) -> Any:
    """A record or an id as it is, several as a tuple."""
    return records if isinstance(records, int) or hasattr(records, "_view") else tuple(records)


class ManyPath(Path[Any], Generic[M]):
    """What the type checker sees of a to-many relation on a class."""

    __slots__ = ()
