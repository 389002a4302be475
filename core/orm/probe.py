"""Filters of declarations, asked once when they are composed, as they would be asked of the database.

What a grant, rule or facet compares with is known only when its function is called, and a value of another kind than
the field's would be told to whoever reads first. So each is called once for a user who is not there, and what it gives
goes through the compiler of the read door. Nothing is run: a function that needs records to give its filter is left
to whoever uses it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError, Invalid
from core.orm.env import Env
from core.orm.fields.base import BadValue, Field
from core.orm.filter import OWN, TEXTUAL, Condition, Everything, Filter, Group, Nothing, Opposite, Some
from core.orm.identity import Identity
from core.orm.read.scope import Scope
from core.orm.read.where import where as compiled
from core.orm.unit import UnitOfWork
from core.orm.where import spot

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo, Models

_FAULTS = (TypeError, AttributeError, NameError, ValueError)
"""What a function raises that is wrong for everybody, and not for want of records."""


class _Asked(Exception):
    """The database was asked, and there is none."""


class _Nowhere:
    """Stands where a unit of work has its connection."""

    dialect = SimpleNamespace(name="sqlite")

    def execute(self, *_statement: object, **_options: object) -> Any:
        raise _Asked


def check_access(models: Models) -> None:
    """Raises DeclarationError for the first grant or rule whose filter cannot be asked of its model."""
    for model, where, declared_at, roles in models.access.filters():
        check_where(models, models[model], where, declared_at, roles=roles)


def check_where(
    models: Models,
    info: ModelInfo,
    given: Filter | Callable[[Any], Filter],
    where: str,
    addon: str = "",
    roles: Iterable[str] = (),
) -> None:
    """Raises DeclarationError where a filter, or what a function of the environment gives, cannot be asked of a model.

    where: file and line of the declaration, for what says nothing of its own.
    """
    env = _probe(models, roles)
    try:
        condition = given if isinstance(given, Filter) else given(env)
    except DeclarationError as error:
        raise DeclarationError(error.message, addon=addon, where=error.where or where, hint=error.hint) from error
    except _FAULTS as error:
        text = f"{type(error).__name__}: {error}"
        raise DeclarationError(text, addon=addon, where=_line(error, given) or where) from error
    except Exception:  # it looks for records first, of which there are none
        return
    _check(env, info, condition, where, addon)


def _probe(models: Models, roles: Iterable[str]) -> Env:
    nowhere: Any = _Nowhere()
    unit = UnitOfWork(models, nowhere, hooks=None, write=False, reason="", clock=lambda: datetime.now(UTC))
    return unit.env(Identity(1, "probe", "Probe", frozenset(roles), 1, (1,)))


def _check(env: Env, info: ModelInfo, condition: object, where: str, addon: str) -> None:
    if isinstance(condition, Group):
        for part in condition.parts:
            _check(env, info, part, where, addon)
    elif isinstance(condition, Opposite):
        _check(env, info, condition.part, where, addon)
    elif isinstance(condition, Condition | Some):
        _compile(env, info, condition, condition.where or where, addon)
        if isinstance(condition, Some) and condition.condition is not None:
            target = env.models[_end(env.models, info, condition.names).target]
            _check(env, target, condition.condition, condition.where or where, addon)
    elif not isinstance(condition, Everything | Nothing):
        hint = "give a condition, as Lead.is_lost == True, or core.ALL for all of them"
        raise DeclarationError(f"{condition!r} is no filter of {info.name}", addon=addon, where=where, hint=hint)


def _compile(env: Env, info: ModelInfo, condition: Condition | Some, where: str, addon: str) -> None:
    name = ".".join(condition.names)
    # What is behind a list is a filter of its own, with a line of its own.
    alone = Some(condition.model, condition.names, None, where) if isinstance(condition, Some) else condition
    try:
        compiled(alone, Scope(env._unit, info, None, env=env))
        if isinstance(condition, Condition):
            _check_options(env, info, condition)
    except DeclarationError as error:
        raise DeclarationError(error.message, addon=addon, where=error.where or where, hint=error.hint) from error
    except (Invalid, BadValue) as error:
        reason = error.reason if isinstance(error, BadValue) else next(iter(error.fields.values()))[0]
        compared = f", compared with {condition.value!r}," if isinstance(condition, Condition) else ""
        text = f"the filter on '{name}' of {info.name}{compared} {reason}"
        raise DeclarationError(text, addon=addon, where=where) from error
    except _Asked:
        return


def _check_options(env: Env, info: ModelInfo, condition: Condition) -> None:
    """A word that a selection does not have is met by no record. Raises BadValue."""
    if condition.names[-1] not in OWN and (field := _end(env.models, info, condition.names)).kind == "selection":
        value = condition.plain()
        for word in value if isinstance(value, tuple) else (value,) if condition.operator not in TEXTUAL else ():
            field.convert(word)


def _end(models: Models, info: ModelInfo, names: tuple[str, ...]) -> Field[Any]:
    """The field that a path of fields ends in."""
    field = info.fields[names[0]]
    for name in names[1:]:
        field = models[field.target].fields[name]
    return field


def _line(error: Exception, function: object) -> str:
    """Where a function failed; empty where that was in none of its own file."""
    if not isinstance(function, FunctionType):
        return ""
    name = function.__code__.co_filename
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    return spot(name, lines[-1] or 1) if lines else ""
