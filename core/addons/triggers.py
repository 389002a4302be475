"""Triggers as part of the schema: missing ones are made, changed ones made again, retired ones taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from core.addons.ledger import Entry, Key, trigger_hash
from core.orm.tables import TriggerSpec


def existing_triggers(connection: sa.Connection) -> dict[str, str]:
    """Trigger → table, of all triggers that somebody made by statement."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
    return {str(name): str(table) for name, table in connection.exec_driver_sql(query)}


def outdated(
    wanted: Sequence[TriggerSpec], known: Mapping[Key, Entry], existing: Mapping[str, str], dialect: str
) -> list[TriggerSpec]:
    """Those that are missing or were made from other statements."""
    return [
        trigger
        for trigger in wanted
        if trigger.statements(dialect)
        and (
            trigger.name not in existing
            or known.get(("trigger", trigger.name), Entry("")).detail != trigger_hash(trigger)
        )
    ]


def make_trigger(connection: sa.Connection, trigger: TriggerSpec, existing: Mapping[str, str]) -> None:
    """Make it anew."""
    if trigger.name in existing:
        drop_trigger(connection, trigger.name, existing[trigger.name])
    for statement in trigger.statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def drop_trigger(connection: sa.Connection, name: str, table: str) -> None:
    """Take it away; PostgreSQL wants to know its table."""
    quote = connection.dialect.identifier_preparer.quote
    on_table = "" if connection.dialect.name == "sqlite" else f" ON {quote(table)}"
    connection.exec_driver_sql(f"DROP TRIGGER {quote(name)}{on_table}")
