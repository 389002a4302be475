"""Keeping what the registry of a database is composed of: in the transaction that changes the records of the overlay.

the records are written ─► at a check: could it be laid?           (the form says what is wrong)
                           at the end: one writer at a time ─► columns, ledger ─► text and number of the overlay
commit ─► this process swaps the registry; others see the number at the start of their next unit of work
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.addons.home_clock import HomeClock
from core.addons.ledger import read_setting, strike, write_setting
from core.addons.overlay import usage
from core.addons.overlay.entries import SOURCES, Added, Overlay
from core.addons.overlay.read import read
from core.addons.overlay.steps import next_registry
from core.addons.schema import Schema, bring_up
from core.addons.tables import SETTING
from core.errors import Refused, SetupError
from core.orm.busy import busy_of
from core.orm.database import MIGRATION_LOCK
from core.orm.fields.relation import table_name
from core.orm.guard import BEGINNING, STAMP
from core.orm.recompute import Progress, recompute_batch
from core.orm.unit import UnitOfWork

if TYPE_CHECKING:
    from core.addons.registry import Registry

BATCH = 1000
TEXT, NUMBER = "overlay", "overlay_number"
UNITS_LOCK = MIGRATION_LOCK + 1
"""The advisory lock that every unit of work shares on PostgreSQL, and that has to be had alone to drop a column."""
_SETTING = sa.table(SETTING, sa.column("key"), sa.column("value"))
# As text: every unit of work begins with these, and compiling costs more than asking.
_ASK = f"SELECT value FROM {SETTING} WHERE key = '{NUMBER}'"
_SHARE = f"SELECT pg_advisory_xact_lock_shared({UNITS_LOCK})"


def stored(connection: sa.Connection) -> Overlay:
    """The overlay of a database."""
    text = read_setting(connection, TEXT)
    return Overlay.parse(text) if text else Overlay()


def number_of(unit: UnitOfWork) -> int:
    """The number of the database's overlay, at the start of a unit of work, which then holds on to it."""
    connection = unit._open()
    if unit._dialect == "postgresql":
        connection.exec_driver_sql(_SHARE, execution_options=BEGINNING)
    return int(connection.exec_driver_sql(_ASK, execution_options=BEGINNING).scalar() or 0)


def check(unit: UnitOfWork, code: Registry) -> None:
    """Refuse what could not be laid, when the code asks to write. Raises Invalid or Refused."""
    if _is_touched(unit):
        before = Overlay.parse(text) if (text := _text(unit)) else Overlay()
        after = read(unit.system_env(), before.number)
        if after != before:
            next_registry(unit, code, before, after)


def settle(unit: UnitOfWork, code: Registry) -> Registry | None:
    """Bring the database to the overlay that the records say, at the end of the unit; the registry to go on with.

    None where nothing of it has changed. Raises Invalid, Refused, or Busy.
    """
    unit.conclude()  # what addons do about the changes may be of the overlay too
    if not _is_touched(unit):
        return None
    try:
        return _settled(unit, unit._open().execution_options(**STAMP), code)
    except sa.exc.DBAPIError as error:
        raise busy_of(error) or error from error


def _settled(unit: UnitOfWork, connection: sa.Connection, code: Registry) -> Registry | None:
    if unit._dialect == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        # Whoever waits for a table keeps all others from it, so this one does not wait for long.
        connection.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
    before = stored(connection)
    after = read(unit.system_env(), before.number + 1)
    if after == replace(before, number=after.number):
        return None
    registry = next_registry(unit, code, before, after)
    _drop(unit, connection, before, after)
    clock = HomeClock.of(connection, unit.now())
    try:
        bring_up(connection, Schema.of(registry.models, registry.manifests, clock))
    except SetupError as error:
        raise Refused(error.args[0]) from error
    _recompute(unit, connection, registry)
    write_setting(connection, TEXT, after.text())
    write_setting(connection, NUMBER, str(after.number))
    return registry


def _recompute(unit: UnitOfWork, connection: sa.Connection, registry: Registry) -> None:
    """Find what is computed and kept anew where it has other digits now; what people may have written stays."""
    wanted = [
        (info.name, field.name)
        for info in registry.models.values()
        for field in info.derived
        if field.compute is not None and not field.compute.editable
        if field.digits != unit.models[info.name].fields[field.name].digits
    ]
    if not wanted:
        return
    inner = UnitOfWork(
        registry.models,
        connection,
        hooks=registry.hooks.hook,
        write=True,
        reason=unit.reason,
        clock=unit.now,
        language=unit.language,
    )
    for model, name in wanted:
        progress = Progress()
        while not progress.is_over:
            progress = recompute_batch(inner, model, name, progress, BATCH)
    inner.finish()


def _is_touched(unit: UnitOfWork) -> bool:
    return any(model in unit._log.models for model in SOURCES)


def _text(unit: UnitOfWork) -> Any:
    return unit._run(sa.select(_SETTING.c.value).where(_SETTING.c.key == TEXT)).scalar()


def _drop(unit: UnitOfWork, connection: sa.Connection, before: Overlay, after: Overlay) -> None:
    """Take the columns of added fields away that are no more."""
    kept = {(entry.model, usage.column_of(entry)) for entry in after.added}
    gone = [
        entry
        for entry in before.added
        if after.entry(entry.key) is None and (entry.model, usage.column_of(entry)) not in kept
    ]
    if gone and unit._dialect == "postgresql":
        # Units that began before still name the columns: this waits for them, and new ones wait for this.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(UNITS_LOCK)))
    for entry in gone:
        _drop_column(connection, entry)


def _drop_column(connection: sa.Connection, entry: Added) -> None:
    table, column = table_name(entry.model), usage.column_of(entry)
    inspector = sa.inspect(connection)
    if not inspector.has_table(table):
        return
    columns = {found["name"] for found in inspector.get_columns(table)} & {column, f"{entry.name}__fold"}
    quote = connection.dialect.identifier_preparer.quote
    for index in inspector.get_indexes(table):
        if columns & set(index["column_names"]):
            connection.execute(sa.text(f"DROP INDEX {quote(str(index['name']))}"))
            strike(connection, "index", str(index["name"]))
    for name in columns:
        connection.execute(sa.text(f"ALTER TABLE {quote(table)} DROP COLUMN {quote(name)}"))
        strike(connection, "column", f"{table}.{name}")
    strike(connection, "reference", f"fk_{table}__{column}")
