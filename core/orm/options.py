"""Options of a selection that several addons make up: `Selection(add_options=[…], labels={…})` on a subclass."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError, nearest
from core.orm.fields.simple import Selection

if TYPE_CHECKING:
    from core.orm.fields.base import Field
    from core.orm.model import Model


def put_together(cls: type[Model], fields: dict[str, Field[Any]]) -> None:
    """Give every selection of a final class the options that its parts add, in load order."""
    for name, field in fields.items():
        if isinstance(field, Selection) and field.extends:
            said = (vars(base).get(name) for base in reversed(cls.__mro__))
            fields[name] = _merged(cls, name, [item for item in said if isinstance(item, Selection)])
            setattr(cls, name, fields[name])


def _merged(cls: type[Model], name: str, declared: list[Selection]) -> Selection:
    start = next((place for place in range(len(declared) - 1, -1, -1) if not declared[place].extends), None)
    if start is None:
        raise DeclarationError(
            f"{cls._name}.{name} adds options to a selection that no class below declares",
            where=declared[0].where,
            hint="subclass the class that declares it, or give the options without add_options",
        )
    made = copy(declared[start])
    options, places = list(made.options), {value: made.where for value, _label in made.options}
    for extension in declared[start + 1 :]:
        _add(cls, name, extension, options, places)
        for key, value in extension.given.items():
            setattr(made, "_wire" if key == "wire" else key, value)
    made.take(options)
    return made


def _add(
    cls: type[Model], name: str, extension: Selection, options: list[tuple[str, str]], places: dict[str, str]
) -> None:
    for option in extension.added:
        value, label, *after = option
        if value in places:
            raise DeclarationError(
                f"{cls._name}.{name} has the option '{value}' already, from {places[value]}",
                where=extension.where,
                hint="give the option another value, or change its label by labels={…}",
            )
        at = len(options)
        if after:
            at = _place(cls, name, extension, options, after[0]) + 1 if after[0] else 0
        options.insert(at, (value, label))
        places[value] = extension.where
    for value, label in extension.labels.items():
        at = _place(cls, name, extension, options, value)
        options[at] = (value, label)


def _place(cls: type[Model], name: str, extension: Selection, options: list[tuple[str, str]], value: str) -> int:
    known = [option for option, _label in options]
    if value not in known:
        raise DeclarationError(
            f"{cls._name}.{name} has no option '{value}'", where=extension.where, hint=nearest(value, known)
        )
    return known.index(value)
