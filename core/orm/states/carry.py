"""A move: whether somebody may make it, and making it.

savepoint ─► lock, version ─► from this state? ─► rights, roles ─► conditions ─► approvals
          ─► the state, written with elevated rights and the move's name for the history ─► what the verb does
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, Conflict, NeedsApproval, Refused, UserError
from core.i18n import _, translate
from core.orm.filter import ALL
from core.orm.states.lifecycle import Lifecycle, MoveAt, roles_named
from core.orm.states.tell import name_of, not_from_here, overtaken

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.states.declare import Approval


@dataclass(frozen=True)
class Possible:
    """A move as it stands for one reader and one record. why: why not, where it is not allowed."""

    move: MoveAt
    allowed: bool
    why: str = ""
    needs_approval: bool = False


def carry_out(record: Any, name: str, verb: Callable[[], object]) -> object:
    """Make a move, and do what its verb says: both, or neither.

    Raises Missing, AccessDenied, Refused, NeedsApproval; and Conflict where somebody else was faster.
    """
    lifecycle, env = lifecycle_of_record(record), record.env
    one = lifecycle.moves[name]
    with env.savepoint():
        hold(record, lifecycle, one)
        if (error := obstacle(record, one)) is not None:
            raise error
        if not env.elevated and (needed := approvals_needed(record, one)):
            raise NeedsApproval(needs(record, one, needed))
        label = translate(one.label, env.main_language)
        reason = f"{label} ({env.reason})" if env.reason else one.label
        # The move is allowed by its roles and conditions, and may lead out of what its maker may change.
        env.sudo(reason)._view(record._name).assign_all((record.id,), {lifecycle.field: one.to})
        with env._unit._pending.move(record):
            return verb()


def possible_moves(record: Any) -> list[Possible]:
    """Every move of the record's model, with whether the reader may make it now."""
    found = []
    for one in lifecycle_of_record(record).moves.values():
        error = obstacle(record, one)
        needed = () if error is not None or record.env.elevated else approvals_needed(record, one)
        why = needs(record, one, needed) if needed else error.args[0] if error is not None else ""
        found.append(Possible(one, error is None, why, bool(needed)))
    return found


def lifecycle_of_record(record: Any) -> Lifecycle:
    """The lifecycle of a record's model. Raises Refused where it has none."""
    info = record._view.info
    if info.lifecycle is None:
        raise Refused(_("{models} have no states.", models=info.label_plural))
    found: Lifecycle = info.lifecycle
    return found


def state_of(record: Any, lifecycle: Lifecycle) -> str | None:
    """The state of a record, whoever asks."""
    state: str | None = getattr(elevated(record), lifecycle.field)
    return state


def elevated(record: Any) -> Any:
    """The record with elevated rights: what decides about a move may lie where its maker does not see."""
    return record if record.env.elevated else record.env.sudo("states")[record._name].browse(record.id)[0]


def hold(record: Any, lifecycle: Lifecycle, one: MoveAt) -> None:
    """Lock the record; nobody else moves it until the unit ends. Raises Conflict where it is not what was seen."""
    unit, key = record.env._unit, (record._name, record.id)
    seen = unit._store.versions.get(record._name, {}).get(record.id)
    stale = key in unit._store.stale
    record.lock()
    now = unit._store.versions[record._name][record.id]
    if stale or (seen is not None and seen != now):
        state = state_of(record, lifecycle)
        text = overtaken(record, lifecycle, one, state)
        final = stale or state not in one.sources
        raise Conflict(text, theirs={lifecycle.field: state}, yours={lifecycle.field: one.to}, is_final=final)


def obstacle(record: Any, one: MoveAt) -> UserError | None:
    """What keeps the reader from a move of this record, beside an approval; None where nothing does."""
    lifecycle, view = lifecycle_of_record(record), record._view
    inner = elevated(record)
    state = getattr(inner, lifecycle.field)
    if state not in one.sources:
        return Refused(not_from_here(view, lifecycle, one, record.id, state))
    if (denied := _denied(record, inner)) is not None:
        return denied
    if not one.is_for(view.env):
        roles = roles_named(view.env.models.access, one.roles)
        name = name_of(view, record.id)
        return AccessDenied(_("“{move}” with {name} is for: {roles}.", move=one.label, name=name, roles=roles))
    for demand in one.demands:
        if not demand.met(inner):
            text: str = demand.why or _("“{move}” does not apply to {name} as it is now.", move=one.label,
                                   name=name_of(view, record.id))  # fmt: skip
            return Refused(text)
    return None


def _denied(record: Model, inner: Model) -> UserError | None:
    view = record._view
    if view.env.elevated:
        return None
    rows = view.env.models.access.rows(view.env, "write", view.info.name)
    if rows is None:
        return view.denied("write")
    if rows is not ALL and not rows.matches(inner):
        return AccessDenied(_("You may not change this {model}.", model=view.info.label))
    return None


def approvals_needed(record: Any, one: MoveAt) -> tuple[Approval, ...]:
    """The approvals that a move of this record needs, in their order."""
    inner = elevated(record) if one.approvals else None
    return tuple(
        approval
        for approval in one.approvals
        if approval.when is None or (inner is not None and approval.when(inner.env).matches(inner))
    )


def needs(record: Any, one: MoveAt, needed: tuple[Approval, ...]) -> str:
    """Who has to agree before a move, for people."""
    by = [role for approval in needed for role in approval.by]
    return _("“{move}” with {name} needs the approval of: {roles}. Ask for it.", move=one.label,
             name=name_of(record._view, record.id), roles=roles_named(record.env.models.access, by))  # fmt: skip
