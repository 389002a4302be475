"""Filters on computed fields that no column keeps, but whose class says what they mean: `@computed(…, search=…)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.orm.filter import NEGATIVE, OPPOSITE, Condition, Filter, Opposite
from core.orm.notation.shape import behind

if TYPE_CHECKING:
    from core.orm.read.scope import Scope


def by_search(condition: Condition, scope: Scope) -> Filter | None:
    """What a condition on such a field means on fields that are stored; None of other fields.

    The author's function is given the positive form of the operator; the negative is its exact opposite.
    """
    models = scope.unit.models
    names = models.through(scope.info.name, condition.names)
    info = scope.info
    for name in names[:-1]:
        field = info.fields.get(name)
        if field is None or not field.target:
            return None
        info = models[field.target]
    end = info.fields.get(names[-1])
    if end is None or end.compute is None or end.compute.search is None:
        return None
    env = scope.view.env if scope.view is not None else scope.unit.system_env()
    view = env._view(info.name)
    if not view.may_see(end.name):
        raise view.refusal(end.name)
    negative = condition.operator in NEGATIVE
    operator = OPPOSITE[condition.operator] if negative else condition.operator
    inner = end.compute.search(env, operator, condition.plain())
    found = behind(scope.info.name, names[:-1], inner) if len(names) > 1 else inner
    return Opposite(found) if negative else found
