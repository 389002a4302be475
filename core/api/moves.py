"""Moves over HTTP: what may be done with a record in its state, doing it, and deciding what waits for approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from core.api import json
from core.api.params import read_one
from core.api.problem import BadBody
from core.api.records import after, asked, fitting, wire_names
from core.errors import Invalid, Missing, nearest
from core.i18n import _, translate
from core.orm.env import Env
from core.orm.registry import ModelInfo
from core.orm.states import approval
from core.orm.states.carry import Possible, lifecycle_of_record, possible_moves, state_of
from core.orm.states.lifecycle import Lifecycle, MoveAt

DECISIONS = {"approve": True, "refuse": False}


def list_moves(model: str, id: int) -> Response:
    """GET /<model>/<id>/moves: the state of a record, and every move: whether you may make it now, and why not."""
    env, info = asked(model)
    record = env[model].get(fitting(info, id))
    lifecycle = lifecycle_of_record(record)
    return json.answer(
        {
            "state": _state(env, lifecycle, state_of(record, lifecycle)),
            "moves": [_told(env, lifecycle, one) for one in possible_moves(record)],
            "approvals": [_request(env, one) for one in approval.waiting(record)],
        }
    )


def make_move(model: str, id: int, move: str) -> Response:
    """POST /<model>/<id>/moves/<move>: make it; the record as it is afterwards."""
    return _made(model, id, move, asking=False)


def ask_for_move(model: str, id: int, move: str) -> Response:
    """POST /<model>/<id>/moves/<move>/approval: ask for the approval that it needs."""
    return _made(model, id, move, asking=True)


def decide(id: int, decision: str) -> Response:
    """POST /approval.request/<id>/approve or …/refuse, which needs a `reason`."""
    env, info = asked(approval.REQUEST)
    if decision not in DECISIONS:
        raise Missing(_("A request is decided by: {choices}.", choices=", ".join(DECISIONS)))
    found = env[info.name].get(fitting(info, id))
    reason = _given("reason").get("reason")
    if reason:
        found.write(reason=reason)
    with wire_names(info):
        approval.decide(found, DECISIONS[decision])
        env.conclude()
    return json.answer(after(env, info, id, read_one(env, info, {})))


def _made(model: str, id: int, move: str, *, asking: bool) -> Response:
    env, info = asked(model)
    fields = read_one(env, info, {})
    record = env[model].get(fitting(info, id))
    moves = lifecycle_of_record(record).moves
    if move not in moves:
        hint = nearest(move, moves) or ", ".join(moves)
        raise Missing(_("{model} has no move '{move}'; {hint}", model=info.label, move=move, hint=hint))
    given = _given("row_version", "note")
    version = given.get("row_version")
    if version is not None:
        if isinstance(version, bool) or not isinstance(version, int):
            raise Invalid(fields={"row_version": [_("must be a whole number")]})
        record.expect_version(version)
    with wire_names(info):
        if asking:
            made = approval.ask(record, move, str(given.get("note") or ""))
            env.conclude()
            return json.answer({"approval": _request(env, made)}, 201)
        getattr(record, move)()
        env.conclude()
    return json.answer(after(env, info, id, fields))


def _given(*names: str) -> Mapping[str, Any]:
    """The body, which may be left out. Raises BadBody for what is no object of these names."""
    given = json.body() if request.get_data() else {}
    if not isinstance(given, Mapping) or not set(given) <= set(names):
        raise BadBody(_("The body may be an object of: {names}.", names=", ".join(names)))
    return given


def describe_states(env: Env, info: ModelInfo) -> dict[str, Any]:
    """The states of a model and the moves between them, for its description."""
    lifecycle = info.lifecycle
    if lifecycle is None:
        return {}
    moves = [_declared(env, lifecycle, one) for one in lifecycle.moves.values()]
    start = list(lifecycle.start)
    return {"states": {"field": info.fields[lifecycle.field].wire_name, "start": start, "moves": moves}}


def _declared(env: Env, lifecycle: Lifecycle, one: MoveAt) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": translate(one.label, env.language),
        "from": [_state(env, lifecycle, state) for state in one.sources],
        "to": _state(env, lifecycle, one.to),
        "roles": list(one.roles),
        "approvals": [{"by": list(each.by), "count": each.count} for each in one.approvals],
    }


def _told(env: Env, lifecycle: Lifecycle, one: Possible) -> dict[str, Any]:
    return {
        "name": one.move.name,
        "label": translate(one.move.label, env.language),
        "to": _state(env, lifecycle, one.move.to),
        "allowed": one.allowed and not one.needs_approval,
        "needs_approval": one.needs_approval,
        "why_not": translate(one.why, env.language) or None,
    }


def _state(env: Env, lifecycle: Lifecycle, state: str | None) -> dict[str, Any] | None:
    return None if state is None else {"value": state, "label": translate(lifecycle.label(state), env.language)}


def _request(env: Env, made: Any) -> dict[str, Any]:
    return {
        "id": made.id,
        "move": made.move,
        "asked_by": {"id": made.asked_by.id, "display_name": made.asked_by.display_name},
        "approvers": [group.key for group in env.sudo("who decides")[approval.REQUEST].get(made.id).approvers],
    }
