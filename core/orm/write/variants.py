"""Writing values that differ by language or company: what is the base of a new record, and the rows of side tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.orm.read.among import among
from core.orm.read.variants import kept_key, pointing
from core.orm.upsert import insert_or
from core.orm.variants import ALL, COMPANY, KEY, LANGUAGE, RECORD, SIGN, base_name, parted

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.view import View
    from core.orm.write.pending import Pending

Rows = Mapping[int, Mapping[str, Any]]


def set_aside(info: ModelInfo, rows: Sequence[dict[str, Any]], *, fill: bool) -> list[dict[str, Any]]:
    """Take the variants out of the values of new records, after filling in what would be missing without them.

    A text that is given in another language than the main one is the base as well until somebody translates it,
    so that nobody sees a record without a name. A company's value is nobody else's, unless the field is required.
    fill: not for records that are made anew, as they were.
    """
    if not info.sides:
        return [{} for _row in rows]
    found: list[dict[str, Any]] = []
    for row in rows:
        _own, aside = parted(row)
        for name, value in aside.items():
            del row[name]
            base = info.fields[base_name(name)]
            if fill and value is not None and (base.varies == LANGUAGE or base.required):
                row.setdefault(base.name, value)
        found.append({name: value for name, value in aside.items() if value is not None})
    return found


def write_aside(unit: UnitOfWork, info: ModelInfo, changes: Rows) -> None:
    """Put values into side tables: id → name of the variant → value, where None lets the base hold again."""
    groups: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for identity, values in changes.items():
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for name, value in values.items():
            base, _sign, key = name.partition(SIGN)
            axis = info.fields[base].varies
            row = rows.setdefault((axis, key), {RECORD: identity, KEY: kept_key(axis, key)})
            row[base] = value
            row.update(info.fields[name].shadows(value))
        for (axis, _key), row in rows.items():
            groups.setdefault((axis, tuple(row)), []).append(row)
    for (axis, names), made in groups.items():
        side = info.sides[axis]
        statement = insert_or(side, unit._dialect)
        new = {side.c[name]: statement.excluded[name] for name in names if name not in (RECORD, KEY)}
        unit._run(statement.on_conflict_do_update(index_elements=[side.c[RECORD], side.c[KEY]], set_=new), made)


def clear_variants(view: View, name: str, ids: Sequence[int]) -> None:
    """Let a many-to-one that differs by company point at none of these records any more, its base and its variants."""
    unit, table = view.env._unit, view.info.table
    base = unit._run(sa.select(table.c.id).where(among(table.c[name], ids, unit._dialect))).scalars().all()
    found = {f"{name}{SIGN}{ALL}": list(base), **pointing(unit, view.info, name, ids)}
    for variant, records in found.items():
        if records:
            view.assign_all(records, {variant: None})


def forget_companies(pending: Pending, env: Env, ids: Sequence[int]) -> None:
    """Take back what companies that are deleted have of their own in records of all, with its history."""
    unit, system = pending.unit, env.sudo()
    for info in unit.models.values():
        side = info.sides.get(COMPANY)
        if side is None:
            continue
        mine = among(side.c[KEY], ids, unit._dialect)
        for field in info.stored:
            if field.varies == COMPANY:
                rows = sa.select(side.c[KEY], side.c[RECORD]).where(mine, side.c[field.name].is_not(None))
                by_company: dict[int, list[int]] = {}
                for company, record in unit._run(rows.order_by(*side.primary_key.columns)):
                    by_company.setdefault(company, []).append(record)
                for company, records in by_company.items():
                    system._view(info.name).assign_all(records, {f"{field.name}{SIGN}{company}": None})
        pending.write()
        unit._run(sa.delete(side).where(mine))
