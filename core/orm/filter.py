"""Filters: conditions on the records of one model, in Python and in JSON.

A filter is a small immutable tree. The read door turns it into SQL (`core.orm.read.where`); `matches`
asks it of a record in memory; `to_json` and `from_json` speak the list notation that Odoo users know:
`[["stage_id.is_won", "=", true], "|", ["city", "ilike", "Huế"], ["tag_ids", "any", [...]]]`.

Absence is a plain answer, never "unknown": a condition on something absent is false, and `!=`,
`not in`, `not ilike` and `~` are the exact opposite of their positive form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from core.errors import DeclarationError, Restricted
from core.orm.family import is_above, is_below
from core.orm.fold import fold
from core.orm.pattern import fits
from core.orm.relative import Relative, has_relative, meets

OWN = ("id", "row_version", "display_name")
"""What every record answers beside its fields."""

SIGN = "@"
"""What the name of a variant has in it; see `core.orm.variants`."""

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.fields.base import Field
    from core.orm.model import Model
    from core.orm.registry import Models

OPPOSITE = {
    "=": "!=", "!=": "=", "in": "not in", "not in": "in", "ilike": "not ilike", "not ilike": "ilike",
    "like": "not like", "not like": "like",
}  # fmt: skip
NEGATIVE = frozenset({"!=", "not in", "not ilike", "not like"})
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
TEXTUAL = ("ilike", "not ilike", "like", "not like", "=ilike", "=like")
"""`ilike` and `like` look for a part of a text, `=ilike` and `=like` for a pattern; those with an `i` whatever the case
and accents."""
IN_TREE = ("child_of", "parent_of")
OPERATORS = (*COMPARISONS, "in", "not in", *TEXTUAL, *IN_TREE)


class Filter:
    """A condition on the records of one model; combine with `&`, `|` and `~`."""

    def __and__(self, other: Filter) -> Filter:
        return All((self, other))

    def __or__(self, other: Filter) -> Filter:
        return Either((self, other))

    def __invert__(self) -> Filter:
        return Opposite(self)

    def conditions(self) -> Iterator[Condition | Some]:
        """Every condition in the tree, not those inside `any`."""
        return iter(())

    def matches(self, record: Model) -> bool:
        """Whether `record` meets the filter, read with the record's own environment."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        raise TypeError("A filter has no truth of its own: combine filters with & | ~, not with and, or, not.")


@dataclass(frozen=True)
class Everything(Filter):
    """No condition."""

    def matches(self, record: Model) -> bool:
        return True


@dataclass(frozen=True)
class Nothing(Filter):
    """Met by no record."""

    def matches(self, record: Model) -> bool:
        return False


ALL: Filter = Everything()
NONE: Filter = Nothing()


@dataclass(frozen=True)
class Condition(Filter):
    """One comparison: path, operator, value. Values are Python values; a record stands for its id."""

    model: str
    names: tuple[str, ...]
    operator: str
    value: Any
    where: str = field(default="", compare=False)

    def conditions(self) -> Iterator[Condition | Some]:
        yield self

    def plain(self) -> Any:
        """The value with records turned into ids."""
        if isinstance(self.value, tuple | list | set | frozenset) or hasattr(self.value, "ids"):
            return tuple(_plain(value) for value in self.value)
        return _plain(self.value)

    def matches(self, record: Model) -> bool:
        check_model(self, record._name)
        through = to_any(self, record.env.models, record._name)
        if through is not self:
            return through.matches(record)
        value: Any = record
        absent: Any = None
        field: Field[Any] | None = None
        model = record._name
        for place, name in enumerate(self.names, start=1):
            if value is None:
                break
            field, model = value._view.info.fields.get(name), value._name
            absent = None if field is None or field.kind == "boolean" else field.absent
            value = _step(value, name, is_last=place == len(self.names))
        if field is not None:
            value = field.compared(value)
        value, other = _plain(value), self.plain()
        if self.operator in IN_TREE:
            return _in_tree(self.operator, record.env, model if field is None else field.target, value, other)
        if has_relative(other):
            return _meets_any(self.operator, value, other, record.env, "date" if field is None else field.kind)
        if absent is not None and value == absent and _asks_for_absence(other):
            value = None
        return compare(self.operator, value, other)


@dataclass(frozen=True)
class Some(Filter):
    """A to-many relation holds a record that meets `condition` (any at all where it is None)."""

    model: str
    names: tuple[str, ...]
    condition: Filter | None
    where: str = field(default="", compare=False)

    def conditions(self) -> Iterator[Condition | Some]:
        yield self

    def matches(self, record: Model) -> bool:
        check_model(self, record._name)
        value: Any = record
        for name in self.names:
            if value is None:
                return False
            value = _step(value, name)
        condition = self.condition
        return any(condition is None or condition.matches(member) for member in value)


@dataclass(frozen=True)
class Group(Filter):
    """Several filters together."""

    parts: tuple[Filter, ...]
    sign: ClassVar[str] = "&"

    def conditions(self) -> Iterator[Condition | Some]:
        for part in self.parts:
            yield from part.conditions()


@dataclass(frozen=True)
class All(Group):
    """All of the parts."""

    def matches(self, record: Model) -> bool:
        return all(part.matches(record) for part in self.parts)


@dataclass(frozen=True)
class Either(Group):
    """At least one of the parts."""

    sign: ClassVar[str] = "|"

    def matches(self, record: Model) -> bool:
        return any(part.matches(record) for part in self.parts)


@dataclass(frozen=True)
class Opposite(Filter):
    """Not the part."""

    part: Filter

    def conditions(self) -> Iterator[Condition | Some]:
        return self.part.conditions()

    def matches(self, record: Model) -> bool:
        return not self.part.matches(record)


def check_model(condition: Filter, model: str) -> None:
    """Refuse a condition that was written for records of another model. Raises DeclarationError."""
    if isinstance(condition, Condition | Some) and condition.model not in ("", model):
        text = f"the filter on {'.'.join(condition.names)} of {condition.model} cannot be asked of {model}"
        raise DeclarationError(text, where=condition.where)


def _step(record: Any, name: str, *, is_last: bool = False) -> Any:
    """What a field of a record holds; of a relation that is hidden from its reader no more than the id."""
    if name == "id":
        return record.id
    if SIGN in name:
        return record._view.variant(name, record)
    try:
        return getattr(record, name)
    except Restricted:
        return record._view.columns[name].get(record.id) if is_last else None


def _asks_for_absence(other: Any) -> bool:
    return other is None or (isinstance(other, tuple) and None in other)


def to_any(condition: Condition, models: Models, model: str) -> Filter:
    """A condition across a to-many relation as what it means: one of the members meets it, or for `!=`, none does."""
    for place, name in enumerate(condition.names):
        if name in OWN:
            return condition
        field = models[model].fields.get(name)
        if field is None or not field.target:
            return condition
        if field.many:
            rest = condition.names[place + 1 :] or ("id",)
            negative = condition.operator in NEGATIVE
            operator = OPPOSITE[condition.operator] if negative else condition.operator
            some: Filter
            if rest == ("id",) and operator == "=" and condition.plain() is None:
                some = Opposite(Some(condition.model, condition.names[: place + 1], None, condition.where))
            else:
                inner = Condition(field.target, rest, operator, condition.value, condition.where)
                some = Some(condition.model, condition.names[: place + 1], inner, condition.where)
            return Opposite(some) if negative else some
        model = field.target
    return condition


def _plain(value: Any) -> Any:
    return value.id if hasattr(value, "_view") else value


def _in_tree(operator: str, env: Env, model: str, value: Any, other: Any) -> bool:
    ids = other if isinstance(other, tuple) else (other,)
    ids = tuple(identity for identity in ids if identity is not None)
    if value is None:
        return False
    return is_below(env, model, value, ids) if operator == "child_of" else is_above(env, model, value, ids)


def _meets_any(operator: str, value: Any, other: Any, env: Env, kind: str) -> bool:
    if not isinstance(other, tuple):
        return meets(operator, value, other, env, kind)
    found = any(meets("=", value, item, env, kind) if isinstance(item, Relative) else value == item for item in other)
    return found != (operator in NEGATIVE)


def compare(operator: str, value: Any, other: Any) -> bool:
    """What the database answers for `value operator other`, asked of Python values."""
    match operator:
        case "=":
            return bool(value == other)
        case "!=":
            return bool(value != other)
        case "in":
            return value in other
        case "not in":
            return value not in other
        case "ilike":
            return value is not None and fold(other) in fold(value)
        case "not ilike":
            return value is None or fold(other) not in fold(value)
        case "like":
            return value is not None and other in value
        case "not like":
            return value is None or other not in value
        case "=ilike":
            return value is not None and fits(fold(other), fold(value))
        case "=like":
            return value is not None and fits(other, value)
    if value is None or other is None:
        return False
    match operator:
        case "<":
            return bool(value < other)
        case "<=":
            return bool(value <= other)
        case ">":
            return bool(value > other)
        case ">=":
            return bool(value >= other)
    raise ValueError(operator)
