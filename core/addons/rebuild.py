"""Building an SQLite table anew, for what SQLite cannot alter: constraints and whether a column may be empty.

    T ──► make T__new ──► copy the rows ──► drop T ──► call T__new T ──► indexes

The connection must have had `foreign_keys=OFF` before its transaction began. With them on, dropping the
old table deletes the rows of others that cascade, and no pragma changes that inside a transaction.
Triggers go with the old table; the plan makes them again afterwards.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.errors import SetupError
from core.i18n import _


def may_rebuild(connection: sa.Connection) -> bool:
    """Whether the connection's transaction began with foreign keys off."""
    return connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0


def rebuild(connection: sa.Connection, table: sa.Table) -> None:
    """Give the stored table of this name the form of `table`; values of the columns that both have are kept."""
    quote = connection.dialect.identifier_preparer.quote
    name, new_name = table.name, f"{table.name}__new"
    stored = {column["name"] for column in sa.inspect(connection).get_columns(name)}
    kept = ", ".join(quote(column.name) for column in table.columns if column.name in stored)
    last_id = _last_id(connection, name)

    made = str(sa.schema.CreateTable(table).compile(connection))
    connection.exec_driver_sql(made.replace(f"CREATE TABLE {quote(name)} ", f"CREATE TABLE {quote(new_name)} ", 1))
    connection.exec_driver_sql(f"INSERT INTO {quote(new_name)} ({kept}) SELECT {kept} FROM {quote(name)}")
    connection.exec_driver_sql(f"DROP TABLE {quote(name)}")
    connection.exec_driver_sql(f"ALTER TABLE {quote(new_name)} RENAME TO {quote(name)}")
    for index in table.indexes:
        index.create(connection)
    if last_id is not None:  # ids that were given once are never given again, deleted or not
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last_id))


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
