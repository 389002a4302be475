"""Schemas of a deal and its stages, and bringing a database up to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.addons.ledger import KINDS, Entry, check_hash, trigger_hash, type_text
from core.addons.rebuild import check_references
from core.addons.schema import Plan, RebuildNeeded, Schema, bring_up, plan
from core.addons.tables import system_tables
from core.orm.tables import BIG

from .conftest import Migrate


def tables(*lead: sa.Column[Any] | sa.schema.SchemaItem, stage: bool = True) -> Schema:
    """A deal and its stages, with further columns and constraints of the deal."""
    metadata = sa.MetaData()
    system_tables(metadata)
    if stage:
        sa.Table(
            "crm_stage",
            metadata,
            sa.Column("id", BIG, primary_key=True, autoincrement=True),
            sa.Column("name", sa.String(100), nullable=False, server_default=sa.text("''")),
            sqlite_autoincrement=True,
        )
    sa.Table(
        "crm_lead",
        metadata,
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(200), nullable=False, server_default=sa.text("''")),
        *lead,
        sqlite_autoincrement=True,
    )
    return described(Schema(metadata, addons=frozenset({"core", "crm"})))


def described(schema: Schema) -> Schema:
    """The schema with a ledger entry for each part, owned by crm."""
    entries = {}
    for table in schema.metadata.tables.values():
        entries["table", table.name] = Entry("crm")
        entries |= {("column", f"{table.name}.{c.name}"): Entry("crm", type_text(c.type)) for c in table.columns}
        for item in (*table.indexes, *table.constraints):
            if type(item) in KINDS and item.name:
                detail = check_hash(item) if isinstance(item, sa.CheckConstraint) else ""
                entries[KINDS[type(item)], str(item.name)] = Entry("crm", detail)
    entries |= {("trigger", item.name): Entry("crm", trigger_hash(item)) for item in schema.triggers}
    return replace(schema, entries=entries)


def stage_of(**options: Any) -> sa.Column[Any]:
    reference = sa.ForeignKey("crm_stage.id", name="fk_crm_lead__stage_id")
    return sa.Column("stage_id", BIG, reference, key="stage", **options)


def apply(migrate: Migrate, schema: Schema) -> Plan:
    """Bring the database up, as the life cycle does it, and see that nothing is left to do."""
    try:
        with migrate() as connection:
            done = bring_up(connection, schema)
    except RebuildNeeded:
        with migrate(rebuilding=True) as connection:
            done = bring_up(connection, schema)
            check_references(connection)
    with migrate() as connection:
        assert plan(connection, schema).steps == ()
    return done
