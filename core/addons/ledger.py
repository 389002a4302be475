"""The ledger: which addons a database has, and which of them owns each table, column, index and trigger.

It is read and written on the connection of a migration only. A detail is kept beside a name where the
database itself would not tell whether it has changed: the exact type of a column (SQLite keeps a scaled
decimal as a plain integer) and a hash of the statements of a check or trigger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from core.addons.tables import ADDON, LEDGER, SETTING, system_tables
from core.orm.ordering import KEYS
from core.orm.registry import Models
from core.orm.tables import TriggerSpec

CORE = "core"
"""The owner of what belongs to no addon."""

Key = tuple[str, str]
"""(kind, name): ("table", "crm_lead"), ("column", "crm_lead.name"), ("trigger", …), and those of KINDS."""

KINDS: dict[type[object], str] = {
    sa.Index: "index",
    sa.UniqueConstraint: "unique",
    sa.ForeignKeyConstraint: "reference",
    sa.CheckConstraint: "check",
}


@dataclass(frozen=True)
class Entry:
    """addon: the owner. detail: a column's type as PostgreSQL writes it, a hash of a check or trigger."""

    addon: str
    detail: str = ""


@dataclass(frozen=True)
class Enabled:
    """The state in which a database last met an addon. fingerprint: of its files."""

    version: str
    fingerprint: str


_METADATA = sa.MetaData()
system_tables(_METADATA)
_addons, _ledger, _settings = (_METADATA.tables[name] for name in (ADDON, LEDGER, SETTING))


def type_text(kind: sa.types.TypeEngine[object]) -> str:
    """A column's type in PostgreSQL's words, whichever engine keeps it."""
    return kind.compile(dialect=_postgresql())


@cache
def _postgresql() -> sa.Dialect:
    """Loaded when a schema is brought up; a server on SQLite does without."""
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()  # type: ignore[no-untyped-call]  # its __init__ is not annotated


def trigger_hash(trigger: TriggerSpec) -> str:
    """Changes when a statement of the trigger does, on either engine."""
    return _hash("\n".join((*trigger.sqlite, *trigger.postgresql)))


def check_hash(constraint: sa.CheckConstraint) -> str:
    """Changes when the condition does; engines write conditions in words of their own, which do not compare."""
    return _hash(str(constraint.sqltext))


def order_hash(index: sa.Index) -> str:
    """Changes when a key of an index for an order does, or its direction; engines do not tell these either."""
    return _hash(index.info[KEYS])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def entries_of(models: Models) -> dict[Key, Entry]:
    """What the schema of a registry consists of, and whose it is."""
    owners: dict[str, str] = {}
    columns: dict[tuple[str, str], str] = {}
    for info in models.values():
        owners[info.table.name] = info.addon
        columns |= {(info.table.name, key): addon for key, addon in info.field_addons.items()}
        for name, link in info.link_tables.items():
            owners.setdefault(link.name, info.field_addons[name])
        for side in info.sides.values():
            owners[side.name] = info.addon
            columns |= {(side.name, key): addon for key, addon in info.field_addons.items()}
    entries: dict[Key, Entry] = {}
    for table in models.metadata.tables.values():
        owner = owners.get(table.name, CORE)
        entries["table", table.name] = Entry(owner)
        for column in table.columns:
            addon = columns.get((table.name, column.key.removesuffix("__fold")), owner)
            entries["column", f"{table.name}.{column.name}"] = Entry(addon, type_text(column.type))
        items: list[sa.Index | sa.Constraint] = [*table.indexes, *table.constraints]
        for item in items:
            kind = KINDS.get(type(item))
            if kind and item.name:
                entries[kind, str(item.name)] = Entry(_owner_of(item, columns, owner), _detail(item))
    for trigger in models.triggers:
        entries["trigger", trigger.name] = Entry(owners.get(trigger.table, CORE), trigger_hash(trigger))
    return entries


def _detail(item: sa.Index | sa.Constraint) -> str:
    if isinstance(item, sa.CheckConstraint):
        return check_hash(item)
    return order_hash(item) if isinstance(item, sa.Index) and KEYS in item.info else ""


def _owner_of(item: sa.Index | sa.Constraint, columns: Mapping[tuple[str, str], str], owner: str) -> str:
    """The addon of its columns where that is another than the table's: it goes when they go."""
    table = item.table.name if item.table is not None else ""
    found = [columns.get((table, column.key.removesuffix("__fold")), owner) for column in getattr(item, "columns", ())]
    return next((addon for addon in found if addon != owner), owner)


def read_state(connection: sa.Connection) -> dict[str, Enabled]:
    """Name → state of the enabled addons, and of the core; nothing where the database has not been initialised."""
    if not sa.inspect(connection).has_table(ADDON):
        return {}
    rows = connection.execute(sa.select(_addons.c.name, _addons.c.version, _addons.c.fingerprint).order_by("name"))
    return {name: Enabled(version, fingerprint) for name, version, fingerprint in rows}


def record_addon(connection: sa.Connection, name: str, state: Enabled, at: datetime) -> None:
    """Note that the database has this addon, or the core, in this state."""
    values = {"version": state.version, "fingerprint": state.fingerprint}
    known = _addons.c.name == name
    if not connection.execute(sa.update(_addons).where(known).values(values)).rowcount:
        connection.execute(sa.insert(_addons).values(name=name, enabled_at=at, **values))


def read_entries(connection: sa.Connection) -> dict[Key, Entry]:
    """The whole ledger; empty where the database is."""
    if not sa.inspect(connection).has_table(LEDGER):
        return {}
    rows = connection.execute(sa.select(_ledger.c.kind, _ledger.c.name, _ledger.c.addon, _ledger.c.detail))
    return {(kind, name): Entry(addon, detail) for kind, name, addon, detail in rows}


def write_entries(connection: sa.Connection, wanted: Mapping[Key, Entry], gone: set[Key]) -> None:
    """Bring the ledger to `wanted` and strike out `gone`; entries of addons that are not composed stay."""
    known = read_entries(connection)
    stale = [key for key in known if (wanted[key] != known[key] if key in wanted else key in gone)]
    fresh = [key for key in wanted if wanted[key] != known.get(key)]
    for chunk in _chunks(stale):
        matches = sa.or_(*(sa.and_(_ledger.c.kind == kind, _ledger.c.name == name) for kind, name in chunk))
        connection.execute(sa.delete(_ledger).where(matches))
    rows = [
        {"kind": kind, "name": name, "addon": wanted[kind, name].addon, "detail": wanted[kind, name].detail}
        for kind, name in fresh
    ]
    if rows:
        connection.execute(sa.insert(_ledger), rows)


def strike(connection: sa.Connection, kind: str, name: str) -> None:
    """Strike out one entry, of what is there no more."""
    connection.execute(sa.delete(_ledger).where(_ledger.c.kind == kind, _ledger.c.name == name))


def _chunks(keys: list[Key]) -> Iterator[list[Key]]:
    for start in range(0, len(keys), 200):
        yield keys[start : start + 200]


def read_setting(connection: sa.Connection, key: str) -> str | None:
    """A setting of the database itself."""
    value: str | None = connection.execute(sa.select(_settings.c.value).where(_settings.c.key == key)).scalar()
    return value


def write_setting(connection: sa.Connection, key: str, value: str) -> None:
    """Give a setting of the database a value."""
    if not connection.execute(sa.update(_settings).where(_settings.c.key == key).values(value=value)).rowcount:
        connection.execute(sa.insert(_settings).values(key=key, value=value))
