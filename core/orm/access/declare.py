"""Roles, grants and rules: the one page of an addon that an auditor reads.

Nothing is allowed until a grant says so. A user may do to a record what any grant of any of their roles
allows on it, within what every rule leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from core.errors import DeclarationError
from core.orm.filter import Filter
from core.orm.where import caller
from core.orm.words import check_word

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model

Action = Literal["read", "write", "create", "delete"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Where = Callable[["Env"], Filter]


class Role:
    """What a person may be. key: `addon.role`. implies: roles that come with it.

    may_explain: who has it may ask why anybody may do something (`env.explain`), which tells of hidden records.
    """

    def __init__(
        self, key: str, label: str, *, implies: Sequence[Role] = (), help: str = "", may_explain: bool = False
    ) -> None:
        self.key, self.label, self.help, self.may_explain = key, label, help, may_explain
        self.implies = tuple(implies)
        self.where = caller()

    def __repr__(self) -> str:
        return f"<role {self.key}>"


class Grant:
    """A role may do these actions to a model's records, or to those that `where` leaves.

    where: a function of the environment that gives a filter of the model. It holds on the stored record
    before a change and on the new one after it.
    """

    def __init__(self, role: Role, model: type[Model], *actions: Action, where: Where | None = None) -> None:
        self.declared_at = caller()
        for action in actions:
            check_word(action, ACTIONS, "action", self.declared_at)
        self.role = _as_role(role, self.declared_at)
        self.model, self.actions = _name_of(model, self.declared_at), frozenset(actions)
        self.where: Where | None = where


class Rule:
    """A filter of the model that binds everybody but elevated code, on top of every grant."""

    def __init__(self, model: type[Model], where: Where) -> None:
        self.declared_at = caller()
        self.model, self.where = _name_of(model, self.declared_at), where


def _as_role(given: object, where: str) -> Role:
    if not isinstance(given, Role):
        hint = "write the Role itself, imported from the access.py that declares it"
        raise DeclarationError(f"{given!r} is no role", where=where, hint=hint)
    return given


def _name_of(model: object, where: str) -> str:
    name: str = getattr(model, "_name", "")
    if not name:
        hint = "write the class, imported from the addon that declares it"
        raise DeclarationError(f"{model!r} is no model", where=where, hint=hint)
    return name


Access = Role | Grant | Rule
__all__ = ["ACTIONS", "Access", "Action", "Grant", "Role", "Rule", "Where"]
