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

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model

Action = Literal["read", "write", "create", "delete"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Where = Callable[["Env"], Filter]


class Role:
    """What a person may be. key: `addon.role`. implies: roles that come with it."""

    def __init__(self, key: str, label: str, *, implies: Sequence[Role] = (), help: str = "") -> None:
        self.key, self.label, self.help = key, label, help
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
            if action not in ACTIONS:
                hint = f"one of {', '.join(ACTIONS)}"
                raise DeclarationError(f"'{action}' is no action", where=self.declared_at, hint=hint)
        self.role, self.model, self.actions = role, model._name, frozenset(actions)
        self.where: Where | None = where


class Rule:
    """A filter of the model that binds everybody but elevated code, on top of every grant."""

    def __init__(self, model: type[Model], where: Where) -> None:
        self.declared_at = caller()
        self.model, self.where = model._name, where


Access = Role | Grant | Rule
__all__ = ["ACTIONS", "Access", "Action", "Grant", "Role", "Rule", "Where"]
