"""What rows hold of an added field: asked before it is changed, or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.addons.overlay.choices import options_of
from core.addons.rescale import misfits
from core.orm.fields.base import BadValue
from core.orm.fields.relation import table_name

if TYPE_CHECKING:
    from core.addons.overlay.entries import Added
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork

EMPTY: dict[str, Any] = {"char": sa.text("''"), "text": sa.text("''"), "boolean": sa.false()}
NUMBERS = ("integer", "decimal", "monetary", "duration")


def column_of(entry: Added) -> str:
    """The column that keeps it."""
    return f"{entry.name}_id" if entry.kind == "many2one" else entry.name


def filled(unit: UnitOfWork, entry: Added) -> int:
    """How many rows have a value in it."""
    return _count(unit, entry.model, sa.not_(_absent(entry)))


def empty(unit: UnitOfWork, entry: Added) -> int:
    """How many rows have none."""
    return _count(unit, entry.model, _absent(entry))


def rows(unit: UnitOfWork, entry: Added) -> int:
    """How many rows there are."""
    return _count(unit, entry.model, sa.true())


def lost_options(unit: UnitOfWork, before: Added, after: Added) -> list[tuple[str, int]]:
    """(value, how many rows have it) of the options of a choice that are offered no more and in use."""
    try:
        kept = {value for value, _label in options_of(after.options)}
        gone = [value for value, _label in options_of(before.options) if value not in kept]
    except BadValue:
        return []  # laying it says which line is wrong
    column: sa.ColumnClause[Any] = sa.column(before.name)
    counted = [(value, _count(unit, before.model, column == value)) for value in gone]
    return [(value, count) for value, count in counted if count]


def currencies(unit: UnitOfWork, info: ModelInfo, name: str) -> list[int]:
    """The currencies that records of a model are in, by its field of that name, and the one that new ones start in."""
    field = info.fields[name]
    found = set(unit._run(sa.select(info.table.c[name]).distinct()).scalars())
    if field.default is not None:
        found.add(field.convert(field.default_for(unit.system_env())))
    return sorted(found - {None})


def unheld(unit: UnitOfWork, model: str, name: str, old: int, new: int) -> int:
    """How many rows have a number, with `old` digits after the point now, that cannot have `new`."""
    return _count(unit, model, misfits(unit._dialect, name, old, new))


def _absent(entry: Added) -> sa.ColumnElement[bool]:
    column: sa.ColumnClause[Any] = sa.column(column_of(entry))
    nothing = column.is_(None)
    if entry.kind in NUMBERS:
        return nothing | (column == sa.text("0"))
    return nothing | (column == EMPTY[entry.kind]) if entry.kind in EMPTY else nothing


def _count(unit: UnitOfWork, model: str, condition: sa.ColumnElement[bool]) -> int:
    table = sa.table(table_name(model))
    found: int = unit._run(sa.select(sa.func.count()).select_from(table).where(condition)).scalar_one()
    return found
