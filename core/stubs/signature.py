"""Functions without their bodies."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.stubs.source import Function, Source

if TYPE_CHECKING:
    from core.stubs.names import Names

WIDTH = 120
DROPPED = frozenset({"constraint", "move"})
"""Decorators that give back the function that they are given."""


def signature(node: Function, source: Source, names: Names, indent: str = "") -> list[str]:
    """A function of a module as the lines of a stub, its decorators before it."""
    lines = [
        f"{indent}@{names.said(item, source)}"
        for item in node.decorator_list
        if called(item).split(".")[-1] not in DROPPED
    ]
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    end = f") -> {names.said(node.returns, source)}: ..." if node.returns else "): ..."
    parameters = ", ".join(ast.unparse(item) for item in getattr(node, "type_params", ()))
    start = f"{indent}{kind} {node.name}{f'[{parameters}]' if parameters else ''}("
    return lines + folded(start, list(_arguments(node.args, source, names)), end, indent)


def folded(start: str, items: list[str], end: str, indent: str) -> list[str]:
    """`start`, the items and `end` on one line where they fit, else on several, as a formatter lays them out."""
    line = f"{start}{', '.join(items)}{end}"
    if len(line) <= WIDTH:
        return [line]
    inside = f"{indent}    {', '.join(items)}"
    if len(inside) <= WIDTH:
        return [start, inside, f"{indent}{end}"]
    return [start, *(f"{indent}    {item}," for item in items), f"{indent}{end}"]


def called(decorator: ast.expr) -> str:
    """The name of a decorator, dotted where it is."""
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def is_told_by_signature(node: Function) -> bool:
    """Whether a checker needs no more: the return type is declared, and nothing is given to `self`."""
    first = next(iter([*node.args.posonlyargs, *node.args.args]), None)
    gives = any(
        isinstance(item, ast.Attribute)
        and isinstance(item.ctx, ast.Store)
        and isinstance(item.value, ast.Name)
        and first is not None
        and item.value.id == first.arg
        for item in ast.walk(node)
    )
    return node.returns is not None and not gives


def _arguments(given: ast.arguments, source: Source, names: Names) -> Iterable[str]:
    positional = [*given.posonlyargs, *given.args]
    defaults = [False] * (len(positional) - len(given.defaults)) + [True] * len(given.defaults)
    for place, (item, has_default) in enumerate(zip(positional, defaults, strict=True), 1):
        yield _argument(item, source, names, has_default)
        if place == len(given.posonlyargs):
            yield "/"
    if given.vararg:
        yield f"*{_argument(given.vararg, source, names)}"
    elif given.kwonlyargs:
        yield "*"
    for item, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield _argument(item, source, names, default is not None)
    if given.kwarg:
        yield f"**{_argument(given.kwarg, source, names)}"


def _argument(item: ast.arg, source: Source, names: Names, has_default: bool = False) -> str:
    if item.annotation is None:
        return f"{item.arg}=..." if has_default else item.arg
    return f"{item.arg}: {names.said(item.annotation, source)}{' = ...' if has_default else ''}"
