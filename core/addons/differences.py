"""The differences between a database and a schema, one step each. Alembic compares; what a difference
means, and how either engine is brought along, is decided here.

SQLite alters a table by adding columns, and no further: a reference is added together with its column, a
unique constraint as a unique index (on PostgreSQL too), and for the rest the table is built anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from logging import ERROR, getLogger
from typing import Any
from warnings import catch_warnings, filterwarnings

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext

from core.addons.ledger import Entry, Key, check_hash, type_text
from core.addons.obstacles import duplicates, empty_rows
from core.addons.orders import order_steps, orders_of
from core.addons.rebuild import rebuild
from core.addons.rescale import rescale, rescales, unfit
from core.addons.schema import Schema, Step
from core.addons.triggers import drop_trigger, existing_triggers, make_trigger, outdated
from core.addons.widening import widens
from core.orm.types import UtcDateTime

# It warns of every index with an expression that it cannot compare: those for an order are compared here.
getLogger("alembic.ddl.impl").setLevel(ERROR)


def steps(connection: sa.Connection, schema: Schema, known: Mapping[Key, Entry]) -> list[Step]:
    """All steps, in the order in which they run. known: the ledger."""
    return Comparison(connection, schema, known).steps()


class Comparison:
    """One comparison of a database with a schema."""

    def __init__(self, connection: sa.Connection, schema: Schema, known: Mapping[Key, Entry]) -> None:
        self.connection, self.schema, self.known = connection, schema, known
        self.tables = schema.metadata.tables
        self.sqlite = connection.dialect.name == "sqlite"
        self.inspector = sa.inspect(connection)
        self.present = set(self.inspector.get_table_names())
        stored = [
            index
            for (_schema, table), indexes in self.inspector.get_multi_indexes().items()
            if table in self.tables
            for index in indexes
        ]
        self.indexes = {str(index["name"]) for index in stored}
        self.unique_indexes = {str(index["name"]) for index in stored if index["unique"]}
        self.orders = orders_of(self.tables.values())
        self.context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": schema.metadata,
                "include_name": self._is_named,
                "include_object": self._counts,
                "compare_type": self._type_differs,
                "compare_server_default": False,
            },
        )
        self.operations = Operations(self.context)
        self.added: set[tuple[str, str]] = set()
        self.rebuilt: dict[str, list[tuple[str, frozenset[Key]]]] = {}

    def steps(self) -> list[Step]:
        new = [table for name, table in self.tables.items() if name not in self.present]
        found: list[Step] = []
        if new:
            names = ", ".join(table.name for table in new)
            # create_all adds references that go in a circle after all tables, and indexes last.
            make = partial(self.schema.metadata.create_all, self.connection, new, checkfirst=False)
            found.append(Step(f"make {names}", make))
        differing = [step for operation in self._operations() for step in self._step(operation)]
        orders = [
            index for index in self.orders.values() if index.table is not None and index.table.name in self.present
        ]
        differing += order_steps(self.connection, orders, self.indexes, self.known)
        differing += [*self._checks(), *self._dropped_tables()]
        found += sorted(differing, key=lambda step: not step.text.startswith("add column"))
        for name, reasons in self.rebuilt.items():
            table = self.tables[name]
            text = f"build {name} anew ({'; '.join(reason for reason, _gone in reasons)})"
            gone = frozenset(key for _reason, keys in reasons for key in keys)
            columns = {key.removeprefix(f"{name}.") for kind, key in gone if kind == "column"}
            found.append(Step(text, partial(rebuild, self.connection, table, columns), gone=gone, rebuilds=True))
        return found + self._triggers()

    # -- what Alembic is asked to compare -------------------------------------------------------

    def _is_named(self, name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or name in self.tables

    def _counts(self, item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        """A unique constraint that a unique index of its name keeps is there already; orders are compared here."""
        if kind == "index" and name in self.orders:
            return False
        if kind == "unique_constraint" and not reflected:
            return name not in self.unique_indexes
        if kind == "index" and reflected and name in self.unique_indexes:
            table = self.tables.get(item.table.name)
            return table is None or all(constraint.name != name for constraint in table.constraints)
        return True

    def _type_differs(self, context: Any, stored: Any, wanted: Any, stored_type: Any, wanted_type: Any) -> bool:
        return self._stored_type(wanted.table.name, wanted.name, stored_type) not in ("", type_text(wanted_type))

    def _stored_type(self, table: str, column: str, reflected: sa.types.TypeEngine[Any]) -> str:
        """The type in PostgreSQL's words; SQLite does not know more than the ledger, so that is asked there."""
        if self.sqlite:
            return self.known.get(("column", f"{table}.{column}"), Entry("")).detail
        return type_text(reflected)

    def _operations(self) -> Iterator[ops.MigrateOperation]:
        with catch_warnings():
            filterwarnings("ignore", message="autogenerate skipping")  # indexes for an order: they are compared here
            script = produce_migrations(self.context, self.schema.metadata)
        for group in script.upgrade_ops.ops if script.upgrade_ops is not None else ():
            if isinstance(group, ops.ModifyTableOps) and group.table_name in self.present:
                yield from group.ops

    # -- from a difference to a step ------------------------------------------------------------

    def _step(self, operation: ops.MigrateOperation) -> Iterator[Step]:
        match operation:
            case ops.AddColumnOp():
                yield self._add_column(operation)
            case ops.AlterColumnOp():
                yield from self._alter_column(operation)
            case ops.DropColumnOp():
                yield from self._drop_column(operation)
            case ops.CreateIndexOp():
                yield self._add_index(operation.to_index())
            case ops.DropIndexOp():
                # A unique constraint that came to a table that was there is kept by an index; see _add_index.
                gone = frozenset({("index", str(operation.index_name)), ("unique", str(operation.index_name))})
                if any(self._owned(*key) for key in gone):
                    yield Step(f"drop index {operation.index_name}", partial(self._invoke, operation), gone=gone)
            case ops.CreateUniqueConstraintOp():
                # A table of its own, or the index would join the composed one, which does not change.
                bare = sa.Table(operation.table_name, sa.MetaData(), *(sa.Column(name) for name in operation.columns))
                yield self._add_index(sa.Index(str(operation.constraint_name), *bare.columns, unique=True))
            case ops.CreateForeignKeyOp():
                table = operation.source_table
                if not (self.sqlite and all((table, name) in self.added for name in operation.local_cols)):
                    yield from self._constrain(table, f"add reference {operation.constraint_name}", operation)
            case ops.DropConstraintOp():
                name = str(operation.constraint_name)
                kind = "reference" if operation.constraint_type == "foreignkey" else "unique"
                if self._owned(kind, name):
                    gone = frozenset({(kind, name)})
                    yield from self._constrain(operation.table_name, f"drop {kind} {name}", operation, gone)

    def _invoke(self, operation: ops.MigrateOperation) -> None:
        self.operations.invoke(operation)

    def _owned(self, kind: str, name: str) -> bool:
        """Whether it belongs to an addon whose declarations are at hand; others may not be judged."""
        entry = self.known.get((kind, name))
        return entry is not None and entry.addon in self.schema.addons

    def _constrain(
        self, table: str, text: str, operation: ops.MigrateOperation, gone: frozenset[Key] = frozenset()
    ) -> Iterator[Step]:
        """A step that PostgreSQL takes by itself and SQLite by building the table anew."""
        if self.sqlite:
            self.rebuilt.setdefault(table, []).append((text, gone))
        else:
            yield Step(text, partial(self._invoke, operation), gone=gone)

    def _add_column(self, operation: ops.AddColumnOp) -> Step:
        table, column = operation.table_name, operation.column
        name = f"{table}.{column.name}"
        filling = self.schema.fillings.get(name)
        default = column.server_default if filling is None else sa.DefaultClause(filling)
        problem = ""
        if not column.nullable and default is None:
            moments = (
                " (a constant, fields.today or fields.now)" if isinstance(column.type, (sa.Date, UtcDateTime)) else ""
            )
            advice = f"give {column.name} a default{moments}, or do not require it"
            problem = f"the rows that are there have no value for it; {advice}{self._place(name)}"
        references = [
            sa.ForeignKey(key.target_fullname, name=key.constraint.name if key.constraint is not None else None)
            for key in self.tables[table].c[self._key(table, column.name)].foreign_keys
        ]
        fresh: sa.Column[Any] = sa.Column(
            column.name,
            column.type,
            *(references if self.sqlite else ()),
            nullable=column.nullable,
            server_default=default,
        )
        add = ops.AddColumnOp(table, fresh, inline_references=self.sqlite or None)
        self.added.add((table, column.name))
        return Step(f"add column {name}", partial(self._invoke, add), problem)

    def _place(self, column: str) -> str:
        """Which addon declares a column's field, and where."""
        place = self.schema.places.get(column)
        return f" ({place})" if place else ""

    def _key(self, table: str, name: str) -> str:
        return next(column.key for column in self.tables[table].columns if column.name == name)

    def _alter_column(self, operation: ops.AlterColumnOp) -> Iterator[Step]:
        table, name = operation.table_name, f"{operation.table_name}.{operation.column_name}"
        if operation.modify_type is not None:
            before = self._stored_type(table, operation.column_name, operation.existing_type or sa.types.NULLTYPE)
            yield self._retyped(operation, before, type_text(operation.modify_type))
        if operation.modify_nullable is not None:
            text = f"let column {name} be empty"
            if not operation.modify_nullable:
                text = f"require column {name}"
                problem = empty_rows(self.connection, table, operation.column_name)
                if problem:
                    yield Step(text, _nothing, problem + self._place(name))
                    return
            nullable = ops.AlterColumnOp(
                table,
                operation.column_name,
                modify_nullable=operation.modify_nullable,
                existing_type=operation.existing_type,
            )
            yield from self._constrain(table, text, nullable)

    def _retyped(self, operation: ops.AlterColumnOp, before: str, after: str) -> Step:
        table, column = operation.table_name, operation.column_name
        text = f"change column {table}.{column} from {before} to {after}"
        if rescales(before, after):
            problem = unfit(self.connection, table, column, before, after)
            return Step(text, partial(rescale, self.connection, table, column, before, after), problem)
        advice = "keep the type, or add a field of another name"
        problem = "" if widens(before, after) else f"not every value fits; {advice}{self._place(f'{table}.{column}')}"
        change = ops.AlterColumnOp(table, column, modify_type=operation.modify_type)
        # SQLite does not hold a column to its type, so only the ledger has to know.
        return Step(text, _nothing if self.sqlite else partial(self._invoke, change), problem)

    def _drop_column(self, operation: ops.DropColumnOp) -> Iterator[Step]:
        table, name = operation.table_name, f"{operation.table_name}.{operation.column_name}"
        if not self._owned("column", name):
            return
        gone = frozenset({("column", name)})
        if name not in self.schema.drops:
            yield Step(f"drop column {name}", _nothing, self._declare("column", name), gone)
        else:
            yield from self._constrain(table, f"drop column {name}", operation, gone)

    def _declare(self, kind: str, name: str) -> str:
        manifest = f"the manifest of {self.known[kind, name].addon}"
        return f"what it holds would be lost; declare it again, or add '{name}' to 'drops' in {manifest}"

    def _add_index(self, index: sa.Index) -> Step:
        text, problem = f"add index {index.name}", ""
        table = index.table
        if index.unique and table is not None:
            text = f"add unique {index.name}"
            names = [column.name for column in index.columns]
            if not any((table.name, name) in self.added for name in names):
                problem = duplicates(self.connection, table.name, index)
        return Step(text, partial(index.create, self.connection), problem)

    # -- what Alembic does not compare ----------------------------------------------------------

    def _checks(self) -> Iterator[Step]:
        stored = self.inspector.get_multi_check_constraints()
        for (_schema, name), constraints in stored.items():
            if name in self.tables:
                yield from self._table_checks(
                    self.tables[name], {str(item["name"]) for item in constraints if item["name"]}
                )

    def _table_checks(self, table: sa.Table, stored: set[str]) -> Iterator[Step]:
        wanted = {
            str(item.name): item for item in table.constraints if isinstance(item, sa.CheckConstraint) and item.name
        }
        for name, constraint in wanted.items():
            changed = self.known.get(("check", name), Entry("")).detail not in ("", check_hash(constraint))
            if name in stored and changed:
                yield from self._constrain(
                    table.name, f"drop check {name}", ops.DropConstraintOp(name, table.name, "check")
                )
            if name not in stored or changed:
                add = ops.CreateCheckConstraintOp(name, table.name, constraint.sqltext)
                yield from self._constrain(table.name, f"add check {name}", add)
        for name in sorted(stored - set(wanted)):
            if self._owned("check", name):
                drop = ops.DropConstraintOp(name, table.name, "check")
                yield from self._constrain(table.name, f"drop check {name}", drop, frozenset({("check", name)}))

    def _dropped_tables(self) -> Iterator[Step]:
        for kind, name in sorted(self.known):
            if kind == "table" and name in self.present and name not in self.tables and self._owned(kind, name):
                problem = "" if name in self.schema.drops else self._declare("table", name)
                gone = {key for key in self.known if key == (kind, name) or key[1].startswith(f"{name}.")}
                gone |= {("index", str(index["name"])) for index in self.inspector.get_indexes(name)}
                yield Step(f"drop table {name}", partial(self._invoke, ops.DropTableOp(name)), problem, frozenset(gone))

    def _triggers(self) -> list[Step]:
        existing = existing_triggers(self.connection)
        rebuilt = {name for name, table in existing.items() if table in self.rebuilt}
        left = {name: table for name, table in existing.items() if name not in rebuilt}
        found = [
            Step(f"make trigger {trigger.name}", partial(make_trigger, self.connection, trigger, left))
            for trigger in outdated(self.schema.triggers, self.known, left, self.connection.dialect.name)
        ]
        wanted = {trigger.name for trigger in self.schema.triggers}
        for name, table in left.items():
            if name not in wanted and self._owned("trigger", name):
                gone = frozenset({("trigger", name)})
                found.append(
                    Step(f"drop trigger {name}", partial(drop_trigger, self.connection, name, table), gone=gone)
                )
        return found


def _nothing() -> None:
    """A step of which only the ledger has to know."""
