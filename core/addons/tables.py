"""The tables in which a database keeps what it is: its addons, who owns what, its own settings, and the
names by which records are known outside."""

from __future__ import annotations

import sqlalchemy as sa

from core.orm.tables import BIG
from core.orm.types import UtcDateTime

ADDON = "banyan_addon"
LEDGER = "banyan_ledger"
SETTING = "banyan_setting"
EXTERNAL_ID = "banyan_external_id"


def system_tables(metadata: sa.MetaData) -> None:
    """Add the four tables to `metadata`; those that are in it stay.

    banyan_addon: the enabled addons, and the core. fingerprint: of the files that the database last met.
    banyan_ledger: what in the schema belongs to whom; see `core.addons.ledger`.
    banyan_setting: what belongs to this database alone, such as the secret that signs its cookies.
    banyan_external_id: the name of a record in a shipped file or an import, `origin:name`, and the record.
    """
    if ADDON in metadata.tables:
        return
    sa.Table(
        ADDON,
        metadata,
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("enabled_at", UtcDateTime(), nullable=False),
    )
    sa.Table(
        LEDGER,
        metadata,
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("addon", sa.String(63), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False, server_default=sa.text("''")),
    )
    sa.Table(
        SETTING,
        metadata,
        sa.Column("key", sa.String(63), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    sa.Table(
        EXTERNAL_ID,
        metadata,
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("addon", sa.String(63), nullable=False, server_default=sa.text("''")),
        sa.Column("origin", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.UniqueConstraint("name", name="uq_banyan_external_id__name"),
        sa.Index("ix_banyan_external_id__record", "model", "record_id"),
    )
