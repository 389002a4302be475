"""The type of a field, as the source that declares it gives it to a checker."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from core.orm import fields as kinds
from core.orm.fields import Field, Many2one
from core.orm.fields.relation import ToMany
from core.orm.model import Model
from core.stubs.source import Origin, Source, source_of

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models
    from core.stubs.names import Names

FIELDS = Origin("core", "fields")
VALUES = {
    "char": "str", "text": "str", "html": "str", "integer": "int", "duration": "int", "float": "float",
    "boolean": "bool", "selection": "str | None",
}  # fmt: skip
IMPORTED = {
    "decimal": (Origin("decimal", "Decimal"), ""),
    "monetary": (Origin("decimal", "Decimal"), ""),
    "date": (Origin("datetime", "date"), " | None"),
    "datetime": (Origin("datetime", "datetime"), " | None"),
    "reference": (Origin("core", "Model"), " | None"),
    "binary": (Origin("core", "File"), " | None"),
    "image": (Origin("core", "File"), " | None"),
}
"""Kind of a field → what it holds on a record."""


def root_of(info: ModelInfo) -> type[Model]:
    """The class that declares a model first: all its parts extend it."""
    return [base for base in info.cls.__mro__[1:] if issubclass(base, Model) and base._name == info.name][-1]


class Types:
    """Field types in the names of one stub."""

    def __init__(self, models: Models, names: Names) -> None:
        self._models, self._names = models, names

    def of_field(self, info: ModelInfo, name: str) -> str:
        """The annotation of a field of a model, one that it delegates to its target included."""
        field = info.fields[name]
        while field.via:
            info = self._models[info.fields[field.via].target]
            field = info.fields[name]
        declaring = next(base for base in reversed(info.cls.__mro__[1:]) if isinstance(vars(base).get(name), Field))
        return self.of_declared(declaring, name, vars(declaring)[name])

    def of_declared(self, cls: type[Any], name: str, field: Field[Any]) -> str:
        """The annotation of a field that a class declares."""
        module = sys.modules.get(cls.__module__)
        source = source_of(module) if module is not None and getattr(module, "__file__", None) else None
        node = source.class_node(cls.__name__) if source is not None else None
        for statement in node.body if node is not None and source is not None else ():
            if isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") == name:
                return self._names.said(statement.annotation, source)  # type: ignore[arg-type]
            if isinstance(statement, ast.FunctionDef) and statement.name == name and not _has_into(statement):
                return self._computed(field, statement, source)  # type: ignore[arg-type]
        return self._by_kind(field)

    def _computed(self, field: Field[Any], node: ast.FunctionDef, source: Source) -> str:
        value = self._names.said(node.returns, source) if node.returns else self._value(field)
        return f"{self._fields()}.Field[{value}]"

    def _by_kind(self, field: Field[Any]) -> str:
        if field.compute is not None:
            return f"{self._fields()}.Field[{self._value(field)}]"
        cls = type(field)
        is_ours = getattr(kinds, cls.__name__, None) is cls
        kind = f"{self._fields()}.{cls.__name__}" if is_ours else self._names.of_class(cls)
        if isinstance(field, Many2one):
            return f"{kind}[{self._value(field)}, {self._target(field)}]"
        return f"{kind}[{self._target(field)}]" if isinstance(field, ToMany) else kind

    def _value(self, field: Field[Any]) -> str:
        """What the field holds on a record."""
        if isinstance(field, Many2one):
            return self._target(field) + ("" if field.required else " | None")
        if isinstance(field, ToMany):
            return f"{self._names.refer(Origin('core', 'Records'))}[{self._target(field)}]"
        if field.kind in VALUES:
            return VALUES[field.kind]
        origin, rest = IMPORTED.get(field.kind, (Origin("typing", "Any"), ""))
        return self._names.refer(origin) + rest

    def _target(self, field: Field[Any]) -> str:
        """The class at the other end: the one that was named, else the one that declares the model."""
        return self._names.of_class(field.target_class or root_of(self._models[field.target]))

    def _fields(self) -> str:
        return self._names.refer(FIELDS)


def _has_into(node: ast.FunctionDef) -> bool:
    return any(
        keyword.arg == "into" for item in node.decorator_list if isinstance(item, ast.Call) for keyword in item.keywords
    )
