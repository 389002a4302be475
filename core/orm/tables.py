"""The tables of the model layer itself: the history of every record."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.orm.types import UtcDateTime

HISTORY = "banyan_history"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


@dataclass(frozen=True)
class TriggerSpec:
    """A trigger that belongs to the schema: its table and the statements that make it on each engine."""

    name: str
    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


def history_table(metadata: sa.MetaData) -> sa.Table:
    """The table that keeps who changed which field from what to what, when and why.

    changes: field → [old, new] as JSON. derived: names of those that followed from others.
    """
    return sa.Table(
        HISTORY,
        metadata,
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("user_id", BIG),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("derived", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Index("ix_banyan_history__record", "model", "record_id", "id"),
    )


_REFUSED = "The history of a record cannot be changed."


def _refuse(action: str) -> TriggerSpec:
    name = f"{HISTORY}_no_{action.lower()}"
    on_sqlite = f"CREATE TRIGGER {name} BEFORE {action} ON {HISTORY} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    function = (
        f"CREATE OR REPLACE FUNCTION {HISTORY}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    trigger = f"CREATE TRIGGER {name} BEFORE {action} ON {HISTORY} FOR EACH ROW EXECUTE FUNCTION {HISTORY}_refuse()"
    return TriggerSpec(name, HISTORY, sqlite=(on_sqlite,), postgresql=(function, trigger))


HISTORY_TRIGGERS = (_refuse("UPDATE"), _refuse("DELETE"))
"""Nobody changes the past: the database itself refuses it."""
