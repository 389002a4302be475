"""Approvals: a move that others have to agree to.

    ask ─► approval.request, open ─► approve … approve ─► approved: the move is made, in the same transaction
                 │                └► refuse ─► refused: the state stays, with the reason
                 └► what it is about changes ─► void

What a request looks like is a model of `base`; what it means is here. Whoever asked never decides, nobody decides
twice, and steps are asked one after the other. The record is always locked before the request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, Conflict, Invalid, Refused
from core.i18n import _, listed, translate
from core.orm.fields.reference import kept
from core.orm.filter import Condition
from core.orm.states.carry import approvals_needed, hold, lifecycle_of_record, obstacle
from core.orm.states.lifecycle import roles_named
from core.orm.states.tell import name_of, user_name

if TYPE_CHECKING:
    from core.orm.states.lifecycle import MoveAt
    from core.orm.unit import UnitOfWork

REQUEST, DECISION, GROUPS = "approval.request", "approval.decision", "res.groups"
OPEN = "open"


def ask(record: Any, name: str, note: str = "") -> Any:
    """Ask for the approval of a move; gives the request, as the one who asks sees it.

    Raises what the move itself would raise, and Refused where it needs no approval, or waits for one.
    """
    lifecycle, env = lifecycle_of_record(record), record.env
    one = lifecycle.moves[name]
    with env.savepoint():
        hold(record, lifecycle, one)
        if (error := obstacle(record, one)) is not None:
            raise error
        called = name_of(record._view, record.id)
        steps: list[dict[str, Any]] = [
            {"by": list(each.by), "count": each.count} for each in approvals_needed(record, one)
        ]
        if not steps or env.user_id is None:
            raise Refused(_("“{move}” with {name} needs no approval.", move=one.label, name=called))
        # Requests are made by the installation: nobody is granted to write what others decide by.
        system = env.sudo(_("ask for approval: {move}", move=one.label))
        if _open(system, record._name, (record.id,), name):
            raise Refused(_("“{move}” with {name} waits for approval already.", move=one.label, name=called))
        company = getattr(system[record._name].browse(record.id)[0], "company", None)
        made = system[REQUEST].create(
            record=kept(record._name, record.id), name=one.label, move=name, asked_by=env.user_id, asked_at=env.now(),
            note=note, steps=steps, approvers=_groups(system, steps[0]["by"]), company=company,
        )  # fmt: skip
    return env[REQUEST].browse(made.id)[0]


def decide(request: Any, agrees: bool) -> None:
    """Agree to what is asked for, or refuse it, as the user of the request's environment.

    Raises Conflict where it is decided or void by now, AccessDenied for who may not, Refused for who has already.
    """
    env = request.env
    with env.savepoint():
        seen = env[REQUEST].get(request.id).state
        system = env.sudo(_("decide about an approval"))
        known: Any = system[REQUEST].get(request.id)
        record = known.record
        if record is None:
            raise Refused(_("What this was about is gone."))
        record.lock()
        known.lock()
        if known.state != OPEN:
            raise _decided(known, seen)
        one = lifecycle_of_record(record).moves.get(known.move)
        if one is None:
            raise Refused(_("There is no move “{move}” any more.", move=known.name))
        agreed = [each for each in known.decisions if each.agrees]
        step = _present(known.steps, len(agreed))
        _check_person(request, known, record, known.steps[step]["by"])
        if not agrees and not known.reason:
            raise Invalid(fields={"reason": [_("is needed, so that whoever asked knows why")]})
        system[DECISION].create(
            request=known, by=env.user_id, at=env.now(), agrees=agrees, step=step + 1, reason=known.reason
        )
        if not agrees:
            known.write(state="refused", decided_by=env.user_id, decided_at=env.now())
            return
        _go_on(known, record, one, len(agreed) + 1)


def _go_on(known: Any, record: Any, one: MoveAt, agreed: int) -> None:
    """After somebody has agreed: the next step is asked, or the move is made."""
    env = known.env
    if agreed < sum(step["count"] for step in known.steps):
        step = known.steps[_present(known.steps, agreed)]
        known.write(approvers=_groups(env, step["by"]), reason="")
        return
    _check_asker(known, one)
    known.write(state="approved", decided_by=env.user_id, decided_at=env.now())
    env.flush()  # the request is closed before the move changes what it was about
    asker = user_name(env, known.asked_by.id)
    # Made for who asked, by who agreed last; neither need have both rights, and together they do.
    maker = env.sudo(translate(_("approved; asked by {who}", who=asker), env.main_language))
    getattr(maker[record._name].browse(record.id)[0], known.move)()


def _check_person(request: Any, known: Any, record: Any, by: list[str]) -> None:
    env = request.env
    if env.user_id is None or known.asked_by.id == env.user_id:
        raise AccessDenied(_("Whoever asks for an approval does not give it: somebody else decides."))
    if env.roles.isdisjoint(by):
        text = _("“{move}” is approved by: {roles}.", move=known.name, roles=roles_named(env.models.access, by))
        raise AccessDenied(text)
    if any(each.by.id == env.user_id for each in known.decisions):
        raise Refused(_("You have agreed already; somebody else has to as well."))
    env[record._name].get(record.id)  # nobody agrees to what they may not see


def _check_asker(known: Any, one: MoveAt) -> None:
    """Who asked must be allowed to make the move still. Raises Refused."""
    env, unit = known.env, known.env._unit
    if unit.hooks is None:
        return
    asker = unit.hooks.identity_of(env=env, user_id=known.asked_by.id)
    if asker is None or not one.is_for(env.as_user(asker)):
        text = _("{who} may not “{move}” any longer.", who=user_name(env, known.asked_by.id), move=one.label)
        raise Refused(text)


def _decided(known: Any, seen: str) -> Conflict:
    states = dict(known._view.info.lifecycle.options)
    who = user_name(known.env, known.decided_by.id) if known.decided_by else _("Somebody else")
    text = _("{who} was faster: this is “{state}” now.", who=who, state=states[known.state])
    return Conflict(text, theirs={"state": known.state}, yours={"state": seen}, is_final=True)


def _present(steps: list[dict[str, Any]], agreed: int) -> int:
    """The step that is asked for, after so many have agreed."""
    for place, step in enumerate(steps):
        if agreed < step["count"]:
            return place
        agreed -= step["count"]
    return len(steps) - 1


def _groups(system: Any, keys: Iterable[str]) -> Any:
    return system[GROUPS].search(Condition(GROUPS, ("key",), "in", tuple(keys)))


def _open(system: Any, model: str, ids: Iterable[int], move: str = "") -> Any:
    conditions = [
        Condition(REQUEST, ("record",), "in", tuple(kept(model, identity) for identity in ids)),
        Condition(REQUEST, ("state",), "=", OPEN),
        *([Condition(REQUEST, ("move",), "=", move)] if move else []),
    ]
    return system[REQUEST].search(*conditions)


def void(unit: UnitOfWork, model: str, changed: Mapping[int, set[str]]) -> None:
    """Close the open requests that are about something which has changed. changed: id → fields."""
    lifecycle, fields = unit.models[model].lifecycle, unit.models[model].fields
    if lifecycle is None:
        return
    system = unit.system_env(_("what an approval was asked for has changed"))
    for request in _open(system, model, changed):
        touched = lifecycle.about(request.move, sorted(changed[request.record.id]))
        if touched:
            labels = listed(fields[name].label for name in sorted(touched))
            request.write(state="void", reason=_("Changed since: {fields}.", fields=labels), decided_at=unit.now())


def waiting(record: Any) -> Any:
    """The open requests about a record, of those that the reader may see."""
    env = record.env
    if REQUEST not in env.models or not env[REQUEST].can("read"):
        return ()
    return _open(env, record._name, (record.id,))
