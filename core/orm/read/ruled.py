"""Rules as SQL. One of the row's own columns is made once for each set of values, since every unit asks for it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from core.orm.filter import COMPARISONS, All, Condition, Either, Filter, Opposite
from core.orm.read.prepared import prepared
from core.orm.read.where import where

if TYPE_CHECKING:
    from core.orm.read.scope import Scope
    from core.orm.registry import ModelInfo

PLAIN = frozenset({int, str, bool, type(None)})


def ruled(rule: Filter, scope: Scope) -> Any:
    """A rule on the rows of a bare scope that nothing has joined yet."""
    key = rule_key(rule, scope.info) if scope.table is scope.info.table else None
    if key is None:
        return where(rule, scope)
    return prepared(scope.unit.models, ("rule", scope.info.name, scope.dialect, key), lambda: where(rule, scope))


def rule_key(rule: Filter, info: ModelInfo) -> Hashable:
    """What tells a rule from every other one; None where it asks for more than columns of the row itself."""
    match rule:
        case All() | Either():
            parts = tuple(rule_key(part, info) for part in rule.parts)
            return None if None in parts else (type(rule), parts)
        case Opposite():
            part = rule_key(rule.part, info)
            return None if part is None else (Opposite, part)
        case Condition(names=(name,), operator=operator) if operator in (*COMPARISONS, "in", "not in"):
            field = info.fields.get(name)
            if name != "id" and (
                field is None or not field.stored or field.many or field.is_computed or field.via or field.varies
            ):
                return None
            value = rule.plain()
            kinds = tuple(map(type, value)) if isinstance(value, tuple) else type(value)
            if not PLAIN.issuperset(kinds if isinstance(kinds, tuple) else (kinds,)):
                return None
            return (name, operator, value, kinds)  # 1 and True are equal, and no more the same condition
    return None
