"""Finding the fields, filters and verbs that a view names, in the composed models."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError, nearest
from core.orm.filter import OWN, Filter, Group, Opposite, Some
from core.orm.filter import Condition as FilterCondition
from core.orm.mentions import check_mentions
from core.orm.model import Model
from core.orm.probe import check_where
from core.views.composed import FieldAt
from core.views.icons import icons

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.registry import ModelInfo, Models
    from core.views.nodes import Ref, Where


@dataclass(frozen=True)
class Finder:
    """Finds what a declaration of `addon` names."""

    models: Models
    addon: str

    def complain(self, message: str, where: str, hint: str = "") -> DeclarationError:
        return DeclarationError(message, addon=self.addon, where=where, hint=hint)

    def model(self, name: str, where: str) -> ModelInfo:
        if name not in self.models:
            raise self.complain(f"model '{name}' is not enabled", where, nearest(name, self.models))
        return self.models[name]

    def field(self, info: ModelInfo, ref: Ref) -> FieldAt:
        """The field that `ref` names. Raises DeclarationError with the nearest right name."""
        if ref.model and ref.model != info.name:
            raise self.complain(f"'{ref}' is a field of {ref.model}; this view shows {info.name}", ref.where)
        steps = self.steps(info, ref.names, ref.where)
        return self.at(steps)

    def at(self, steps: Sequence[tuple[ModelInfo, Field[Any]]]) -> FieldAt:
        target = steps[-1][1].target
        names = tuple(field.name for _info, field in steps)
        return FieldAt(names, tuple(steps), self.models[target] if target else None)

    def steps(self, info: ModelInfo, names: tuple[str, ...], where: str) -> list[tuple[ModelInfo, Field[Any]]]:
        """(model, field) of each hop; Python names and wire names both serve."""
        steps: list[tuple[ModelInfo, Field[Any]]] = []
        for position, name in enumerate(names):
            field = info.fields.get(name) or info.by_wire.get(name)
            if field is None:
                raise self.complain(f"field '{name}' is not on {info.name}", where, nearest(name, info.fields))
            steps.append((info, field))
            if position + 1 < len(names):
                if not field.target:
                    raise self.complain(
                        f"'{name}' of {info.name} has no fields of its own, so no '{names[position + 1]}'", where
                    )
                info = self.models[field.target]
        return steps

    def known(self, info: ModelInfo, path: str) -> FieldAt | None:
        """The field that a dotted path names; None where it names none."""
        try:
            return self.at(self.steps(info, tuple(path.split(".")), ""))
        except DeclarationError:
            return None

    def names(self, info: ModelInfo, text: str) -> tuple[str, ...] | None:
        """The Python names of a dotted text; None where it names no field."""
        try:
            return tuple(field.name for _info, field in self.steps(info, tuple(text.split(".")), ""))
        except DeclarationError:
            return None

    def verb(self, info: ModelInfo, name: str, where: str) -> None:
        """Raises DeclarationError where the model has no such method that people may call."""
        verbs = verbs_of(info)
        if name in verbs:
            return
        raise self.complain(f"{info.name} has no verb '{name}'", where, nearest(name, verbs))

    def order(self, info: ModelInfo, order: tuple[str, ...], where: str) -> tuple[str, ...]:
        """An order in Python names, `-` kept."""
        result = []
        for text in order:
            name = text.removeprefix("-")
            if name not in OWN:
                steps = self.steps(info, tuple(name.split(".")), where)
                name = ".".join(field.name for _info, field in steps)
            result.append(f"-{name}" if text.startswith("-") else name)
        return tuple(result)

    def filter(self, info: ModelInfo, given: Where, where: str) -> None:
        """Raises DeclarationError where a filter, or what a function of the environment gives, is about another model,
        an unknown field, or a value of another kind than the field's."""
        if isinstance(given, Filter):
            self._names(info, given, where)
        else:
            check_mentions(given, self.addon)
        check_where(self.models, info, given, where, self.addon)

    def _names(self, info: ModelInfo, condition: Filter, where: str) -> None:
        if isinstance(condition, Group):
            for part in condition.parts:
                self._names(info, part, where)
        elif isinstance(condition, Opposite):
            self._names(info, condition.part, where)
        elif isinstance(condition, FilterCondition | Some):
            where = condition.where or where
            if condition.model and condition.model != info.name:
                raise self.complain(f"the filter is about {condition.model}; this view shows {info.name}", where)
            names = condition.names[:-1] if condition.names[-1] in OWN else condition.names
            steps = self.steps(info, names, where)
            if isinstance(condition, Some) and condition.condition is not None and steps:
                self._names(self.models[steps[-1][1].target], condition.condition, where)

    def icon(self, name: str, where: str) -> None:
        """Raises DeclarationError where the pages have no icon of this name."""
        if name and name not in icons():
            hint = nearest(name, icons()) or "one of those that are listed in core/web/static/icons.txt"
            raise self.complain(f"there is no icon '{name}'", where, hint)

    def roles(self, roles: tuple[str, ...], where: str) -> None:
        known = self.models.access.roles
        for role in roles:
            if role not in known:
                raise self.complain(f"role '{role}' is not declared", where, nearest(role, known))


def verbs_of(info: ModelInfo) -> list[str]:
    """The public methods of a model that take no argument but the record."""
    return [
        name
        for name in dir(info.cls)
        if not name.startswith("_")
        and isinstance(method := inspect.getattr_static(info.cls, name), FunctionType)
        and not any(
            parameter.default is parameter.empty
            for parameter in list(inspect.signature(method).parameters.values())[1:]
        )
        and name not in vars(Model)
    ]
