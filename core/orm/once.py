"""What must happen once though it is asked for twice: a sender that heard no answer asks again.

    claim ─► nobody had the key: do the work, keep its answer ─┐ one transaction: the work and its answer
         └─► somebody had it: their answer                     ┘ are both there, or neither is

A second asker that comes while the first is at work waits for the end of its transaction. What fails keeps no
answer, so that trying again is a new try.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import UserError
from core.i18n import _
from core.orm.tables import ONCE
from core.orm.upsert import insert_or

if TYPE_CHECKING:
    from core.orm.unit import UnitOfWork

KEPT = timedelta(days=1)
_SWEPT = 200
"""So many answers that are too old one claim removes, so that nobody waits for a large cleaning."""


class KeyReused(UserError):
    """The key of a request came back with another request."""

    status = 422
    code = "key_reused"


def claim(unit: UnitOfWork, user_id: int, key: str, fingerprint: str) -> Any:
    """The answer that this key of a user has been given; None where the work is to be done now, and then `keep`.

    fingerprint: the same for the same request. Raises KeyReused where it is not, Busy where the first asker takes
    very long.
    """
    table = unit.models.metadata.tables[ONCE]
    _sweep(unit, table)
    insert = insert_or(table, unit._dialect).values(
        user_id=user_id, key=key, fingerprint=fingerprint, answer={}, at=unit.now()
    )
    made = unit._run(insert.on_conflict_do_nothing().returning(table.c.key)).scalar_one_or_none()
    if made is not None:
        return None
    found = unit._run(
        sa.select(table.c.fingerprint, table.c.answer).where(table.c.user_id == user_id, table.c.key == key)
    ).one()
    if found.fingerprint != fingerprint:
        raise KeyReused(_("This key was sent with another request before. Take a new key for each new request."))
    return found.answer


def keep(unit: UnitOfWork, user_id: int, key: str, answer: Any) -> None:
    """Keep the answer of the work that was claimed, for a day. answer: what JSON can hold."""
    table = unit.models.metadata.tables[ONCE]
    unit._run(sa.update(table).where(table.c.user_id == user_id, table.c.key == key).values(answer=answer))


def _sweep(unit: UnitOfWork, table: sa.Table) -> None:
    old = sa.select(table.c.user_id, table.c.key).where(table.c.at < unit.now() - KEPT).limit(_SWEPT)
    if unit._dialect == "postgresql":
        old = old.with_for_update(skip_locked=True)
    unit._run(sa.delete(table).where(sa.tuple_(table.c.user_id, table.c.key).in_(old)))
