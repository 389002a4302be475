"""What the composed access declarations answer: which rows of a model an environment may act on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import TYPE_CHECKING

from core.errors import DeclarationError, nearest
from core.orm.access.declare import Access, Action, Grant, Role, Rule, Where
from core.orm.compute import dependencies_of
from core.orm.family import parent_of
from core.orm.filter import ALL, IN_TREE, Condition, Either, Filter, Group, Opposite, Pointed, Some
from core.orm.mentions import check_mentions

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import Models


class AccessTable:
    """All roles, grants and rules of a registry."""

    def __init__(self, declared: Iterable[Access], models: Models) -> None:
        self.roles: dict[str, Role] = {}
        self._grants: dict[str, list[Grant]] = {}
        self._rules: dict[str, list[Rule]] = {}
        for item in declared:
            if isinstance(item, Role):
                known = self.roles.get(item.key)
                if known is not None and known is not item:
                    text = f"role '{item.key}' is declared twice"
                    raise DeclarationError(text, where=item.where, hint=f"first at {known.where}")
                self.roles[item.key] = item
                continue
            if item.model not in models:
                raise DeclarationError(
                    f"model '{item.model}' is not enabled", where=item.declared_at, hint=nearest(item.model, models)
                )
            check_mentions(item.where)
            if isinstance(item, Grant):
                self._grants.setdefault(item.model, []).append(item)
            else:
                self._rules.setdefault(item.model, []).append(item)

    def closure(self, keys: Iterable[str]) -> frozenset[str]:
        """The roles of these keys with all that they imply; unknown keys are left out."""
        found: set[str] = set()
        waiting = [self.roles[key] for key in keys if key in self.roles]
        while waiting:
            role = waiting.pop()
            if role.key not in found:
                found.add(role.key)
                waiting.extend(role.implies)
        return frozenset(found)

    def grants(self, roles: frozenset[str], action: Action, model: str) -> list[Grant]:
        """The grants of these roles for an action; none means that it is denied."""
        return [grant for grant in self._grants.get(model, ()) if action in grant.actions and grant.role.key in roles]

    def granted(self, action: Action, model: str) -> list[Grant]:
        """The grants of any role for an action."""
        return [grant for grant in self._grants.get(model, ()) if action in grant.actions]

    def rules(self, model: str) -> list[Rule]:
        """The rules that bind everybody on a model."""
        return self._rules.get(model, [])

    def filters(self) -> Iterator[tuple[str, Where, str, tuple[str, ...]]]:
        """(model, filter, file and line, roles that it is for) of every grant and rule that has one."""
        for model, grants in self._grants.items():
            for grant in grants:
                if grant.where is not None:
                    yield model, grant.where, grant.declared_at, (grant.role.key,)
        for model, rules in self._rules.items():
            for rule in rules:
                yield model, rule.where, rule.declared_at, ()

    def rows(self, env: Env, action: Action, model: str) -> Filter | None:
        """The filter of the rows that `env` may act on; ALL where nothing limits it, None where it may not at all."""
        grants = self.grants(env.roles, action, model)
        if not grants:
            return None
        parts: list[Filter] = [rule.where(env) for rule in self._rules.get(model, ())]
        filters = [grant.where(env) for grant in grants if grant.where is not None]
        if len(filters) == len(grants):
            parts.append(filters[0] if len(filters) == 1 else Either(tuple(filters)))
        parts = [part for part in parts if part is not ALL]
        if not parts:
            return ALL
        return reduce(lambda left, right: left & right, parts)


def fields_read(condition: Filter, models: Models, model: str) -> Iterator[tuple[str, str]]:
    """(model, field) of everything that a filter looks at: a change there may move rows in or out of it."""
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from fields_read(part, models, model)
    elif isinstance(condition, Opposite):
        yield from fields_read(condition.part, models, model)
    elif isinstance(condition, Condition | Some | Pointed):
        info = models[model]
        for name in models.through(model, condition.names):
            name = info.title if name == "display_name" else name
            yield (info.name, name)
            field = info.fields.get(name)
            if field is not None and field.is_computed and not field.stored:
                for path in dependencies_of(info, name):  # its `search` asks for what it follows from
                    yield from fields_read(Condition(info.name, path, "=", None), models, info.name)
            if field is not None and field.target:
                if field.kind == "one2many":
                    yield (field.target, field.inverse)
                elif (through := info.throughs.get(name)) is not None:
                    yield (through.info.name, through.near)
                    yield (through.info.name, through.far)
                info = models[field.target]
        if isinstance(condition, Condition) and condition.operator in IN_TREE:
            yield (info.name, parent_of(info))
        if isinstance(condition, Some) and condition.condition is not None:
            yield from fields_read(condition.condition, models, info.name)
        if isinstance(condition, Pointed):
            yield from fields_read(condition.condition, models, condition.target)


__all__ = ["AccessTable", "fields_read"]
