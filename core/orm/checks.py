"""What composition refuses: each mistake is one message with addon, file, line and the nearest right name."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError, nearest
from core.orm.compute import dependencies_of
from core.orm.fields.aggregate import Aggregate, Sum
from core.orm.fields.base import Field
from core.orm.fields.number import Monetary
from core.orm.fields.relation import Many2many, One2many
from core.orm.model import Model
from core.orm.path import RESERVED
from core.orm.where import of_code

if TYPE_CHECKING:
    from core.orm.compose import Part
    from core.orm.registry import ModelInfo, Models

OWN_NAMES = RESERVED | {name for name in vars(Model) if not name.startswith("_")} | {"id", "row_version"}
SUMMABLE = ("integer", "decimal", "monetary")


def check_overrides(model: str, parts: list[Part]) -> None:
    """Two parts that both declare a field, a changed kind, and overrides that forget `super()`."""
    for place, part in enumerate(parts):
        for other in parts[:place]:
            for name, value in vars(part.cls).items():
                before = vars(other.cls).get(name)
                if isinstance(value, Field) and isinstance(before, Field):
                    _check_field_again(model, part, value, other, before)
        _check_super(part, {id(member.cls): member.addon for member in parts})


def _check_field_again(model: str, part: Part, field: Field[Any], other: Part, before: Field[Any]) -> None:
    if not issubclass(part.cls, other.cls):
        raise DeclarationError(
            f"field '{field.name}' of {model} is declared by addon '{other.addon}' too, at {before.where}",
            addon=part.addon,
            where=field.where,
            hint="give one of them another name, or let one addon depend on the other and subclass its class",
        )
    if field.kind != before.kind or field.target != before.target:
        raise DeclarationError(
            f"field '{field.name}' of {model} is a {before.kind} at {before.where} and cannot become a {field.kind}",
            addon=part.addon,
            where=field.where,
            hint="an extension may change label, help, default or whether it is required",
        )


def _check_super(part: Part, addons: dict[int, str]) -> None:
    for name, value in vars(part.cls).items():
        if not isinstance(value, FunctionType) or name.startswith("__"):
            continue
        for base in part.cls.__mro__[1:]:
            overridden = vars(base).get(name)
            if not isinstance(overridden, FunctionType) or addons.get(id(base), part.addon) == part.addon:
                continue
            if "super" not in value.__code__.co_names:
                raise DeclarationError(
                    f"{part.cls.__name__}.{name} overrides what addon '{addons[id(base)]}' does "
                    f"({of_code(overridden.__code__)}) and never calls super().{name}()",
                    addon=part.addon,
                    where=of_code(value.__code__),
                    hint=f"call super().{name}(), so that the other parts of {part.cls._name} still do their work",
                )
            break


def check_declarations(models: Models) -> None:
    """Every name that one declaration uses of another exists and is of the kind that is needed."""
    for info in models.values():
        for field in info.fields.values():
            for problem, hint in _problems(models, info, field):
                raise DeclarationError(problem, addon=info.field_addons[field.name], where=field.where, hint=hint)
        if info.title and not info.fields[info.title].stored:
            text = f"_title of {info.name} is '{info.title}', which no column keeps"
            raise DeclarationError(text, addon=info.addon, where=info.cls._where, hint="compute it with store=True")
        for name in (part.lstrip("-") for part in info.order):
            _walk(models, info, tuple(name.split(".")), info.cls._where, f"_order of {info.name}")
        for name, paths in info.checks:
            for path in paths:
                where = of_code(getattr(info.cls, name).__code__)
                _walk(models, info, path, where, f"@constraint on {info.cls.__name__}.{name}")


def _problems(models: Models, info: ModelInfo, field: Field[Any]) -> Iterator[tuple[str, str]]:
    if field.name in OWN_NAMES:
        yield f"a field cannot be called '{field.name}': every record has that name already", "choose another name"
    if field.target and field.target not in models:
        yield (
            f"{info.name}.{field.name} points at '{field.target}', which no enabled addon declares",
            nearest(field.target, models) or "does the manifest depend on the addon that declares it?",
        )
        return
    if isinstance(field, One2many):
        back = models[field.target].fields.get(field.inverse)
        if back is None:
            hint = nearest(field.inverse, models[field.target].fields)
            yield f"{info.name}.{field.name}: its inverse '{field.inverse}' is not on {field.target}", hint
        elif back.kind != "many2one" or back.target != info.name:
            yield f"{info.name}.{field.name}: {field.target}.{field.inverse} is no many-to-one to {info.name}", ""
    if isinstance(field, Many2many) and field.stored and field.required:
        yield f"{info.name}.{field.name}: a list of records cannot be required", "check it in a @constraint"
    if isinstance(field, Monetary):
        currency = info.fields.get(field.currency)
        if currency is None or currency.kind != "many2one":
            yield (
                f"{info.name}.{field.name} is an amount in '{field.currency}', which is no many-to-one of the model",
                f"add a field 'currency', or name the one that there is, {nearest(field.currency, info.fields)}",
            )
    if isinstance(field, Aggregate):
        yield from _aggregate_problems(models, info, field)
    elif field.compute is not None:
        for path in dependencies_of(info, field.name):
            _walk(models, info, path, field.compute.where, f"computed field {info.name}.{field.name}")


def _aggregate_problems(models: Models, info: ModelInfo, field: Aggregate[Any]) -> Iterator[tuple[str, str]]:
    relation = info.fields.get(field.relation.name)
    if relation is None or not relation.many:
        yield f"{info.name}.{field.name} is a figure over '{field.relation.name}', which is no list of records", ""
    elif isinstance(field, Sum) and relation.target in models:
        target = models[relation.target]
        summed = target.fields.get(field.of)
        if summed is None:
            hint = nearest(field.of, target.fields)
            yield f"{info.name}.{field.name}: field '{field.of}' is not on {target.name}", hint
        elif summed.kind not in SUMMABLE or not summed.stored:
            yield f"{info.name}.{field.name}: {target.name}.{field.of} is not a number that is stored", ""


def _walk(models: Models, info: ModelInfo, path: tuple[str, ...], where: str, subject: str) -> None:
    for step in path:
        if step == "id":
            continue
        field = info.fields.get(step)
        if field is None:
            text = f"{subject}: field '{step}' is not on {info.name}"
            raise DeclarationError(text, addon=info.addon, where=where, hint=nearest(step, info.fields))
        if field.target:
            if field.target not in models:
                text = f"{subject}: model '{field.target}' is not enabled"
                raise DeclarationError(text, addon=info.addon, where=where)
            info = models[field.target]
