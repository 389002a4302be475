"""Explaining: which role, grant and rule decide why somebody may or may not do something to a record.

Every clause of every filter is asked of the record in one statement, by the same compiler that the reading
door and the pipeline use, so an explanation cannot disagree with what happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied
from core.i18n import _
from core.orm.access.declare import Action, Grant, Role, Rule
from core.orm.filter import All, Condition, Either, Everything, Filter, Group, Nothing, Opposite, Pointed, Some
from core.orm.read.scope import Scope
from core.orm.read.where import where

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.identity import Identity
    from core.orm.registry import ModelInfo


@dataclass(frozen=True)
class Clause:
    """A filter, or a part of one. met: whether the record meets it; `None` where no record was asked about."""

    text: str
    met: bool | None = None
    parts: tuple[Clause, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The clause and its parts, one a line."""
        yield f"{'  ' * depth}{_MARKS[self.met]} {self.text}"
        for part in self.parts:
            yield from part.lines(depth + 1)


_MARKS = {True: "[yes]", False: "[no] ", None: "  -  "}


@dataclass(frozen=True)
class Decision:
    """A grant or a rule. declared_at: file and line. clause: its filter; `None` where it has none."""

    kind: str
    role: str
    declared_at: str
    clause: Clause | None

    @property
    def met(self) -> bool | None:
        """Whether it lets the record pass."""
        return True if self.clause is None else self.clause.met


@dataclass(frozen=True)
class Explanation:
    """Why somebody may, or may not. allowed: `None` where it depends on the record and none was named.

    roles: role → the chain of roles that it comes by, from one that the user was given. grants: those of the
    user's roles. others: roles of other people that have a grant for the action. hidden: fields that the
    user's roles do not show.
    """

    who: str
    action: Action
    model: str
    id: int | None
    exists: bool
    elevated: bool
    allowed: bool | None
    roles: dict[str, tuple[str, ...]]
    grants: tuple[Decision, ...]
    rules: tuple[Decision, ...]
    others: tuple[str, ...]
    hidden: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        what = self.model if self.id is None else f"{self.model} {self.id}"
        said = {True: "may", False: "may not", None: "may, for some records,"}[self.allowed]
        yield f"{self.who} {said} {self.action} {what}."
        if not self.exists:
            yield "There is no such record."
        if self.elevated:
            yield "Elevated code: no grant and no rule is asked."
            return
        yield f"Roles: {', '.join(self._came_by(role) for role in self.roles) or 'none'}"
        if not self.grants:
            having = f" It is granted to: {', '.join(self.others)}." if self.others else " No role has one."
            yield f"No grant: none of these roles may {self.action} {self.model}.{having}"
        else:
            yield "Grants, of which one must let the record pass:"
            for grant in self.grants:
                yield from _told(grant)
        if self.rules:
            yield "Rules, all of which must let the record pass:"
            for rule in self.rules:
                yield from _told(rule)
        if self.hidden:
            yield f"Fields that these roles do not show: {', '.join(self.hidden)}"

    def _came_by(self, role: str) -> str:
        chain = self.roles[role]
        return role if len(chain) < 2 else f"{role} (by {' → '.join(chain[:-1])})"


def _told(decision: Decision) -> Iterator[str]:
    of = f"{decision.kind} of {decision.role}" if decision.role else decision.kind
    yield f"  {_MARKS[decision.met]} {of}, {decision.declared_at}"
    if decision.clause is not None:
        yield from (f"      {line}" for line in decision.clause.lines())


def explain(env: Env, model: str, identity: int | None, action: Action, who: Identity | None = None) -> Explanation:
    """Why `who`, or else the user of `env`, may or may not. Raises AccessDenied for one who may not know."""
    access = env.models.access
    if not env.elevated and not any(access.roles[role].may_explain for role in env.roles):
        raise AccessDenied(_("You may not look at why somebody may do something."))
    info = env.models[model]
    given = who or env._identity
    user = env.sudo() if given is None else env.as_user(given)
    grants = [] if user.elevated else access.grants(user.roles, action, model)
    rules = [] if user.elevated else access.rules(model)
    grant_filters = [None if grant.where is None else grant.where(user) for grant in grants]
    rule_filters = [rule.where(user) for rule in rules] if grants else []
    clauses = [None if found is None else _clause(found) for found in (*grant_filters, *rule_filters)]
    exists = True
    if identity is not None:
        env._unit._pending.write()
        exists, clauses = _asked(env, info, identity, (*grant_filters, *rule_filters), clauses)
    items: list[Grant | Rule] = [*grants, *rules]
    decided = [_decision(item, clause) for item, clause in zip(items, clauses, strict=False)]
    granted, ruled = tuple(decided[: len(grants)]), tuple(decided[len(grants) :])
    return Explanation(
        who=user.login or "Banyan itself",
        action=action,
        model=model,
        id=identity,
        exists=exists,
        elevated=user.elevated,
        allowed=exists and (user.elevated or _outcome(granted, ruled)),
        roles=_chains(access.roles, () if given is None else sorted(given.roles)),
        grants=granted,
        rules=ruled,
        others=tuple(sorted({grant.role.key for grant in access.granted(action, model)})),
        hidden=tuple(name for name in info.fields if not user._view(model).may_see(name)),
    )


def _outcome(grants: Sequence[Decision], rules: Sequence[Decision]) -> bool | None:
    if not grants or any(rule.met is False for rule in rules) or all(grant.met is False for grant in grants):
        return False
    if any(grant.met for grant in grants) and all(rule.met for rule in rules):
        return True
    return None


def _decision(item: Grant | Rule, clause: Clause | None) -> Decision:
    role = item.role.key if isinstance(item, Grant) else ""
    return Decision("grant" if role else "rule", role, item.declared_at, clause)


def _chains(roles: dict[str, Role], given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Role → how the user comes by it, by the shortest way."""
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[str, ...]] = [(key,) for key in given if key in roles]
    while waiting:
        chain = waiting.pop(0)
        if chain[-1] not in found:
            found[chain[-1]] = chain
            waiting.extend((*chain, role.key) for role in roles[chain[-1]].implies)
    return found


# -- filters in words, and asked of the record ------------------------------------------------------------


def _clause(condition: Filter) -> Clause:
    """A filter in words, with a clause for each part."""
    match condition:
        case Everything():
            return Clause("every record", True)
        case Nothing():
            return Clause("no record", False)
        case All():
            return Clause("all of these:", parts=tuple(_clause(part) for part in condition.parts))
        case Either():
            return Clause("one of these:", parts=tuple(_clause(part) for part in condition.parts))
        case Opposite():
            return Clause("not:", parts=(_clause(condition.part),))
    return Clause(_words(condition))


def _words(condition: Filter) -> str:
    match condition:
        case Condition():
            return f"{'.'.join(condition.names)} {condition.operator} {_value(condition.plain())}"
        case Some():
            inner = "" if condition.condition is None else f" with ({_words(condition.condition)})"
            return f"{'.'.join(condition.names)} holds one{inner}"
        case Pointed():
            return f"{'.'.join(condition.names)} points at {condition.target} with ({_words(condition.condition)})"
        case Group():
            return f" {'and' if isinstance(condition, All) else 'or'} ".join(f"({_words(part)})"
                                                                             for part in condition.parts)  # fmt: skip
        case Opposite():
            return f"not ({_words(condition.part)})"
    return type(condition).__name__.lower()


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        shown = ", ".join(_value(item) for item in value[:10])
        return f"({shown}{', …' if len(value) > 10 else ''})"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value)


def _nodes(condition: Filter) -> Iterator[Filter]:
    yield condition
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from _nodes(part)
    elif isinstance(condition, Opposite):
        yield from _nodes(condition.part)


def _asked(
    env: Env, info: ModelInfo, identity: int, filters: Sequence[Filter | None], clauses: Sequence[Clause | None]
) -> tuple[bool, list[Clause | None]]:
    """(whether the record exists, the clauses with what it answers to each): one statement for all of them."""
    scope = Scope(env._unit, info, None)
    asked = [node for condition in filters if condition is not None for node in _nodes(condition)]
    columns = [sa.case((where(node, scope), 1), else_=0) for node in asked]
    table = info.table
    row = env._unit._run(
        sa.select(table.c.id, *columns).select_from(scope.source).where(table.c.id == identity)
    ).first()
    answers = iter([None] * len(asked) if row is None else [bool(value) for value in row[1:]])

    def fill(clause: Clause) -> Clause:
        met = next(answers)
        return replace(clause, met=met, parts=tuple(fill(part) for part in clause.parts))

    return row is not None, [None if clause is None else fill(clause) for clause in clauses]
