"""What people are told of states and moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.i18n import Text, _, listed
from core.orm.states.lifecycle import Lifecycle, MoveAt, roles_named

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model
    from core.orm.view import View

USERS = "res.users"


def name_of(view: View, identity: int) -> str:
    """What the reader calls a record."""
    if view.info.title and not view.may_see(view.info.title):
        return f"{view.info.label} {identity}"
    title: str = view.env[view.info.name].browse(identity)[0].display_name
    return title


def possible(env: Env, lifecycle: Lifecycle, state: str | None) -> Text:
    """The moves that lead on from a state, with who may make them."""
    found = [
        _("{move} (to {state}; {roles})", move=one.label, state=lifecycle.label(one.to),
          roles=roles_named(env.models.access, one.roles))
        for one in lifecycle.leaving(state)
    ]  # fmt: skip
    return listed(found, "; ") if found else _("nothing: no move leads on from it")


def not_written(view: View, lifecycle: Lifecycle, identity: int, state: str | None) -> Text:
    """Why a state is not written like any other value."""
    return _(
        "{field} of {name} is “{state}” and changes only by: {moves}.",
        field=lifecycle.title, name=name_of(view, identity), state=lifecycle.label(state),
        moves=possible(view.env, lifecycle, state),
    )  # fmt: skip


def not_from_here(view: View, lifecycle: Lifecycle, one: MoveAt, identity: int, state: str | None) -> Text:
    """Why a move does not start from the state that a record is in."""
    return _(
        "“{move}” starts from {sources}, and {name} is “{state}”. Possible from there: {moves}.",
        move=one.label, sources=lifecycle.labels(one.sources), name=name_of(view, identity),
        state=lifecycle.label(state), moves=possible(view.env, lifecycle, state),
    )  # fmt: skip


def overtaken(record: Model, lifecycle: Lifecycle, one: MoveAt, state: str | None) -> Text:
    """Why a move of somebody who saw the record as it no longer is does not happen."""
    view = record._view
    name, who = name_of(view, record.id), _who_last(record)
    if state in one.sources:
        return _("{who} changed {name} while you had it open. Look at it again before “{move}”.",
                 who=who, name=name, move=one.label)  # fmt: skip
    return _("{who} was faster: {name} is “{state}” now, so “{move}” did not happen again.",
             who=who, name=name, state=lifecycle.label(state), move=one.label)  # fmt: skip


def _who_last(record: Model) -> str:
    env = record.env
    changes = env.sudo()[record._name].browse(record.id)[0].history(1) if record._view.info.history else []
    by = changes[0].user_id if changes else None
    if by is None or USERS not in env.models:
        return _("Somebody else")
    return user_name(env, by)


def user_name(env: Env, user_id: int) -> str:
    """What people call a user."""
    users: Any = env.sudo("name of a user")[USERS].with_archived()
    found = users.values(["display_name"], users.info.cls.is_(user_id)) if USERS in env.models else []
    return str(found[0]["display_name"]) if found else _("Somebody else")
