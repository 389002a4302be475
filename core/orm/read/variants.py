"""Values that differ by language or company, as SQL: the columns of side tables beside those of the model's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.read.among import among
from core.orm.variants import COMPANY, KEY, RECORD, SIGN

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


def beside(info: ModelInfo, table: Any, axis: str, key: str) -> tuple[Any, Any]:
    """The side table whose rows belong to those of `table`, for one key, and the condition that joins them."""
    side = info.sides[axis].alias(f"by_{key}_{table.name}")
    return side, sa.and_(side.c[RECORD] == table.c.id, side.c[KEY] == kept_key(axis, key))


def kept_key(axis: str, key: str) -> Any:
    """A key as side tables keep it."""
    return int(key) if axis == COMPANY else key


def columns(info: ModelInfo, table: Any, names: Iterable[str]) -> tuple[list[Any], Any]:
    """The columns that keep fields and variants, and the table with what has to be joined to it for them."""
    source, found = table, []
    joined: dict[tuple[str, str], Any] = {}
    for name in names:
        base, sign, key = name.partition(SIGN)
        if not sign:
            found.append(table.c[name])
            continue
        row = (info.fields[base].varies, key)
        if row not in joined:
            joined[row], on = beside(info, table, *row)
            source = source.outerjoin(joined[row], on)
        found.append(joined[row].c[base])
    return found, source


def variants_of(unit: UnitOfWork, info: ModelInfo, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """All variants that are kept of these records: id → name of the variant → value. A statement a side table."""
    found: dict[int, dict[str, Any]] = {}
    wanted = list(ids)
    for axis, side in info.sides.items():
        names = [field.name for field in info.stored if field.varies == axis]
        rows = sa.select(side.c[RECORD], side.c[KEY], *[side.c[name] for name in names]).where(
            among(side.c[RECORD], wanted, unit._dialect)
        )
        for record, key, *values in unit._run(rows):
            kept = found.setdefault(record, {})
            kept.update(
                (f"{name}{SIGN}{key}", value) for name, value in zip(names, values, strict=True) if value is not None
            )
    return found


def pointing(unit: UnitOfWork, info: ModelInfo, name: str, ids: Sequence[int]) -> dict[str, list[int]]:
    """The records of which a variant of a many-to-one points at one of `ids`: name of the variant → records."""
    side = info.sides[info.fields[name].varies]
    rows = sa.select(side.c[RECORD], side.c[KEY]).where(among(side.c[name], ids, unit._dialect))
    found: dict[str, list[int]] = {}
    for record, key in unit._run(rows.order_by(side.c[KEY], side.c[RECORD])):
        found.setdefault(f"{name}{SIGN}{key}", []).append(record)
    return found


def any_points(unit: UnitOfWork, info: ModelInfo, name: str, ids: Iterable[int]) -> Any:
    """The records of which some variant of a many-to-one points at one of `ids`, as a sub-select of their ids."""
    side = info.sides[info.fields[name].varies]
    return sa.select(side.c[RECORD]).where(among(side.c[name], ids, unit._dialect))
