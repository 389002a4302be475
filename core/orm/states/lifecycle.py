"""What composition makes of the declared states of a model: all of it found and checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.i18n import Text, _, listed

if TYPE_CHECKING:
    from core.orm.access.declare import Where
    from core.orm.access.table import AccessTable
    from core.orm.env import Env
    from core.orm.model import Model
    from core.orm.states.declare import Approval


@dataclass(frozen=True)
class Demand:
    """A condition of a move: the records that meet it. why: what people are told of the others."""

    when: Where
    why: str
    declared_at: str

    def met(self, record: Model) -> bool:
        """Whether a record, read with elevated rights, meets it."""
        return self.when(record.env).matches(record)


@dataclass(frozen=True)
class MoveAt:
    """A move from one of some states to another. name: the verb that it is."""

    name: str
    label: str
    sources: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    demands: tuple[Demand, ...]
    approvals: tuple[Approval, ...]
    ask: str
    main: bool
    icon: str
    declared_at: str
    addon: str

    def is_for(self, env: Env) -> bool:
        """Whether an environment has one of its roles."""
        return env.elevated or not env.roles.isdisjoint(self.roles)


@dataclass(frozen=True)
class Lifecycle:
    """The states of a model's records. field: the selection that holds them. start: those that they may begin in."""

    model: str
    field: str
    options: tuple[tuple[str, str], ...]
    """State → label, in the order of the selection."""
    title: str
    """What people call the field."""
    start: tuple[str, ...]
    moves: dict[str, MoveAt]

    def label(self, state: str | None) -> str:
        """What people call a state; "no state" where there is none."""
        return next((label for value, label in self.options if value == state), state or _("no state"))

    def labels(self, states: Sequence[str]) -> Text:
        return listed(self.label(state) for state in states)

    def leaving(self, state: str | None) -> Iterator[MoveAt]:
        """The moves that start from a state."""
        return (one for one in self.moves.values() if state in one.sources)

    @cached_property
    def is_approved(self) -> bool:
        """Whether any of the moves needs an approval."""
        return any(one.approvals for one in self.moves.values())

    def about(self, name: str, fields: Sequence[str]) -> frozenset[str]:
        """Those of these fields that an approval of a move is about."""
        if name not in self.moves:
            return frozenset(fields)
        named = {one for approval in self.moves[name].approvals for one in approval.about}
        every = any(not approval.about for approval in self.moves[name].approvals)
        return frozenset(one for one in fields if every or one in named or one == self.field)


def roles_named(access: AccessTable, keys: Sequence[str]) -> Text:
    """Roles as people call them."""
    return listed(access.roles[key].label if key in access.roles else key for key in keys)
