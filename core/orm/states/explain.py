"""Why somebody may make a move of a record, or not: each thing that it depends on, with its outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import Missing
from core.i18n import _
from core.orm.access.explain import Explanation, explain
from core.orm.states.carry import approvals_needed, elevated, lifecycle_of_record

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.identity import Identity
    from core.orm.states.lifecycle import Lifecycle, MoveAt


@dataclass(frozen=True)
class Step:
    """One thing that a move depends on. met: `None` where no record was asked about."""

    text: str
    met: bool | None


@dataclass(frozen=True)
class MoveExplanation:
    """Why somebody may, or may not. allowed: `None` where it depends on the record and none was named. write: why
    they may change the record, which every move needs. approvals: who must agree; the move is asked for then."""

    who: str
    move: str
    model: str
    id: int | None
    allowed: bool | None
    steps: tuple[Step, ...]
    approvals: tuple[str, ...]
    write: Explanation

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        what = self.model if self.id is None else f"{self.model} {self.id}"
        said = {True: "may", False: "may not", None: "may, for some records,"}[self.allowed]
        if self.allowed and self.approvals:
            said = "may ask for approval to"
        yield f"{self.who} {said} {self.move} {what}."
        for step in self.steps:
            mark = {True: "[yes]", False: "[no] ", None: "  -  "}[step.met]
            yield f"  {mark} {step.text}"
        for by in self.approvals:
            yield f"  it has to be asked for: {by}"
        yield from (f"  {line}" for line in str(self.write).splitlines())


def explain_move(env: Env, model: str, identity: int | None, name: str, who: Identity | None) -> MoveExplanation:
    """Why `who`, or else the user of `env`, may make the move. Raises AccessDenied for one who may not know."""
    write = explain(env, model, identity, "write", who)
    lifecycle = env.models[model].lifecycle
    if lifecycle is None or name not in lifecycle.moves:
        raise Missing(_("{model} has no move '{move}'; {hint}", model=model, move=name,
                        hint=", ".join(lifecycle.moves) if lifecycle is not None else ""))  # fmt: skip
    given = who or env._identity
    user = env.sudo() if given is None else env.as_user(given)
    one = lifecycle.moves[name]
    steps = (*_steps(env, lifecycle, one, identity), _role(user, one))
    approvals: tuple[str, ...] = ()
    if identity is not None and write.exists and not user.elevated:
        record = elevated(env.sudo("explain")[model].browse(identity)[0])
        approvals = tuple(_agreeing(each.by, each.count) for each in approvals_needed(record, one))
    outcomes = [write.allowed, *(step.met for step in steps)]
    allowed = False if False in outcomes else None if None in outcomes else True
    return MoveExplanation(write.who, name, model, identity, allowed, steps, approvals, write)


def _steps(env: Env, lifecycle: Lifecycle, one: MoveAt, identity: int | None) -> Iterator[Step]:
    record = None if identity is None else env.sudo("explain")[lifecycle.model].browse(identity)[0]
    if record is not None and not record.exists():
        record = None
    sources = ", ".join(one.sources)
    if record is None:
        yield Step(f"it starts from {sources}, {one.declared_at}", None)
    else:
        state = getattr(record, lifecycle_of_record(record).field)
        yield Step(f"it starts from {sources}, and the state is {state}, {one.declared_at}", state in one.sources)
    for demand in one.demands:
        text = f"condition, {demand.declared_at}{f': {demand.why}' if demand.why else ''}"
        yield Step(text, None if record is None else demand.met(record))


def _role(user: Env, one: MoveAt) -> Step:
    return Step(f"one of the roles {', '.join(one.roles)}", one.is_for(user))


def _agreeing(by: tuple[str, ...], count: int) -> str:
    return f"{count} of {', '.join(by)}, other than who asks"
