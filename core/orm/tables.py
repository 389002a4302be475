"""The tables of the model layer itself: the history of every record, the units that wrote it, and their seals."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.orm.types import UtcDateTime

HISTORY = "banyan_history"
UNIT = "banyan_unit"
SEAL = "banyan_seal"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


@dataclass(frozen=True)
class TriggerSpec:
    """A trigger that belongs to the schema: its table and the statements that make it on each engine.

    An engine for which there are none has no need of it.
    """

    name: str
    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]

    def statements(self, dialect: str) -> tuple[str, ...]:
        """Those that make it on an engine."""
        return self.sqlite if dialect == "sqlite" else self.postgresql


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


COUNTER = "banyan_counter"
ONCE = "banyan_once"
PROGRESS = "banyan_progress"


def working_tables(metadata: sa.MetaData) -> None:
    """Add the tables that the model layer works with; nobody reads or writes them through `env`.

    banyan_counter: the next number of each sequence, company (0 is none) and period ("" is for ever).
    banyan_once: answers to requests that their senders may repeat; kept for a day.
    banyan_progress: how far a long task has come, so that it goes on where it was stopped.
    """
    sa.Table(
        COUNTER,
        metadata,
        sa.Column("sequence_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("company_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("next", BIG, nullable=False),
    )
    sa.Table(
        ONCE,
        metadata,
        sa.Column("user_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Index(f"ix_{ONCE}__at", "at"),
    )
    sa.Table(
        PROGRESS,
        metadata,
        sa.Column("task", sa.String(200), primary_key=True),
        sa.Column("last_id", BIG, nullable=False),
        sa.Column("done", BIG, nullable=False),
    )


def unit_table(metadata: sa.MetaData) -> sa.Table:
    """One row for each unit of work that wrote history: a change, an import or a clean-up as one step.

    first_row, last_row: between these ids lie its rows of the history, so many as `rows` says, among those of
    others. summary: model → [created, changed, deleted]. digest: SHA-256 over the rows and this row.
    """
    return sa.Table(
        UNIT,
        metadata,
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("unit", sa.String(32), nullable=False, unique=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", BIG),
        sa.Column("reason", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.Column("first_row", BIG, nullable=False),
        sa.Column("last_row", BIG, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def seal_table(metadata: sa.MetaData) -> sa.Table:
    """The chain: each seal is a SHA-256 over the seal before it and the digests of the units that it covers.

    units: ids of banyan_unit as ranges, "1-40,42": transactions end in another order than they begin.
    """
    return sa.Table(
        SEAL,
        metadata,
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False, server_default=sa.text("''")),
        sa.Column("digest", sa.String(64), nullable=False),
    )


_REFUSED = "The history of a record cannot be changed."


def _refuse(table: str, action: str) -> TriggerSpec:
    name = f"{table}_no_{action.lower()}"
    each = "STATEMENT" if action == "TRUNCATE" else "ROW"
    on_sqlite = f"CREATE TRIGGER {name} BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    trigger = f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH {each} EXECUTE FUNCTION {table}_refuse()"
    return TriggerSpec(name, table, sqlite=() if action == "TRUNCATE" else (on_sqlite,), postgresql=(function, trigger))


_CHANGES = ("UPDATE", "DELETE", "TRUNCATE")
HISTORY_TRIGGERS = tuple(_refuse(HISTORY, action) for action in _CHANGES)
"""Nobody changes the past: the database itself refuses it."""

SEAL_TRIGGERS = tuple(_refuse(table, action) for table in (UNIT, SEAL) for action in _CHANGES)
"""Nor what proves that nobody did."""
