"""The stub of a whole module, made of its source, and of what others add to its classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from core.orm.fields import Field
from core.orm.model import Model
from core.stubs.members import INDENT, Added
from core.stubs.names import Names
from core.stubs.signature import is_told_by_signature, signature
from core.stubs.source import Source
from core.stubs.types import Types

if TYPE_CHECKING:
    from core.orm.registry import Models

Member = ast.FunctionDef | ast.AsyncFunctionDef


class Stub:
    """Writes the stub of one module. added: class → what others add to it."""

    def __init__(self, source: Source, models: Models, added: Mapping[str, Sequence[Added]]) -> None:
        self.source, self._added = source, added
        self.submodules: list[str] = []
        self.names = Names(source)
        self._types = Types(models, self.names)

    def text(self, header: str) -> str:
        """The file."""
        body = "\n".join(self._body())
        exported = "\n".join(self._exported())
        imports = self.names.imports(body)
        return "\n\n".join(part for part in (header, imports, body, exported) if part) + "\n"

    def _exported(self) -> list[str]:
        """`__all__`, with the modules of a package: without that a checker takes them for the stub's own business."""
        own = self.source.exported
        names = {self.names.submodule(self.source.name, name) for name in self.submodules}
        if own is None:
            names |= {name for name in (*self.source.defined, *self.source.imports) if not name.startswith("_")}
        if not self.submodules:
            return []
        return [f"__all__ {'=' if own is None else '+='} [", *(f'{INDENT}"{name}",' for name in sorted(names)), "]"]

    def _body(self) -> Iterator[str]:
        """The lines of all statements; a class stands apart from what is around it."""
        before = ""
        for node in self.source.statements:
            if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr) or _imports_all(node):
                lines = list(self._statement(node))
                kind = type(node).__name__
                if before and lines and (kind != before or kind == "ClassDef"):
                    yield ""
                before = kind if lines else before
                yield from lines

    def _statement(self, node: ast.stmt) -> Iterator[str]:
        if isinstance(node, ast.ClassDef):
            yield from self._class(node)
        elif isinstance(node, Member) and is_told_by_signature(node):
            yield from signature(node, self.source, self.names)
        else:  # what stood in a block for checkers alone stands by itself here
            yield from dedent("\n".join(self.source.said(node))).splitlines()

    # -- classes ----------------------------------------------------------------------------------

    def _class(self, node: ast.ClassDef) -> Iterator[str]:
        cls = getattr(self.source.module, node.name, None)
        yield from (f"@{ast.unparse(item)}" for item in node.decorator_list)
        parameters = ", ".join(ast.unparse(item) for item in getattr(node, "type_params", ()))
        bases = ", ".join(ast.unparse(item) for item in (*node.bases, *node.keywords))
        start = f"class {node.name}{f'[{parameters}]' if parameters else ''}{f'({bases})' if bases else ''}:"
        own = list(self._members(node, cls))
        added = list(self._others(node.name))
        yield from (start, *own, *added) if own or added else (f"{start} ...",)

    def _members(self, node: ast.ClassDef, cls: Any) -> Iterator[str]:
        is_model = isinstance(cls, type) and issubclass(cls, Model)
        overloaded: set[str] = set()
        for statement in node.body:
            name = _name(statement)
            if isinstance(statement, ast.Expr | ast.Pass):
                continue
            if is_model and isinstance(vars(cls).get(name), Field):
                yield f"{INDENT}{name}: {self._types.of_declared(cls, name, vars(cls)[name])}"
            elif isinstance(statement, Member):
                if any(ast.unparse(item).endswith("overload") for item in statement.decorator_list):
                    yield from self.first(node.name, name) if name not in overloaded else ()
                    overloaded.add(name)
                elif name in overloaded:
                    continue  # its implementation, which a stub does not have
                yield from self._method(statement, keep=not is_model)
            elif isinstance(statement, ast.AnnAssign) and is_model:
                yield f"{INDENT}{name}: {self.names.said(statement.annotation, self.source)}"
            elif name == "_name" or not (is_model and hasattr(Model, name)):
                yield from self.source.said(statement)

    def first(self, cls: str, method: str) -> list[str]:
        """Further signatures of a method that has several, to stand before its own; none unless said otherwise."""
        return []

    def _method(self, node: Member, keep: bool) -> list[str]:
        if is_told_by_signature(node) or not keep:
            return signature(node, self.source, self.names, INDENT)
        return self.source.said(node)

    def _others(self, cls: str) -> Iterator[str]:
        addon = None
        for item in self._added.get(cls, ()):
            if item.addon != addon:
                addon = item.addon
                yield from ("", f"{INDENT}# from {addon}")
            yield from item.said(self.names, self._types)


def _name(node: ast.stmt) -> str:
    """The name that a statement of a class binds; nothing of those that bind several."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return getattr(node.targets[0], "id", "")
    return getattr(getattr(node, "target", None), "id", "") or getattr(node, "name", "")


def _imports_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
