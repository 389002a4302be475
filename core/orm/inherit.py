"""How the classes of one model become one, and what they may not disagree about.

    core Model
      ├── Addressed               abstract: no `_name`; its fields, methods and constraints are mixed in
      └── crm.Lead(Addressed)     part "crm.lead" of crm
            ├── sales.Lead        part of sales, extends it
            ├── care.Lead         part of care, extends it too
            └── care.Ticket       prototype: a `_name` of its own, so another model that starts from these fields

    final class of crm.lead = type("Lead", (care.Lead, sales.Lead), {})

Only leaves are bases, the last loaded first, so that what was loaded later overrides and `super()` walks
on to the other parts. With every part as a base most orders of parallel parts have no MRO.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.fields.base import Field
from core.orm.fields.simple import Selection
from core.orm.model import Model, ModelMeta
from core.orm.where import of_code

if TYPE_CHECKING:
    from core.orm.compose import Part


def final_class(name: str, parts: Sequence[Part]) -> type[Model]:
    """The class of a model's records. Raises DeclarationError where its parts have no order, or disagree."""
    leaves = leaves_of([part.cls for part in parts])
    namespace: dict[str, Any] = {"__slots__": (), "_where": parts[0].cls._where, "__doc__": parts[0].cls.__doc__}
    try:
        made: Any = ModelMeta(parts[0].cls.__name__, tuple(reversed(leaves)), namespace)
    except TypeError as error:
        addons = ", ".join(f"{part.addon} ({part.cls._where})" for part in parts)
        raise DeclarationError(
            f"the parts of {name} cannot be put in an order of inheritance: {addons}",
            addon=parts[-1].addon,
            where=parts[-1].cls._where,
            hint=f"let each part subclass the one class that declares {name} ({error})",
        ) from error
    cls: type[Model] = made
    for key, declared in _declarations(cls).items():
        _check_agreement(name, parts, key, declared)
    return cls


def leaves_of(classes: Sequence[type[Model]]) -> list[type[Model]]:
    """Those of the classes that no other one of them extends."""
    return [cls for cls in classes if not any(other is not cls and issubclass(other, cls) for other in classes)]


def owners(parts: Sequence[Part], names: Sequence[str]) -> dict[str, str]:
    """Field name → the addon whose part brought it to the model first, itself or by a mixin."""
    return {name: next(part.addon for part in parts if name in part.cls.declared_fields()) for name in names}


def own_text(cls: type[Model], name: str, attribute: str) -> str:
    """What the model or its mixins say of themselves; a prototype is not called what its parent is."""
    for base in cls.__mro__:
        if attribute in vars(base) and getattr(base, "_name", "") in ("", name):
            text: str = vars(base)[attribute]
            return text
    return ""


Declared = list[tuple[type[Model], Any]]
"""The classes that give a name a meaning, with it; the nearest in the MRO first."""


def _declarations(cls: type[Model]) -> dict[str, Declared]:
    """Names of fields and methods with more than one meaning among the bases of a final class."""
    found: dict[str, Declared] = {}
    for base in cls.__mro__[1:]:
        if base is not Model and issubclass(base, Model):
            for key, value in vars(base).items():
                if isinstance(value, Field | FunctionType) and not key.startswith("__"):
                    found.setdefault(key, []).append((base, value))
    return {key: declared for key, declared in found.items() if len(declared) > 1}


def _check_agreement(model: str, parts: Sequence[Part], key: str, declared: Declared) -> None:
    nearest, value = declared[0]
    for base, other in declared[1:]:
        if isinstance(value, Field) and isinstance(other, Field):
            if isinstance(value, Selection) and value.extends:
                _check_kind(model, parts, (nearest, value), (base, other))
                continue
            if not issubclass(nearest, base):
                raise _twice(model, parts, f"field '{key}'", declared[0], (base, other))
            _check_kind(model, parts, (nearest, value), (base, other))
        elif isinstance(value, Field) != isinstance(other, Field):
            raise DeclarationError(
                f"'{key}' of {model} is a {_kind(value)} of {nearest.__name__} and a {_kind(other)} of "
                f"{base.__name__} ({_place(other)})",
                addon=_addon(parts, nearest),
                where=_place(value),
                hint="give one of them another name",
            )
    if isinstance(value, FunctionType):
        _check_hidden(model, parts, key, declared)


def _check_kind(
    model: str, parts: Sequence[Part], near: tuple[type[Model], Field[Any]], far: tuple[type[Model], Field[Any]]
) -> None:
    (cls, field), (base, before) = near, far
    if base._name and base._name != cls._name:
        return  # a prototype may make of its parent's fields what it likes
    if field.varies != before.varies:
        raise DeclarationError(
            f"field '{field.name}' of {model} {_differs(before)} at {before.where} and {_differs(field)} here",
            addon=_addon(parts, cls),
            where=field.where,
            hint="declare it like the field that it extends: what is kept would be lost, or have no place",
        )
    if field.kind != before.kind or field.target != before.target:
        raise DeclarationError(
            f"field '{field.name}' of {model} is a {before.kind} at {before.where} and cannot become a {field.kind}",
            addon=_addon(parts, cls),
            where=field.where,
            hint="an extension may change label, help, default or whether it is required",
        )
    if before.search and not field.search:
        raise DeclarationError(
            f"field '{field.name}' of {model} is found by typing, as {before.where} says, and would not be any more",
            addon=_addon(parts, cls),
            where=field.where,
            hint="add search=True",
        )


def _differs(field: Field[Any]) -> str:
    return f"differs by {field.varies}" if field.varies else "is the same for everybody"


def _check_hidden(model: str, parts: Sequence[Part], key: str, declared: Declared) -> None:
    """A method must not silently keep another from being called that its author never saw."""
    for place, (cls, function) in enumerate(declared[:-1]):
        base, other = declared[place + 1]
        if issubclass(cls, base) or not isinstance(other, FunctionType) or _calls_super(function):
            continue
        if not any(issubclass(above, cls) and issubclass(above, base) for above, _value in declared[:place]):
            raise _twice(model, parts, f"method '{key}'", (cls, function), (base, other))


def _calls_super(function: Any) -> bool:
    return isinstance(function, FunctionType) and "super" in function.__code__.co_names


def _twice(
    model: str, parts: Sequence[Part], what: str, one: tuple[type[Model], Any], other: tuple[type[Model], Any]
) -> DeclarationError:
    by = next((f"by addon '{part.addon}' too" for part in parts if part.cls is other[0]), f"by {other[0].__name__} too")
    return DeclarationError(
        f"{what} of {model} is declared {by}, at {_place(other[1])}",
        addon=_addon(parts, one[0]),
        where=_place(one[1]),
        hint="give one of them another name, or let one addon depend on the other and subclass its class",
    )


def _addon(parts: Sequence[Part], cls: type[Model]) -> str:
    """The addon whose part a class is, or that mixes it in."""
    return next((part.addon for part in parts if issubclass(part.cls, cls)), parts[-1].addon)


def _kind(value: Any) -> str:
    return "field" if isinstance(value, Field) else "method"


def _place(value: Any) -> str:
    return value.where if isinstance(value, Field) else of_code(value.__code__)


def overridden(parts: Sequence[Part]) -> Iterator[tuple[Part, str, FunctionType, FunctionType, str]]:
    """Methods of a part over those of another addon's: part, name, its function, the other's, the other addon."""
    addons = {id(part.cls): part.addon for part in parts}
    for part in parts:
        for name, value in vars(part.cls).items():
            if not isinstance(value, FunctionType) or name.startswith("__"):
                continue
            for base in part.cls.__mro__[1:]:
                below = vars(base).get(name)
                if isinstance(below, FunctionType) and addons.get(id(base), part.addon) != part.addon:
                    yield part, name, value, below, addons[id(base)]
                    break
