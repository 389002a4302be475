"""The schema of a database, brought to what a registry composes.

There is no chain of revisions: with optional addons that add columns to one another's tables there is no
linear history. The database is compared with the composed tables (Alembic, as a library), and what
differs is a step. Safe steps run by themselves; a plan with an unsafe one does not run at all, and says
what to declare.

    safe      new table, column that is nullable or has a default, index, wider type, relaxed constraint,
              trigger, constraint that the rows meet
    unsafe    drop, narrower or other type, column that must be filled, constraint that rows break
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.addons.ledger import CORE, Entry, Key, entries_of, read_entries, write_entries
from core.addons.manifest import Manifest
from core.addons.rebuild import may_rebuild
from core.errors import BanyanError, SetupError
from core.i18n import _
from core.orm.fields.kinds import TEXTS
from core.orm.fields.moments import MOMENTS, Clock
from core.orm.fields.relation import table_name
from core.orm.registry import Models
from core.orm.tables import TriggerSpec

Filling = str | sa.ColumnElement[Any]
"""What a new column has in the rows that are there."""


@dataclass(frozen=True)
class Schema:
    """What a database should have.

    entries: owner of each part. fillings: `table.column` → value that rows get which are there before the
    column is. drops: tables and columns that may go. addons: whose parts may be judged at all: what
    belongs to others is left alone. places: `table.column` → addon, file and line of the field.
    """

    metadata: sa.MetaData
    triggers: Sequence[TriggerSpec] = ()
    entries: Mapping[Key, Entry] = field(default_factory=dict)
    fillings: Mapping[str, Filling] = field(default_factory=dict)
    drops: frozenset[str] = frozenset()
    addons: frozenset[str] = frozenset({CORE})
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, models: Models, manifests: Sequence[Manifest], clock: Clock) -> Schema:
        """The schema that composed models need. clock: what new columns that start as today or now are filled with."""
        return cls(
            metadata=models.metadata,
            triggers=models.triggers,
            entries=entries_of(models),
            fillings=_fillings(models, clock),
            drops=frozenset(name for manifest in manifests for name in manifest.drops),
            addons=frozenset({CORE, *(manifest.name for manifest in manifests)}),
            places=_places(models),
        )


def _places(models: Models) -> dict[str, str]:
    """Where the field of each column is declared."""
    return {
        f"{table_name(info.name)}.{item.column_name()}": f"addon '{info.field_addons[item.name]}': {item.where}"
        for info in models.values()
        for item in info.stored
    }


FILLED = ("selection", "date", "datetime", *TEXTS)
"""Kinds whose required columns are filled: others hold what is absent, or lead to records."""


def _fillings(models: Models, clock: Clock) -> dict[str, Filling]:
    """Defaults for rows that are there before their column: of required fields whose column would otherwise have to be
    empty, and of all that the database itself adds."""
    found: dict[str, Filling] = {}
    for info in models.values():
        table = table_name(info.name)
        for item in info.stored:
            if item.default is None or (callable(item.default) and item.default not in MOMENTS):
                continue
            if item.strict and not (item.required and item.kind in FILLED):
                continue
            value = item.convert(item.default(clock) if callable(item.default) else item.default)
            for column in item.columns(table):
                kept = value if column.key == item.name else item.shadows(value)[column.key]
                found[f"{table}.{column.name}"] = sa.literal(kept, column.type)
    return found


@dataclass(frozen=True)
class Step:
    """One difference. text: what it does, `add column crm_lead.score`. problem: why it is not safe and what
    to declare; empty where it is safe. gone: what the ledger has to strike out. rebuilds: whether it builds
    an SQLite table anew."""

    text: str
    run: Callable[[], None]
    problem: str = ""
    gone: frozenset[Key] = frozenset()
    rebuilds: bool = False


class RebuildNeeded(BanyanError):
    """The transaction has to begin again with foreign keys off, since SQLite tables are to be built anew."""


@dataclass(frozen=True)
class Plan:
    """The steps from what a database has to what it should have, in the order in which they run."""

    steps: tuple[Step, ...]

    @property
    def safe(self) -> list[str]:
        return [step.text for step in self.steps if not step.problem]

    @property
    def unsafe(self) -> list[str]:
        return [f"{step.text}: {step.problem}" for step in self.steps if step.problem]

    def __bool__(self) -> bool:
        return bool(self.steps)


def plan(connection: sa.Connection, schema: Schema) -> Plan:
    """What has to be done; nothing is done yet. The connection is one that may change the schema."""
    # Alembic takes a tenth of a second to import, and only a process that migrates needs it.
    from core.addons.differences import steps

    return Plan(tuple(steps(connection, schema, read_entries(connection))))


def bring_up(connection: sa.Connection, schema: Schema) -> Plan:
    """Do all that differs, and write the ledger. Run twice, the second plan is empty.

    Raises, before doing anything, SetupError where a step is not safe, and RebuildNeeded where one needs
    foreign keys to be off and they are on.
    """
    found = plan(connection, schema)
    if found.unsafe:
        raise SetupError(
            _(
                "The database cannot follow what the addons declare:\n{steps}\nNothing has been changed.",
                steps="\n".join(f"- {text}" for text in found.unsafe),
            )
        )
    if any(step.rebuilds for step in found.steps) and not may_rebuild(connection):
        raise RebuildNeeded
    for step in found.steps:
        _run(step)
    write_entries(connection, schema.entries, _gone(found.steps))
    return found


def _run(step: Step) -> None:
    try:
        step.run()
    except (sa.exc.IntegrityError, sa.exc.DataError) as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise SetupError(
            _(
                "The database refused to {step}, since rows that are there do not fit: {reason}",
                step=step.text,
                reason=reason,
            )
        ) from error


def _gone(steps: Iterable[Step]) -> set[Key]:
    return {key for step in steps for key in step.gone}
