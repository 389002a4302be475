"""What a query reads from: a model, an alias of one, or another query under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from core.errors import UnknownName, nearest
from core.orm.filter import Condition, Filter, Some
from core.orm.path import Path
from core.orm.query.term import Expression, Term
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.query.build import Query

Source: TypeAlias = "type[Model] | str | Alias | Table"


class Alias:
    """A model once more, under a name of its own; its attributes are paths that start there."""

    __slots__ = ("_model", "_name")

    def __init__(self, model: type[Model] | str) -> None:
        self._model = model
        self._name: str = model if isinstance(model, str) else model._name

    def _as_term(self) -> AliasPath:
        return AliasPath(self, Path(self._name, ("id",), None, caller()))

    def __getattr__(self, name: str) -> AliasPath:
        if name.startswith("_"):
            raise AttributeError(name)
        if isinstance(self._model, str):
            return AliasPath(self, Path(self._name, (name,), None, caller()))
        return AliasPath(self, getattr(self._model, name))

    def is_(self, record: Model | int | None) -> Filter:
        """The record itself."""
        return self._as_term()._is("=", record)

    def in_(self, records: Any) -> Filter:
        """One of these records or ids."""
        return self._as_term()._is("in", tuple(records))

    def not_in(self, records: Any) -> Filter:
        """None of these records or ids."""
        return self._as_term()._is("not in", tuple(records))

    def is_set(self) -> Filter:
        """There is a record: an outer join has found one."""
        return self._as_term()._is("!=", None)

    def __repr__(self) -> str:
        return f"<alias of {self._name}>"


class Asked(Filter):
    """A condition on the records of one source."""

    __slots__ = ("condition", "source")

    def __init__(self, source: Alias, condition: Condition | Some) -> None:
        self.source, self.condition = source, condition


class AliasPath(Path[Any]):
    """A path that starts at an alias."""

    __slots__ = ("source",)

    def __init__(self, source: Alias, path: Path[Any]) -> None:
        super().__init__(path.model, path.names, path.field, path.where)
        self.source = source

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> AliasPath:
            if name.startswith("_"):
                raise AttributeError(name)
            return AliasPath(self.source, super().__getattr__(name))

    def _is(self, operator: str, value: object) -> Filter:
        return Asked(self.source, Condition(self.model, self.names, operator, value, self.where))

    def any(self, condition: Filter | None = None) -> Filter:
        """A to-many relation holds a record that meets `condition`, or any record at all."""
        return Asked(self.source, Some(self.model, self.names, condition, self.where))


class Table:
    """A query to read from; what it selects are its attributes, and its items where a name is taken."""

    __slots__ = ("_name", "_query")

    def __init__(self, query: Query, name: str) -> None:
        self._query, self._name = query, name

    def __getitem__(self, label: str) -> Column:
        if label not in self._query.labels:
            raise UnknownName(
                f"the query '{self._name}' has no column '{label}'",
                where=caller(),
                hint=nearest(label, self._query.labels),
            )
        return Column(self, label)

    def __getattr__(self, label: str) -> Column:
        if label.startswith("__"):
            raise AttributeError(label)
        return self[label]

    def __repr__(self) -> str:
        return f"<query {self._name}>"


class Column(Expression[Any]):
    """A column of a query that is read from."""

    __slots__ = ("label", "table")

    def __init__(self, table: Table, label: str) -> None:
        self.table, self.label = table, label


def key_of(source: Source | Path[Any] | Term[Any]) -> Any:
    """What a source is found by: a model's own table by its name, others by themselves."""
    if isinstance(source, str | Alias | Table):
        return source
    if isinstance(source, AliasPath):
        return source.source
    if isinstance(source, Path):
        return source.model
    if isinstance(source, Column):
        return source.table
    return source._name  # type: ignore[union-attr]  # a class of a model
