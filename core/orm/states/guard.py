"""The steps of the pipeline that keep states: a state is written by a move, or by elevated code that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import BanyanError, Invalid, Refused
from core.i18n import _
from core.orm.states.tell import not_written
from core.orm.write.validate import summary

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.view import View


def guard_write(view: View, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    """Refuse another state than the present one. Raises Refused with the moves that are possible."""
    lifecycle = view.info.lifecycle
    if lifecycle is None or lifecycle.field not in values or _may_set(view.env):
        return
    column = view.kept(lifecycle.field)
    for identity in ids:
        if column.get(identity) != values[lifecycle.field]:
            _need_reason(view)
            raise Refused(not_written(view, lifecycle, identity, column.get(identity)))


def guard_new(view: View, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse new records in a state that none begins in. Raises Invalid."""
    lifecycle = view.info.lifecycle
    if lifecycle is None or _may_set(view.env):
        return
    if any(row.get(lifecycle.field) not in lifecycle.start for row in rows):
        _need_reason(view)
        reasons = {lifecycle.field: [_("begins as: {states}", states=lifecycle.labels(lifecycle.start))]}
        raise Invalid(summary(view.info, reasons), fields=reasons)


def _may_set(env: Env) -> bool:
    return env.elevated and bool(env.reason)


def _need_reason(view: View) -> None:
    if view.env.elevated:
        raise BanyanError(f'Elevated code sets a state of {view.info.name} with a reason only: env.sudo("why").')
