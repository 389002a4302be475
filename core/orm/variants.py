"""Variants: values of a field that differ by language or by company, under names of their own.

    name            what the reader sees: the text in their language, or else the base
    name@vi         the Vietnamese text; absent where there is none
    cost@3          the cost in the company with the id 3
    cost@all        the base of a value that differs by company: it holds where a company has none of its own

    product_template                      product_template__by_language
        id │ name      │ …                    record_id │ language │ name       │ …
        12 │ Chair     │                      12        │ vi       │ Ghế        │

The base stands in the model's own column: the text in the main language of the database, or the value for all
companies. The others stand in a side table, one row for each record and key, in columns of the same types.

A variant is a field to all steps of the pipeline. So history, conflicts, undo and the past speak of `name@vi`
without a word of their own for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

from core.i18n import LANGUAGES, _
from core.orm.fields.base import Field
from core.orm.fields.kinds import TEXTS

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo

SIGN = "@"
LANGUAGE, COMPANY = "language", "company"
AXES = (LANGUAGE, COMPANY)
ALL = "all"
"""The key of the base of a value that differs by company."""
RECORD, KEY = "__record", "__key"
"""What the columns of a side table are called that say whose values a row holds."""
LONGEST_ID = 18
MOST = 1000
"""So many variants of a model's fields are kept; what people may ask for has no end."""

Keys = Mapping[str, str]
"""Axis → key, of the axes on which a reader does not see the base."""


class Variant(Field[Any]):
    """What the class of a field and this one together make: its variants. base: the field; key: which variant."""

    base: Any
    key: str
    absent: Any = None

    @property
    def wire_name(self) -> str:
        name: str = self.base.wire_name
        return f"{name}{SIGN}{self.key}"

    def convert(self, value: Any) -> Any:
        """As the base does. What would be empty is absent, so that the base holds again; zero and no are values."""
        if value is None:
            return None
        found = self.base.convert(value)
        gives_way = self.base.kind in TEXTS or self.base.absent is None
        return None if gives_way and self.base.is_absent(found) else found

    def is_absent(self, value: Any) -> bool:
        return value is None

    def shadows(self, value: Any) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.base.shadows(self.base.absent if value is None else value)
        return dict.fromkeys(found) if value is None else found

    def encode(self, value: Any) -> Any:
        return None if value is None else self.base.encode(value)

    def decode(self, value: Any) -> Any:
        return None if value is None else self.base.decode(value)


def _made(cls: Any) -> type[Variant]:
    return type(f"Variant{cls.__name__}", (Variant, cls), {})


_variant_class: Callable[[Any], type[Variant]] = cache(_made)


def variant_of(field: Field[Any], key: str) -> Variant:
    """The variant of a field for a language or a company."""
    found: Any = copy(field)
    found.__class__ = _variant_class(type(field))
    found.base, found.key, found.name = field, key, f"{field.name}{SIGN}{key}"
    found.required, found.default, found.index = False, None, False
    language = LANGUAGES.get(key, key)
    found.label = (
        _("{label} ({language})", label=field.label, language=language)
        if field.varies == LANGUAGE
        else _("{label} (for all companies)", label=field.label)
        if key == ALL
        else _("{label} (company {number})", label=field.label, number=key)
    )
    variant: Variant = found
    return variant


def is_key(axis: str, key: str) -> bool:
    """Whether the key can be one of the axis."""
    if axis == LANGUAGE:
        return key in LANGUAGES
    return key == ALL or (key.isascii() and key.isdecimal() and len(key) <= LONGEST_ID and key[0] != "0")


def base_name(name: str) -> str:
    """The name of the field that a name, or the name of a variant, is about."""
    return name.partition(SIGN)[0]


class Fields(dict[str, Field[Any]]):
    """Fields by name, or by wire name, of a model with values that differ: variants are found, and not listed."""

    def __init__(self, fields: Mapping[str, Field[Any]]) -> None:
        super().__init__(fields)
        self._made: dict[str, Variant] = {}

    def __missing__(self, name: str) -> Field[Any]:
        found = self._made.get(name)
        if found is None:
            base, sign, key = name.partition(SIGN)
            field = super().get(base) if sign else None
            if field is None or not field.varies or not is_key(field.varies, key):
                raise KeyError(name)
            found = variant_of(field, key)
            if len(self._made) < MOST:
                self._made[name] = found
        return found

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and SIGN in name and self.get(name) is not None)


def named(fields: Mapping[str, Field[Any]]) -> dict[str, Field[Any]]:
    """The fields, with their variants where there are any."""
    return Fields(fields) if any(field.varies for field in fields.values()) else dict(fields)


def seen_name(name: str, axes: Iterable[str], keys: Keys) -> str:
    """The name in the store of what readers with these keys see of a field; "" where that is the base."""
    own = [keys[axis] for axis in AXES if axis in axes and axis in keys]
    return f"{name}~{','.join(own)}" if own else ""


def keys_of(axes: Iterable[str], keys: Keys) -> Keys:
    """The keys of these axes alone."""
    return {axis: keys[axis] for axis in AXES if axis in axes and axis in keys}


def stored_name(info: ModelInfo, name: str, keys: Keys, main: str) -> str:
    """The name under which the value is kept that a reader with these keys means by a field's name.

    main: the main language of the database, whose texts are the base.
    """
    base, sign, key = name.partition(SIGN)
    field = info.fields.get(base)
    if field is None or not field.varies:
        return name
    if sign:
        return base if key == (main if field.varies == LANGUAGE else ALL) else name
    own = keys.get(field.varies)
    return name if own is None else f"{name}{SIGN}{own}"


def parted(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(values of the model's own columns, values of side tables)."""
    own: dict[str, Any] = {}
    aside: dict[str, Any] = {}
    for name, value in values.items():
        (aside if SIGN in name else own)[name] = value
    return own, aside
