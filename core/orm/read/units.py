"""Units of work that wrote history, as one step each: what `banyan history list` shows and what can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, Missing
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True)
class Unit:
    """A change, an import or a clean-up.

    counts: model → how many records it (made, changed, deleted); one that it made is not changed as well.
    """

    number: int
    unit: str
    at: datetime
    user_id: int | None
    reason: str
    first_row: int
    last_row: int
    counts: Mapping[str, tuple[int, int, int]]


def read_units(env: Env, limit: int = 20, *, user_id: int | None = None) -> list[Unit]:
    """The latest units, the last first. user_id: of one user only. For elevated code."""
    need_elevated(env)
    table = env.models.units
    statement = sa.select(table).order_by(table.c.id.desc()).limit(limit)
    if user_id is not None:
        statement = statement.where(table.c.user_id == user_id)
    return [_unit(env, row) for row in env._unit._run(statement).mappings().all()]


def find_unit(env: Env, which: str | int) -> Unit:
    """One unit by its number, or by its id or the beginning of that. Raises Missing."""
    need_elevated(env)
    table, text = env.models.units, str(which)
    is_number = text.isdecimal() and len(text) < 12
    wanted = table.c.id == int(text) if is_number else table.c.unit.startswith(text, autoescape=True)
    rows = env._unit._run(sa.select(table).where(wanted).limit(2)).mappings().all()
    if len(rows) > 1:
        raise Missing(_("More than one change begins with '{text}'; write more of it.", text=text))
    if not rows or not text:
        raise Missing(_("There is no change '{text}'; `banyan history list` shows them.", text=text))
    return _unit(env, rows[0])


def _unit(env: Env, row: Mapping[str, Any]) -> Unit:
    counts = {model: (made, changed, deleted) for model, (made, changed, deleted) in row["summary"].items()}
    if any(sum(rows) > 1 for rows in counts.values()):  # rows of the history, of which a record may have several
        counts = _records(env, row)
    names = ("at", "user_id", "reason", "first_row", "last_row")
    return Unit(number=row["id"], unit=row["unit"], counts=counts, **{name: row[name] for name in names})


def _records(env: Env, row: Mapping[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Model → how many records a unit made, changed and deleted."""
    table = env.models.history
    made, deleted = (sa.func.max(sa.case((table.c.action == action, 1), else_=0)) for action in ("create", "delete"))
    records = (
        sa.select(table.c.model, made.label("made"), deleted.label("deleted"))
        .where(table.c.id.between(row["first_row"], row["last_row"]), table.c.unit == row["unit"])
        .group_by(table.c.model, table.c.record_id)
        .subquery()
    )
    changed = sa.case((records.c.made + records.c.deleted == 0, 1), else_=0)
    figures = [sa.func.sum(figure) for figure in (records.c.made, changed, records.c.deleted)]
    found = env._unit._run(sa.select(records.c.model, *figures).group_by(records.c.model).order_by(records.c.model))
    return {model: (int(new), int(other), int(gone)) for model, new, other, gone in found}


def need_elevated(env: Env) -> None:
    """Raise AccessDenied for a user: the changes of everybody are no user's."""
    if not env.elevated:
        raise AccessDenied(_("Only elevated code may look at the changes of everybody."))
