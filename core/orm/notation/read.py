"""From the notation to filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.errors import Invalid, nearest
from core.i18n import Text, _
from core.orm.fields.base import BadValue, Field
from core.orm.filter import (
    ALL,
    COMPARISONS,
    IN_TREE,
    NEGATIVE,
    NONE,
    OPERATORS,
    OPPOSITE,
    TEXTUAL,
    All,
    Condition,
    Either,
    Filter,
    Some,
)
from core.orm.notation.shape import behind, joined, opposite
from core.orm.notation.write import ALWAYS, NEVER
from core.orm.registry import Models
from core.orm.types import LARGEST_ID
from core.orm.wire.values import operand
from core.orm.wire.way import Sees, Way, everything, in_database, resolve

DEEPEST = 30
"""Levels of a filter's tree: each becomes several in the database's statement, which has an end as well."""

LONGEST = 500
"""Terms and signs of a filter in all."""

_EQUALITY = ("=", "!=", "in", "not in")
_NESTED = ("any", "not any")
_KNOWN = (*OPERATORS, *_NESTED)
_ORDERED = (*COMPARISONS, "in", "not in")
_FITTING = {
    "char": (*_ORDERED, *TEXTUAL),
    "text": (*_ORDERED, *TEXTUAL),
    "html": (*_ORDERED, *TEXTUAL),
    "boolean": _EQUALITY,
    "selection": _EQUALITY,
    "reference": _EQUALITY,
    "binary": ("=", "!="),
    "image": ("=", "!="),
    "many2one": (*_EQUALITY, *TEXTUAL, *IN_TREE, *_NESTED),
    "one2many": (*_EQUALITY, *IN_TREE, *_NESTED),
    "many2many": (*_EQUALITY, *IN_TREE, *_NESTED),
}
"""Kind of field → the operators that go with it; what is not named here goes with `_ORDERED`."""

Part = tuple[Filter, int]
"""A filter and the height of its tree."""


def from_json(models: Models, model: str, data: Any, sees: Sees = everything) -> Filter:
    """The filter that `data` notes for the records of `model`.

    sees: whether (model, field) exists for the one who asks. Numbers may be texts, or JSON numbers that
    were parsed as `Decimal`. Raises Invalid, which names the path of the term that is wrong, or "".
    """
    return _Reading(models, sees).read(model, data, 0)[0]


class _Reading:
    """One filter on its way in."""

    def __init__(self, models: Models, sees: Sees) -> None:
        self._models, self._sees = models, sees
        self._taken = 0

    def read(self, model: str, data: Any, depth: int) -> Part:
        """depth: how many `any` are around it."""
        if not isinstance(data, list | tuple):
            raise _refused("", _('a filter is a list of terms, as in [["name", "=", "Acme"]]'))
        self._taken += len(data)
        if self._taken > LONGEST:
            raise _refused("", _("the filter has more than {count} terms", count=LONGEST))
        # Read from its end, each sign finds what it joins on top of the stack.
        stack: list[Part] = []
        for item in reversed(data):
            if item in ("&", "|", "!"):
                self._join(item, stack)
            else:
                stack.append(self._term(model, item, depth))
        parts = [part for part, _height in reversed(stack)]
        return _bounded(joined(All, parts), 1 + max((height for _part, height in stack), default=0))

    def _join(self, sign: str, stack: list[Part]) -> None:
        if len(stack) < (1 if sign == "!" else 2):
            raise _refused("", _("the filter ends where '{sign}' needs a term", sign=sign))
        part, height = stack.pop()
        if sign == "!":
            stack.append(_bounded(opposite(part), height + 1))
            return
        other, other_height = stack.pop()
        kind = All if sign == "&" else Either
        same = isinstance(part, kind) or isinstance(other, kind)
        stack.append(_bounded(joined(kind, (part, other)), max(height, other_height) + (not same)))

    def _term(self, model: str, term: Any, depth: int) -> Part:
        if isinstance(term, list | tuple) and tuple(term) in (ALWAYS, NEVER):
            return (ALL if tuple(term) == ALWAYS else NONE), 1
        match term:
            case [str(path), str(operator), value]:
                way = self._titled(resolve(self._models, model, path, self._sees), operator)
            case _:
                text = str(term)
                shown = text if len(text) <= 80 else f"{text[:80]}…"
                raise _refused("", _("{term} is no term: a term is [field, operator, value]", term=shown))
        _check(way, operator)
        if operator in _NESTED:
            return self._nested(model, way, operator, value, depth)
        crosses = way.crosses_many or _is_many(way)
        if crosses and operator in NEGATIVE:
            return opposite(_positive(model, way, OPPOSITE[operator], value)), len(way.names) + 1
        return _positive(model, way, operator, value), len(way.names)

    def _titled(self, way: Way, operator: str) -> Way:
        """A way to a record's name, or to a relation that is compared with a text, goes on to the title."""
        field = way.end()
        if field is None and way.names[-1] == "display_name":
            info, before = way.infos[-1], way.names[:-1]
        elif field is not None and field.kind == "many2one" and operator in TEXTUAL:
            info, before = self._models[field.target], way.names
        else:
            return way
        title = info.fields.get(info.title)
        if title is None or not self._sees(info.name, title.name):
            raise _refused(way.wire, _("records of {model} have no name to look for", model=info.name))
        count = len(before)
        return Way(way.wire, (*before, title.name), (*way.infos[:count], info), (*way.fields[:count], title))

    def _nested(self, model: str, way: Way, operator: str, value: Any, depth: int) -> Part:
        field = way.end()
        if depth >= DEEPEST or field is None:
            raise _too_deep()
        inner, height = self.read(field.target, value, depth + 1)
        if field.many:
            found = _some(model, way, lambda _model, _names: inner)
        else:
            found = joined(All, (Condition(model, way.names, "!=", None), behind(model, way.names, inner)))
        return _bounded(found if operator == "any" else opposite(found), height + len(way.names) + 1)


def _bounded(part: Filter, height: int) -> Part:
    if height > DEEPEST:
        raise _too_deep()
    return part, height


def _too_deep() -> Invalid:
    return _refused("", _("the filter is nested more than {count} levels deep", count=DEEPEST))


def _check(way: Way, operator: str) -> None:
    """Refuses what no filter can compare, and operators that do not fit the field."""
    field = way.end()
    if field is None and way.names[-1] != "id":
        raise _refused(way.wire, _("'{path}' cannot be used in a filter", path=way.wire))
    says = field is not None and field.compute is not None and field.compute.search is not None
    if field is not None and not field.many and not in_database(field) and not says:
        raise _refused(way.wire, _("'{path}' is nothing that the database can compare", path=way.wire))
    fitting = (*_ORDERED, *IN_TREE) if field is None else _FITTING.get(field.kind, _ORDERED)
    if operator in fitting:
        return
    if operator in _KNOWN:
        reason = _("'{operator}' does not go with '{path}'; one of: {all}",
                   operator=operator, path=way.wire, all=" ".join(fitting))  # fmt: skip
    elif hint := nearest(operator, _KNOWN):
        reason = _("'{operator}' is no operator; {hint}", operator=operator, hint=hint)
    else:
        reason = _("'{operator}' is no operator; one of: {all}", operator=operator, all=" ".join(fitting))
    raise _refused(way.wire, reason)


def _positive(model: str, way: Way, operator: str, value: Any) -> Filter:
    """A term whose operator is not the negative form of another, or that crosses no to-many relation."""
    field = way.end()
    if field is not None and field.many:
        if operator == "=" and _is_absence(value):
            return opposite(_some(model, way, None))
        wanted = _operands(way, "in", [value] if operator == "=" else value) if operator in _EQUALITY else None
        if wanted is None:
            top = _operands(way, operator, value)
            return _some(model, way, lambda target, _names: Condition(target, ("id",), operator, top))
        return _some(model, way, lambda target, _names: Condition(target, ("id",), "in", wanted))
    compared = _operands(way, operator, value)
    if not way.crosses_many:
        return Condition(model, way.names, operator, compared)
    return _some(model, way, lambda target, names: Condition(target, names, operator, compared))


def _some(model: str, way: Way, inside: Callable[[str, tuple[str, ...]], Filter] | None) -> Filter:
    """`any` at each to-many relation of a way; inside: the filter of what lies behind the last of them."""
    start = 0
    crossed: list[tuple[str, tuple[str, ...]]] = []
    for position, field in enumerate(way.fields):
        if field is not None and field.many:
            crossed.append((model, way.names[start : position + 1]))
            model, start = field.target, position + 1
    found = inside(model, way.names[start:]) if inside is not None else ALL
    for owner, names in reversed(crossed):
        found = Some(owner, names, None if found is ALL else found)
    return found


def _operands(way: Way, operator: str, value: Any) -> Any:
    """The value of a term as records keep it."""
    try:
        if operator in IN_TREE:
            listed = tuple(value) if isinstance(value, list | tuple) else (value,)
            ids = tuple(_operand(None, member) for member in listed)
            return ids if isinstance(value, list | tuple) else ids[0]
        if operator in ("in", "not in"):
            if not isinstance(value, list | tuple):
                raise BadValue(_("must be a list of values after '{operator}'"), operator=operator)
            return tuple(_operand(way.end(), member) for member in value)
        if operator in TEXTUAL and not isinstance(value, str):
            raise BadValue(_("must be a text"))
        return _operand(way.end(), None if operator in _EQUALITY and _stands_for_absence(way, value) else value)
    except BadValue as error:
        raise _refused(way.wire, _("the value for '{path}' {reason}", path=way.wire, reason=error.reason)) from None


def _operand(field: Field[Any] | None, value: Any) -> Any:
    if field is not None and not field.many:
        return operand(field, value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(_("must be the id of a record"))
    if abs(value) > LARGEST_ID:
        raise BadValue(_("is not the id of a record"))
    return value


def _is_many(way: Way) -> bool:
    field = way.end()
    return field is not None and field.many


def _is_absence(value: Any) -> bool:
    return value is None or value is False


def _stands_for_absence(way: Way, value: Any) -> bool:
    field = way.end()
    return field is not None and field.kind != "boolean" and _is_absence(value)


def _refused(name: str, reason: Text) -> Invalid:
    return Invalid(reason, fields={name: [reason]})
