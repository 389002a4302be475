"""What a computed field reads beside what it declares: found in its source, before any value goes stale by it.

    @computed(revenue)                          reads 'partner.rate', which it does not declare
    def expected(self) -> Decimal:
        return self.revenue * self.partner.rate

Followed are `self`, what it points at, loops over its lists, names that are given once, and the methods and properties
of these records; what a function elsewhere does with a record is not seen. So nothing is told that is not so, and not
all that is.
"""

from __future__ import annotations

import ast
import linecache
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.compute import dependencies_of
from core.orm.mentions import check_mentions
from core.orm.model import Model
from core.orm.where import spot

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models

Function = ast.FunctionDef | ast.Lambda
_LISTS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Place:
    """A record, or several, that the path of names leads to from the one whose value is computed."""

    info: ModelInfo
    names: tuple[str, ...] = ()
    many: bool = False


def check_reads(models: Models, addons: Collection[str]) -> None:
    """Raises DeclarationError for the first computed field of these addons that reads what it does not declare."""
    for info in models.values():
        for name, field in info.fields.items():
            if field.compute is None or field.via or info.field_addons[name] not in addons:
                continue
            function = field.compute.function
            check_mentions(function, info.field_addons[name])
            check_mentions(field.compute.search, info.field_addons[name])
            node = _node_of(function.__code__.co_filename, function.__code__.co_firstlineno)
            declared = [*dependencies_of(info, name), (name,)]
            read = (
                [] if node is None else _Reader(models, node, field.compute.looked_up).read(info, field.compute.batch)
            )
            hidden = [item for item in read if not _covered(models.through(info.name, item[0]), declared)]
            if hidden:
                path, line = max(
                    (item for item in hidden if item[0][0] == hidden[0][0][0]), key=lambda item: len(item[0])
                )
                said = ".".join(path)
                raise DeclarationError(
                    f"{info.name}.{name} reads '{said}', which it does not declare: it would not follow its changes",
                    addon=info.field_addons[name],
                    where=spot(function.__code__.co_filename, line),
                    hint=f'add "{said}" to its @computed(…)',
                )


def _covered(way: tuple[str, ...], declared: Iterable[tuple[str, ...]]) -> bool:
    return any(known[: len(way)] == way for known in declared)


@lru_cache(maxsize=256)
def _functions(filename: str) -> dict[int, ast.FunctionDef]:
    """First line, decorators included → function, of a file; nothing of what is no file."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except SyntaxError:
        return {}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {min([node.lineno, *(item.lineno for item in node.decorator_list)]): node for node in found}


def _node_of(filename: str, line: int) -> ast.FunctionDef | None:
    return _functions(filename).get(line)


class _Reader:
    """Goes through the code of one function."""

    def __init__(
        self, models: Models, node: ast.FunctionDef, lookups: Collection[str], within: frozenset[CodeType] = frozenset()
    ) -> None:
        """within: the methods that lead here, which are not followed into themselves."""
        self._models, self._node, self._lookups, self._within = models, node, lookups, within
        stores = (item for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store))
        self._given = Counter(item.id for item in stores)
        self._found: list[tuple[tuple[str, ...], int]] = []

    def read(self, info: ModelInfo, many: bool, names: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], int]]:
        """(path, line) of every field that is read. many: whether the function is given several records.

        names: the path to the record that it is given.
        """
        arguments = [*self._node.args.posonlyargs, *self._node.args.args]
        if arguments and not self._given[arguments[0].arg]:
            known = {arguments[0].arg: Place(info, names, many)}
            for statement in self._node.body:
                self._visit(statement, known)
        return self._found

    def _visit(self, node: ast.AST, known: dict[str, Place]) -> Place | None:
        """Note what a node reads; the records that it stands for, where it does."""
        if isinstance(node, ast.Name):
            return known.get(node.id)
        if isinstance(node, ast.Attribute):
            return self._attribute(node.attr, node.lineno, self._visit(node.value, known))
        if isinstance(node, ast.For):
            self._name(node.target, self._member(self._visit(node.iter, known)), known)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            self._name(node.targets[0], self._visit(node.value, known), known)
            return None
        elif isinstance(node, _LISTS):
            self._comprehension(node, dict(known))
            return None
        elif isinstance(node, ast.Subscript):
            return self._subscript(node, known)
        elif isinstance(node, ast.Call):
            return self._call(node, known)
        elif isinstance(node, ast.Lambda | ast.FunctionDef):
            names = {item.arg for item in ast.walk(node.args) if isinstance(item, ast.arg)}
            known = {name: place for name, place in known.items() if name not in names}
        for child in ast.iter_child_nodes(node):
            self._visit(child, known)
        return None

    def _attribute(self, name: str, line: int, place: Place | None) -> Place | None:
        if place is None or place.many:
            return None
        field = place.info.fields.get(name)
        if field is None:
            self._follow(name, line, place)
            return None
        names = (*place.names, name)
        self._found.append((names, line))
        if not field.target or field.target in self._lookups:  # what is looked up may change without it following
            return None
        return Place(self._models[field.target], names, field.many)

    def _follow(self, name: str, line: int, place: Place) -> None:
        """What a method or a property of a record reads, as if it stood in this line."""
        method = getattr(place.info.cls, name, None)
        method = method.fget if isinstance(method, property) else method
        if not isinstance(method, FunctionType) or name in vars(Model) or method.__code__ in self._within:
            return
        node = _node_of(method.__code__.co_filename, method.__code__.co_firstlineno)
        if node is not None:
            inner = _Reader(self._models, node, self._lookups, self._within | {method.__code__})
            self._found += [(path, line) for path, _line in inner.read(place.info, False, place.names)]

    def _subscript(self, node: ast.Subscript, known: dict[str, Place]) -> Place | None:
        place = self._visit(node.value, known)
        self._visit(node.slice, known)
        return place if isinstance(node.slice, ast.Slice) else self._member(place)

    def _call(self, node: ast.Call, known: dict[str, Place]) -> Place | None:
        """`records.filtered(lambda record: …)` are records of the same place."""
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "filtered":
            place = self._visit(function.value, known)
            if place is not None and place.many:
                for argument in node.args:
                    inside = dict(known)
                    if isinstance(argument, ast.Lambda) and len(argument.args.args) == 1:
                        inside[argument.args.args[0].arg] = Place(place.info, place.names)
                        self._visit(argument.body, inside)
                return place
        if isinstance(function, ast.Name) and function.id == "getattr" and len(node.args) > 1:
            named = node.args[1]
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                return self._attribute(named.value, node.lineno, self._visit(node.args[0], known))
        for child in ast.iter_child_nodes(node):
            self._visit(child, known)
        return None

    def _comprehension(self, node: Any, known: dict[str, Place]) -> None:
        for part in node.generators:
            place = self._member(self._visit(part.iter, known))
            for name in _names(part.target):
                known.pop(name, None)
            if isinstance(part.target, ast.Name) and place is not None:
                known[part.target.id] = place
            for condition in part.ifs:
                self._visit(condition, known)
        for element in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self._visit(element, known)

    def _name(self, target: ast.expr, place: Place | None, known: dict[str, Place]) -> None:
        if isinstance(target, ast.Name) and place is not None and self._given[target.id] == 1:
            known[target.id] = place

    @staticmethod
    def _member(place: Place | None) -> Place | None:
        return Place(place.info, place.names) if place is not None and place.many else None


def _names(target: ast.expr) -> Iterator[str]:
    return (item.id for item in ast.walk(target) if isinstance(item, ast.Name))
