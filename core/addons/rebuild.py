"""Building an SQLite table anew, for what SQLite cannot alter: constraints and whether a column may be empty.

    T ──► make T__new ──► copy the rows ──► drop T ──► call T__new T ──► indexes

The connection must have had `foreign_keys=OFF` before its transaction began. With them on, dropping the
old table deletes the rows of others that cascade, and no pragma changes that inside a transaction.
Triggers go with the old table; the plan makes them again afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from core.errors import SetupError
from core.i18n import _


def may_rebuild(connection: sa.Connection) -> bool:
    """Whether the connection's transaction began with foreign keys off."""
    return connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0


def rebuild(connection: sa.Connection, table: sa.Table, gone: Collection[str] = ()) -> None:
    """Give the stored table of this name the form of `table`; values of the columns that both have are kept.

    So are columns that `table` does not have, unless they are `gone`: they belong to what is not composed now.
    """
    quote = connection.dialect.identifier_preparer.quote
    name, new_name = table.name, f"{table.name}__new"
    stored = connection.exec_driver_sql(f"PRAGMA table_info({quote(name)})").all()
    own = {column.name for column in table.columns}
    others = [column for column in stored if column.name not in own and column.name not in gone]
    indexes = _indexes_on(connection, name, {column.name for column in others})
    kept = ", ".join(quote(column.name) for column in (*(one for one in stored if one.name in own), *others))
    last_id = _last_id(connection, name)

    made = str(sa.schema.CreateTable(table).compile(connection))
    connection.exec_driver_sql(made.replace(f"CREATE TABLE {quote(name)} ", f"CREATE TABLE {quote(new_name)} ", 1))
    for column in others:
        connection.exec_driver_sql(f"ALTER TABLE {quote(new_name)} ADD COLUMN {_definition(connection, name, column)}")
    connection.exec_driver_sql(f"INSERT INTO {quote(new_name)} ({kept}) SELECT {kept} FROM {quote(name)}")
    connection.exec_driver_sql(f"DROP TABLE {quote(name)}")
    connection.exec_driver_sql(f"ALTER TABLE {quote(new_name)} RENAME TO {quote(name)}")
    for index in table.indexes:
        index.create(connection)
    for statement in indexes:
        connection.exec_driver_sql(statement)
    if last_id is not None:  # ids that were given once are never given again, deleted or not
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last_id))


def _definition(connection: sa.Connection, table: str, column: sa.Row[Any]) -> str:
    """A stored column as it is added to another table: one without a default may be empty there."""
    quote = connection.dialect.identifier_preparer.quote
    text = f"{quote(column.name)} {column.type}"
    if column.dflt_value is not None:
        text += f" DEFAULT {column.dflt_value}" + (" NOT NULL" if column.notnull else "")
    for key in sa.inspect(connection).get_foreign_keys(table):
        if key["constrained_columns"] == [column.name]:
            called = f" CONSTRAINT {quote(key['name'])}" if key["name"] else ""
            text += f"{called} REFERENCES {quote(key['referred_table'])} ({quote(key['referred_columns'][0])})"
    return text


def _indexes_on(connection: sa.Connection, table: str, columns: set[str]) -> list[str]:
    """The statements that made the indexes which lead over one of these columns."""
    names = [
        index["name"] for index in sa.inspect(connection).get_indexes(table) if columns & set(index["column_names"])
    ]
    return [
        str(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar())
        for name in names
    ]


def _last_id(connection: sa.Connection, name: str) -> int | None:
    if not sa.inspect(connection).has_table("sqlite_sequence"):
        return None
    last: int | None = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).scalar()
    return last


def check_references(connection: sa.Connection) -> None:
    """What foreign keys would have refused while they were off. Raises SetupError naming the first table."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise SetupError(
            _(
                "Row {row} of {table} points at a row of {target} that is not there.",
                row=broken[1],
                table=broken[0],
                target=broken[2],
            )
        )
