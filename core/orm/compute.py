"""Computed fields: how they are declared, and the graph that says what a change unsettles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from core.errors import DeclarationError
from core.orm.fields.base import Field
from core.orm.fields.number import Decimal as DecimalField
from core.orm.fields.number import Float, Integer
from core.orm.fields.simple import Boolean, Date, DateTime
from core.orm.fields.text import Char
from core.orm.filter import Filter
from core.orm.path import Path
from core.orm.where import of_code

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models

T = TypeVar("T")
Search = Callable[[Any, str, Any], Filter]
"""(environment, operator, value) → the filter on stored fields that a condition on a computed one means."""
Dependency = Field[Any] | Path[Any] | str | type
"""A field of the class body, a path of a declared class, or a dotted text."""


@dataclass(frozen=True)
class Compute:
    """How a field follows from others."""

    function: Callable[[Any], Any]
    dependencies: tuple[Dependency, ...]
    store: bool
    editable: bool
    where: str
    inverse: str = ""
    """The method that a written value is given to."""
    search: Search | None = None
    lookups: tuple[type | str, ...] = ()
    """The models that the function may search; what it finds there may change without the value following."""
    batch: bool = False
    """Whether the function is given all records that wait, and gives a mapping of their ids."""

    @property
    def looked_up(self) -> frozenset[str]:
        """Names of the models that it may search."""
        return frozenset(model if isinstance(model, str) else str(getattr(model, "_name")) for model in self.lookups)

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """One path of field names a dependency. A field learns its name only when its class is made."""
        return tuple(names_of(dependency) for dependency in self.dependencies)


def names_of(dependency: Dependency) -> tuple[str, ...]:
    """The path of field names that a dependency stands for."""
    if isinstance(dependency, str):
        return tuple(dependency.split("."))
    if isinstance(dependency, Path):
        return dependency.names
    if isinstance(dependency, Field):
        return (dependency.name,)
    raise DeclarationError(f"{dependency!r} is neither a field nor a path")


@overload
def computed(
    *dependencies: Dependency,
    store: bool = ...,
    editable: bool = ...,
    inverse: Callable[[Any, Any], None] | str = ...,
    search: Search | None = ...,
    lookups: Sequence[type | str] = ...,
    into: Field[T],
) -> Callable[[Callable[[Any], T]], Field[T]]: ...
@overload
def computed(
    *dependencies: Dependency,
    store: bool = ...,
    editable: bool = ...,
    lookups: Sequence[type | str] = ...,
    batch: Literal[True],
    into: Field[T],
) -> Callable[[Callable[[Any], Mapping[int, T]]], Field[T]]: ...
@overload
def computed(
    *dependencies: Dependency,
    store: bool = ...,
    editable: bool = ...,
    inverse: Callable[[Any, Any], None] | str = ...,
    search: Search | None = ...,
    lookups: Sequence[type | str] = ...,
    label: str = ...,
    into: None = ...,
) -> Callable[[Callable[[Any], T]], Field[T]]: ...
def computed(
    *dependencies: Dependency,
    store: bool = False,
    editable: bool = False,
    inverse: Callable[[Any, Any], None] | str = "",
    search: Search | None = None,
    lookups: Sequence[type | str] = (),
    batch: bool = False,
    label: str = "",
    into: Any = None,
) -> Callable[[Callable[[Any], Any]], Any]:
    """Make a field whose value a method computes from its dependencies.

    into: the field that it fills, where its kind, label or digits matter; otherwise the kind follows from
    the method's return type (str, int, float, Decimal, bool, date, datetime). store: kept in a column, so
    that it can be filtered and ordered by; it is recomputed when a dependency changes. editable: a value
    that somebody writes stays until a dependency changes. inverse: the method of the class that is given
    what somebody writes, and changes what the value follows from; it acts as that user. search: a function of
    the environment, an operator (never a negative one) and a value, which gives the filter that a condition on
    the field means, where no column keeps it. lookups: models that the method searches, or reads across, without
    following their changes: dated rates, price rules, parameters. batch: the method is static and is given all
    records that wait, as `Records`; it gives a value for the id of each.

    The method reads its declared dependencies and its lookups only. It runs with elevated rights, so that its value
    is the same for all readers.
    """

    def make(function: Any) -> Any:
        function = getattr(function, "__func__", function)
        if batch and into is None:
            raise DeclarationError(
                f"computed field '{function.__name__}' is found in batches and does not say which field it fills",
                where=of_code(function.__code__),
                hint="say it: into=fields.…",
            )
        field = into if into is not None else _field_for(function, label)
        field.compute = Compute(
            function,
            dependencies,
            store or editable,
            editable,
            of_code(function.__code__),
            inverse if isinstance(inverse, str) else inverse.__name__,
            getattr(search, "__func__", search),
            tuple(lookups),
            batch,
        )
        if not field.help and function.__doc__:
            field.help = function.__doc__.strip().splitlines()[0]
        return field

    return make


def _field_for(function: Callable[[Any], Any], label: str) -> Field[Any]:
    kinds: dict[str, Callable[[str], Field[Any]]] = {
        "str": Char, "int": Integer, "float": Float, "bool": Boolean, "Decimal": DecimalField, "date": Date,
        "date | None": Date, "datetime": DateTime, "datetime | None": DateTime,
    }  # fmt: skip
    annotation = function.__annotations__.get("return", "")
    if isinstance(annotation, str) and annotation not in kinds:  # a name of the module's own, like `Decimal as Number`
        annotation = function.__globals__.get(annotation, annotation)
    name = annotation if isinstance(annotation, str) else _type_name(annotation)
    if name not in kinds:
        raise DeclarationError(
            f"computed field '{function.__name__}' returns '{name or 'nothing declared'}'",
            where=of_code(function.__code__),
            hint=f"say which field it fills, into=fields.…, or return one of {', '.join(kinds)}",
        )
    return kinds[name](label)


def _type_name(annotation: Any) -> str:
    if isinstance(annotation, type):
        return annotation.__name__
    return str(annotation).replace("datetime.", "", 1)


@dataclass(frozen=True)
class Trigger:
    """A change of one field unsettles `field` of `model`, on the records found by walking back the hops."""

    model: str
    field: str
    """A computed field, or the method of a Python constraint, which has to be asked again."""
    hops: tuple[tuple[str, str], ...]
    """(model, relation) from `model` to the one that changed; empty where it is the same record."""


class Graph:
    """All triggers of a registry, and the order in which computed fields settle."""

    def __init__(self, models: Models) -> None:
        self.triggers: dict[tuple[str, str], list[Trigger]] = {}
        self.rank: dict[tuple[str, str], int] = {}
        edges: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for info in models.values():
            for field in info.fields.values():
                if field.is_computed:
                    edges[info.name, field.name] = set()
        for model, name in edges:
            for path in dependencies_of(models[model], name):
                for node in self._follow(models, model, name, path):
                    if node in edges:
                        edges[model, name].add(node)
        self.levels: dict[tuple[str, str], bool] = {}
        """Fields that follow from themselves along a tree → whether from what is below."""
        for node, others in edges.items():
            if node in others and (below := _along_tree(models, models[node[0]], node[1])) is not None:
                others.discard(node)
                self.levels[node] = below
        self._order(models, edges)
        for info in models.values():
            for method, paths in info.checks:
                for path in paths:
                    for _node in self._follow(models, info.name, method, path):
                        pass

    def _follow(self, models: Models, model: str, name: str, path: tuple[str, ...]) -> Iterable[tuple[str, str]]:
        info, hops = models[model], ()  # type: tuple[ModelInfo, tuple[tuple[str, str], ...]]
        for step in path:
            if step == "id":
                return
            field = info.fields[step]
            self._add((info.name, step), Trigger(model, name, hops))
            yield (info.name, step)
            if field.target:
                hops = (*hops, (info.name, step))
                if field.kind == "one2many":
                    self._add((field.target, field.inverse), Trigger(model, name, hops))
                elif (through := info.throughs.get(step)) is not None:
                    self._add((through.info.name, through.near), Trigger(model, name, hops))
                    self._add((through.info.name, through.far), Trigger(model, name, hops))
                info = models[field.target]

    def _add(self, key: tuple[str, str], trigger: Trigger) -> None:
        found = self.triggers.setdefault(key, [])
        if trigger not in found:
            found.append(trigger)

    def _order(self, models: Models, edges: dict[tuple[str, str], set[tuple[str, str]]]) -> None:
        done: dict[tuple[str, str], int] = {}
        walking: list[tuple[str, str]] = []

        def visit(node: tuple[str, str]) -> int:
            if node in done:
                return done[node]
            if node in walking:
                circle = [*walking[walking.index(node) :], node]
                compute = models[node[0]].fields[node[1]].compute
                raise DeclarationError(
                    "computed fields depend on one another in a circle: "
                    + " → ".join(f"{model}.{name}" for model, name in circle),
                    where=compute.where if compute else "",
                    hint="along a tree (_parent) a stored field may follow from itself on the children, or the parent"
                    if len(circle) == 2
                    else "",
                )
            walking.append(node)
            done[node] = 1 + max((visit(other) for other in edges[node]), default=0)
            walking.pop()
            return done[node]

        for node in edges:
            visit(node)
        self.rank = done


def _along_tree(models: Models, info: ModelInfo, name: str) -> bool | None:
    """Whether a field follows from itself on the records below (True) or above (False) in its tree; else None."""
    ways: set[bool] = set()
    for path in dependencies_of(info, name):
        if path == (info.parent, name):
            ways.add(False)
        elif len(path) == 2 and path[1] == name and _is_children(info, path[0]):
            ways.add(True)
        elif _passes(models, info, path, name):
            return None
    return ways.pop() if len(ways) == 1 and info.parent and info.fields[name].stored else None


def _is_children(info: ModelInfo, relation: str) -> bool:
    field = info.fields[relation]
    return field.kind == "one2many" and field.target == info.name and field.inverse == info.parent


def _passes(models: Models, info: ModelInfo, path: tuple[str, ...], name: str) -> bool:
    at = info
    for step in path:
        if (at.name, step) == (info.name, name):
            return True
        at = models[at.fields[step].target] if step in at.fields and at.fields[step].target else at
    return False


def dependencies_of(info: ModelInfo, name: str) -> tuple[tuple[str, ...], ...]:
    """The paths that a computed field or a figure over a relation depends on."""
    return info.ways.get(name) or info.fields[name].dependencies


__all__ = ["Compute", "Dependency", "Graph", "Trigger", "computed", "dependencies_of", "names_of"]
