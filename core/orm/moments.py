"""Conditions on dates told from now, as conditions on the dates that these are at present."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.orm.filter import All, Condition, Either, Filter, Opposite
from core.orm.relative import Relative

if TYPE_CHECKING:
    from core.orm.env import Env


def absolute(condition: Condition, env: Env, kind: str) -> Filter:
    """A condition with a relative date, as what it means now for a field of this kind, "date" or "datetime"."""
    value, operator = condition.value, condition.operator
    if isinstance(value, tuple):
        given = [item for item in value if not isinstance(item, Relative)]
        parts: list[Filter] = [] if not given else [_with(condition, "in", tuple(given))]
        parts += [_one(condition, env, kind, "=", item) for item in value if isinstance(item, Relative)]
        found = Either(tuple(parts))
        return Opposite(found) if operator in ("not in", "!=") else found
    return _one(condition, env, kind, operator, value)


def _one(condition: Condition, env: Env, kind: str, operator: str, value: Relative) -> Filter:
    first, end, is_moment = value.span(env, kind)
    if operator in ("!=", "not in"):
        return Opposite(_one(condition, env, kind, "=", value))
    if is_moment:
        return _with(condition, "=" if operator == "in" else operator, first)
    if operator in ("<", ">="):
        return _with(condition, operator, first)
    if operator in (">", "<="):
        return _with(condition, ">=" if operator == ">" else "<", end)
    if kind == "date" and end == first + timedelta(days=1):
        return _with(condition, "=", first)
    return All((_with(condition, ">=", first), _with(condition, "<", end)))


def _with(condition: Condition, operator: str, value: Any) -> Condition:
    return Condition(condition.model, condition.names, operator, value, condition.where)
