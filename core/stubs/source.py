"""The source of a module: its statements, the names that it imports, and those that it defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Origin:
    """Where a name comes from: a name of a module, or the module itself where `name` is empty."""

    module: str
    name: str = ""


@dataclass(frozen=True)
class Import:
    """One name that an import binds. known_as: what it is called here."""

    origin: Origin
    known_as: str


class Source:
    """A module as its author wrote it. `if TYPE_CHECKING:` counts as if it were not there."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.name = module.__name__
        self.is_package = hasattr(module, "__path__")
        text = Path(module.__file__).read_text("utf-8") if module.__file__ else ""
        self.lines = text.splitlines()
        self.statements = list(_flat(ast.parse(text).body))

    @cached_property
    def imports(self) -> dict[str, Import]:
        """Name → the import that binds it."""
        found = [item for node in self.statements for item in self._bound(node)]
        return {item.known_as: item for item in found}

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names that the module gives a meaning itself."""
        names: set[str] = set()
        for node in self.statements:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                names |= {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and _is_stored(item)}
        return frozenset(names)

    @cached_property
    def exported(self) -> frozenset[str] | None:
        """What the list `__all__` names; `None` without one."""
        names = getattr(self.module, "__all__", None)
        return None if names is None else frozenset(names)

    def class_node(self, name: str) -> ast.ClassDef | None:
        """The statement that makes a class of the module."""
        return next((node for node in self.statements if isinstance(node, ast.ClassDef) and node.name == name), None)

    def origin(self, name: str) -> Origin | None:
        """Where a name comes from that the module uses; `None` of Python's own."""
        if name in self.defined:
            return Origin(self.name, name)
        return self.imports[name].origin if name in self.imports else None

    def said(self, node: ast.stmt) -> list[str]:
        """The lines of a statement, with its decorators."""
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])
        return self.lines[first - 1 : node.end_lineno]

    def _bound(self, node: ast.stmt) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(Origin(alias.name), alias.asname or alias.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            for alias in node.names:
                if alias.name != "*":
                    yield Import(Origin(self._absolute(node), alias.name), alias.asname or alias.name)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".") if self.is_package else self.name.split(".")[:-1]
        base = package[: len(package) - node.level + 1]
        return ".".join([*base, *([node.module] if node.module else [])])


@cache
def source_of(module: ModuleType) -> Source:
    """The source of a module, read once."""
    return Source(module)


def _flat(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for node in statements:
        if isinstance(node, ast.If) and _is_for_checkers(node.test):
            yield from _flat(node.body)
        elif isinstance(node, ast.If) and isinstance(node.test, ast.UnaryOp) and _is_for_checkers(node.test.operand):
            yield from _flat(node.orelse)
        else:
            yield node


def _is_for_checkers(test: ast.expr) -> bool:
    return "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", ""))


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
