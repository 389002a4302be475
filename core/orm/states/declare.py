"""How a model declares its states, the moves between them, and the approvals that moves need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from core.errors import DeclarationError
from core.orm.access.declare import Where
from core.orm.fields.simple import Selection
from core.orm.where import caller, of_code

F = TypeVar("F", bound=Callable[[Any], object])
OneOrMore = str | Sequence[str]


class States:
    """The states of a model's records: a selection that only its declared moves change.

    field: the selection, or its name. start: the states that a record may be made in; the field's default where it is
    not given.
    """

    def __init__(self, field: Selection | str, *, start: OneOrMore = ()) -> None:
        self._field = field
        self.start = several(start)
        self.where = caller()

    @property
    def field(self) -> str:
        """The name of the selection. A field learns its name only when its class is made."""
        return self._field if isinstance(self._field, str) else self._field.name


class Approval:
    """Other people must agree before a move is made.

    by: roles of those who may decide; whoever asked never may. count: how many of them must agree. when: a function of
    the environment that gives a filter: the records that need it; all where it is not given. about: fields that were
    agreed to: a request is void as soon as one of them changes; every stored field where none is named. Several
    approvals of one move are asked for one after the other.
    """

    def __init__(
        self, *, by: OneOrMore, count: int = 1, when: Where | None = None, about: Sequence[Selection | Any] = ()
    ) -> None:
        self.by, self.count, self.when = several(by), count, when
        self._about = tuple(about)
        self.where = caller()
        if not self.by or count < 1:
            raise DeclarationError("an approval is by at least one role and one person", where=self.where)

    @property
    def about(self) -> tuple[str, ...]:
        """Names of the fields that were agreed to."""
        return tuple(item if isinstance(item, str) else item.name for item in self._about)


@dataclass(frozen=True)
class Declared:
    """What `@move` was given. to: "" where it adds to a move that a class below declares."""

    sources: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    label: str
    when: Where | None
    why: str
    approval: tuple[Approval, ...]
    ask: str
    main: bool
    icon: str
    where: str


@overload
def move(
    sources: OneOrMore,
    to: str,
    /,
    *,
    roles: OneOrMore,
    label: str = ...,
    when: Where | None = ...,
    why: str = ...,
    approval: Approval | Sequence[Approval] = ...,
    ask: str = ...,
    main: bool = ...,
    icon: str = ...,
) -> Callable[[F], F]: ...
@overload
def move(
    *,
    also: OneOrMore = ...,
    roles: OneOrMore = ...,
    label: str = ...,
    when: Where | None = ...,
    why: str = ...,
    approval: Approval | Sequence[Approval] = ...,
    ask: str = ...,
    main: bool = ...,
    icon: str = ...,
) -> Callable[[F], F]: ...
def move(
    sources: OneOrMore = (),
    to: str = "",
    /,
    *,
    also: OneOrMore = (),
    roles: OneOrMore = (),
    label: str = "",
    when: Where | None = None,
    why: str = "",
    approval: Approval | Sequence[Approval] = (),
    ask: str = "",
    main: bool = False,
    icon: str = "",
) -> Callable[[F], F]:
    """Make a verb of the model a move from one of `sources` to the state `to`.

    When the verb's own lines run, the record has been moved; if they fail, it has not. roles: who may, beside being
    allowed to change the record. label: what people call it; the verb's name where it is not given. when: a function
    of the environment that gives a filter: the records that it applies to. why: what people are told of the others.
    approval: who must agree. ask: a question that is asked first. main, icon: of its button, as of any other.

    On a class that extends another, without states: it adds to the move of that name. also: further states that it
    starts from. roles: further ones that may. when, approval: are asked beside those that there are.
    """

    def mark(function: F) -> F:
        approvals = (approval,) if isinstance(approval, Approval) else tuple(approval)
        function._move = Declared(  # type: ignore[attr-defined]
            several(sources) or several(also), to, several(roles), label, when, why, approvals, ask, main, icon,
            of_code(function.__code__),
        )  # fmt: skip
        return function

    return mark


def several(given: OneOrMore) -> tuple[str, ...]:
    """One word, or several, as several."""
    return (given,) if isinstance(given, str) else tuple(given)


__all__ = ["Approval", "Declared", "States", "move", "several"]
