"""The tables that composed models need. How they come into a database is the addons layer's part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from core.errors import DeclarationError
from core.orm.constraints import Check, Unique, constraint_name
from core.orm.fields.relation import Many2many, table_name
from core.orm.ordering import index_order
from core.orm.read.tree import PATH
from core.orm.registry import ModelInfo, Models
from core.orm.tables import BIG
from core.orm.types import ScaledDecimal
from core.orm.variants import AXES, COMPANY, KEY, RECORD
from core.orm.varying import COMPANIES

VERSION = "row_version"


def add_tables(models: Models) -> None:
    """Give every model its table, and every many-to-many its link table."""
    for info in models.values():
        info.table = _table(info, models.metadata)
    for info in models.values():
        for field in info.fields.values():
            if isinstance(field, Many2many) and not field.via and not field.through:
                info.link_tables[field.name] = _link_table(info, field, models.metadata)
        _add_sides(info, models.metadata)
    _defer_circles(models)


def _add_sides(info: ModelInfo, metadata: sa.MetaData) -> None:
    """Tables for the values that differ by language or company: empty where the base holds."""
    for axis in AXES:
        fields = [field for field in info.stored if field.varies == axis]
        if not fields:
            continue
        name = f"{info.table.name}__by_{axis}"
        own = sa.ForeignKey(f"{info.table.name}.id", name=constraint_name("fk", name, ["record"]))
        key: sa.Column[Any] = sa.Column("by__language", sa.String(16), key=KEY, primary_key=True)
        if axis == COMPANY:
            company = sa.ForeignKey(f"{table_name(COMPANIES)}.id", name=constraint_name("fk", name, ["company"]))
            key = sa.Column("by__company_id", BIG, company, key=KEY, primary_key=True, autoincrement=False, index=True)
        record = sa.Column("record__id", BIG, own, key=RECORD, primary_key=True, autoincrement=False)
        table = sa.Table(name, metadata, record, key)
        for field in fields:
            for column in field.columns(name):
                column.nullable, column.server_default = True, None
                for reference in column.foreign_keys:
                    reference.name = constraint_name("fk", name, [column.name])
                table.append_column(column)
            if field.index:
                sa.Index(constraint_name("ix", name, [field.column_name()]), table.c[field.name])
        info.sides[axis] = table


def _table(info: ModelInfo, metadata: sa.MetaData) -> sa.Table:
    name = table_name(info.name)
    table = sa.Table(
        name,
        metadata,
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column(VERSION, sa.Integer, nullable=False, server_default=sa.text("1")),
        sqlite_autoincrement=True,  # an id is never given twice, or the history of two records would mix
    )
    if info.parent:  # sorted by code point on both engines, since what is below a record is a range of paths
        kind = sa.String().with_variant(sa.String(collation="C"), "postgresql")
        table.append_column(sa.Column(PATH, kind, nullable=False, server_default=sa.text("''"), index=True))
    for field in info.stored:
        for column in field.columns(name):
            table.append_column(column)
        if field.index:
            sa.Index(constraint_name("ix", name, [field.column_name()]), table.c[field.name])
    index_order(info, table)
    for constraint in info.constraints:
        if isinstance(constraint, Unique):
            for key in constraint.names:
                if not info.field(key, constraint.where).stored or info.fields[key].many:
                    text = f"no column of {info.name} keeps '{key}', so the database cannot compare it"
                    raise DeclarationError(text, addon=info.addon, where=constraint.where)
            columns = [info.fields[key].column_name() for key in constraint.names]
            _keep_unique(info, table, constraint.names, constraint_name("uq", name, columns))
        elif isinstance(constraint, Check):
            condition = Words(constraint.condition, table)
            table.append_constraint(sa.CheckConstraint(condition, name=f"ck_{name}__{constraint.name}"))
    return table


def _keep_unique(info: ModelInfo, table: sa.Table, names: Sequence[str], name: str) -> None:
    """A unique constraint; where a text may be absent, which is no NULL, an index over the rows that have it."""
    keys = [table.c[key] for key in names]
    fields = [info.fields[key] for key in names]
    filled = [table.c[field.name] != "" for field in fields if field.absent == "" and not field.required]
    if filled:
        present = sa.and_(*filled)
        sa.Index(name, *keys, unique=True, sqlite_where=present, postgresql_where=present)
    else:
        table.append_constraint(sa.UniqueConstraint(*keys, name=name))


class Words(sa.ColumnElement[bool]):
    """A condition in SQL that means the same on both engines: SQLite keeps decimals as scaled integers."""

    inherit_cache = False

    def __init__(self, text: str, table: sa.Table) -> None:
        self.text = text
        self.scales = {item.name: item.type.scale for item in table.columns if isinstance(item.type, ScaledDecimal)}


@compiles(Words)
def _as_written(element: Words, compiler: SQLCompiler, **options: Any) -> str:
    return element.text


@compiles(Words, "sqlite")
def _unscaled(element: Words, compiler: SQLCompiler, **options: Any) -> str:
    def unscale(found: re.Match[str]) -> str:
        scale = element.scales.get(found[0])
        return found[0] if scale is None else f"({found[0]} / {10**scale}.0)"

    return re.sub(r"'[^']*'|\w+", unscale, element.text)


def _link_table(info: ModelInfo, field: Many2many[Any], metadata: sa.MetaData) -> sa.Table:
    name = field.link_table(info.name)
    known = metadata.tables.get(name)
    if known is not None:
        return known
    own, far = table_name(info.name), table_name(field.target)
    if field.flipped:
        own, far = far, own
    return sa.Table(
        name,
        metadata,
        sa.Column("left_id", BIG, sa.ForeignKey(f"{own}.id", name=f"fk_{name}__left"), primary_key=True),
        sa.Column("right_id", BIG, sa.ForeignKey(f"{far}.id", name=f"fk_{name}__right"), primary_key=True),
        sa.Index(f"ix_{name}__right", "right_id"),
    )


def _defer_circles(models: Models) -> None:
    """Foreign keys to tables that come later are added after all tables: relations may go in circles."""
    place = {info.table.name: position for position, info in enumerate(models.values())}
    for info in models.values():
        for constraint in info.table.foreign_key_constraints:
            if place.get(constraint.referred_table.name, -1) > place[info.table.name]:
                constraint.use_alter = True
