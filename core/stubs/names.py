"""The names of one stub: what it imports, and what it calls what other modules define."""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from core.stubs.signature import WIDTH
from core.stubs.source import Import, Origin, Source

_WORD = re.compile(r"[^\W\d]\w*")


class Names:
    """Starts with the imports of the module that the stub stands for; `refer` adds to them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known = dict(source.imports)
        self._always: set[str] = set()
        self._taken = {*source.defined, *source.imports, *vars(builtins)}

    def refer(self, origin: Origin) -> str:
        """What the stub calls something, which it imports from now on if it did not before."""
        if origin.module == self._source.name and origin.name:
            return origin.name
        for name, known in self._known.items():
            if known.origin == origin or (origin.name and self._is_same(known.origin, origin)):
                return name
        name = self._free(origin)
        self._known[name] = Import(origin, name)
        self._taken.add(name)
        return name

    def of_class(self, cls: type[Any]) -> str:
        """What the stub calls a class."""
        return self.refer(Origin(cls.__module__, cls.__qualname__))

    def said(self, expression: ast.expr, source: Source) -> str:
        """An expression of a module in the names of the stub, such as an annotation."""
        return ast.unparse(_Renamed(self, source).visit(_copy(expression)))

    def submodule(self, package: str, name: str) -> str:
        """The name of a module in the stub of its package, which always imports it."""
        if name not in self._taken:
            self._known[name] = Import(Origin(f"{package}.{name}"), name)
            self._always.add(name)
        return name

    def imports(self, body: str) -> str:
        """The imports that the stub's `body` needs; a package also gives again what it imports."""
        words = _used(body)
        exported = self._source.exported
        again = self._source.is_package and exported is None
        wanted = [
            (item, again and name in self._source.imports)
            for name, item in self._known.items()
            if name in words or name in self._always or again or (exported is not None and name in exported)
        ]
        return _import_block(wanted)

    def _free(self, origin: Origin) -> str:
        if not origin.name:
            return origin.module.partition(".")[0]
        place = origin.module.split(".")
        owner = place[1] if place[0] == "addons" and len(place) > 1 else place[-1]
        prefix = "".join(word.capitalize() for word in owner.split("_"))
        candidates = [origin.name, *(f"{prefix}{origin.name}{number or ''}" for number in (0, *range(2, 1000)))]
        return next(name for name in candidates if name not in self._taken)

    @staticmethod
    def _is_same(one: Origin, other: Origin) -> bool:
        """Whether two modules give the same thing by that name: where it is defined, and a package above it."""
        if one.name != other.name or not one.module or one.module.partition(".")[0] != other.module.partition(".")[0]:
            return False
        module = sys.modules.get(one.module) or importlib.import_module(one.module)
        missing = object()
        return getattr(module, one.name, missing) is getattr(sys.modules.get(other.module), other.name, None)


def _used(body: str) -> set[str]:
    """The names that lines of Python use; those in texts too, which may stand for types."""
    words: set[str] = set()
    for node in ast.walk(ast.parse(body)):
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.update(_WORD.findall(node.value))
    return words


class _Renamed(ast.NodeTransformer):
    """Puts the stub's names in the place of a module's own; texts that stand for types become them."""

    def __init__(self, names: Names, source: Source) -> None:
        self._names, self._source = names, source

    def visit_Name(self, node: ast.Name) -> ast.expr:
        origin = self._source.origin(node.id)
        return node if origin is None else ast.Name(self._names.refer(origin), ast.Load())

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            meant = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return node
        visited: ast.expr = self.visit(meant)
        return visited

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        said = getattr(node.value, "id", getattr(node.value, "attr", ""))
        node.value = self.visit(node.value)
        if said != "Literal":
            node.slice = self.visit(node.slice)
        return node


def _copy(expression: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(expression), mode="eval").body


def _import_block(wanted: list[tuple[Import, bool]]) -> str:
    blocks: list[list[str]] = [[], [], []]
    plain: set[tuple[str, str]] = set()
    members: dict[str, set[tuple[str, str]]] = {}
    for item, again in wanted:
        module, name = item.origin.module, item.origin.name
        if name:
            members.setdefault(module, set()).add((name, item.known_as if again or item.known_as != name else ""))
        else:
            plain.add((module, "" if item.known_as == module.partition(".")[0] else item.known_as))
    for module, alias in sorted(plain):
        blocks[_block(module)].append(f"import {module} as {alias}" if alias else f"import {module}")
    for module, names in sorted(members.items()):
        blocks[_block(module)] += _import_from(module, sorted(names, key=_place))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _block(module: str) -> int:
    root = module.partition(".")[0]
    return 0 if root in sys.stdlib_module_names else 2 if root in ("addons", "core") else 1


def _place(item: tuple[str, str]) -> tuple[int, str, str]:
    name, alias = item
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name, alias)


def _import_from(module: str, names: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from (f"from {module} import {name} as {alias}" for name, alias in names if alias)
    plain = [name for name, alias in names if not alias]
    line = f"from {module} import {', '.join(plain)}"
    if len(line) <= WIDTH:
        yield from [line] if plain else []
    else:
        yield from (f"from {module} import (", *(f"    {name}," for name in plain), ")")
