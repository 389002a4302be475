"""What other parts of a model add to the class that declares it first."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.orm.fields import Field
from core.orm.model import Model
from core.orm.registry import ModelInfo
from core.stubs.names import Names
from core.stubs.signature import signature
from core.stubs.source import Function, Origin, Source, source_of
from core.stubs.types import Types, root_of

INDENT = "    "
Said = Callable[[Names, Types], list[str]]


@dataclass(frozen=True)
class Added:
    """A member of a model that its first class does not have. addon: whose it is. said: its lines in a stub."""

    addon: str
    name: str
    said: Said


def added_to(info: ModelInfo, owner: Callable[[str], str]) -> list[Added]:
    """The fields and the methods that others add to a model. owner: module → addon."""
    root = root_of(info)
    known = {name for base in root.__mro__ for name in vars(base)}
    found = [
        Added(_owner_of_field(info, name), name, partial(_field, info, name))
        for name in info.fields
        if name not in known
    ]
    known |= set(info.fields)
    for cls in reversed(info.cls.__mro__[1:]):
        if issubclass(cls, Model) and cls not in root.__mro__:
            for name, said in _methods(cls):
                if name not in known:
                    known.add(name)
                    found.append(Added(owner(cls.__module__), name, said))
    return found


def _owner_of_field(info: ModelInfo, name: str) -> str:
    via = info.fields[name].via
    return f"{via}, which it is as well" if via else info.field_addons[name]


def _field(info: ModelInfo, name: str, names: Names, types: Types) -> list[str]:
    return [f"{INDENT}{name}: {types.of_field(info, name)}"]


def _methods(cls: type[Model]) -> Iterator[tuple[str, Said]]:
    """Name → lines, of what a class offers beside its fields, and does not keep to itself."""
    module = sys.modules.get(cls.__module__)
    source = source_of(module) if module is not None and getattr(module, "__file__", None) else None
    node = source.class_node(cls.__name__) if source is not None else None
    if source is None or node is None:
        return
    for statement in node.body:
        for name in _bound(statement):
            if not name.startswith("_") and not isinstance(vars(cls).get(name), Field):
                yield name, partial(_member, source, statement, node, name, vars(cls).get(name))


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return [statement.name]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _member(
    source: Source, first: ast.stmt, node: ast.ClassDef, name: str, value: Any, names: Names, types: Types
) -> list[str]:
    if isinstance(first, ast.AnnAssign):
        return [f"{INDENT}{name}: {names.said(first.annotation, source)}"]
    if isinstance(first, ast.Assign):
        return [f"{INDENT}{name}: {type(value).__name__ if type(value) in (str, int, bool, float) else _any(names)}"]
    # A property with its setter, or a method with several signatures, is more than one statement.
    same = [item for item in node.body if isinstance(item, Function) and item.name == name]
    overloads = [item for item in same if any("overload" in ast.unparse(deco) for deco in item.decorator_list)]
    return [line for item in overloads or same for line in signature(item, source, names, INDENT)]


def _any(names: Names) -> str:
    return names.refer(Origin("typing", "Any"))
