"""The INSERT and UPDATE statements of the pipeline, in as few as the engine needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid, Refused
from core.i18n import _, listed
from core.orm.constraints import Unique, constraint_name, violated
from core.orm.read.among import among
from core.orm.read.prepared import prepared
from core.orm.variants import parted
from core.orm.write.variants import write_aside

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork


def insert_rows(
    unit: UnitOfWork, info: ModelInfo, rows: Sequence[dict[str, Any]], again: Sequence[tuple[int, int]] = ()
) -> list[int]:
    """Insert rows of (field → value) and give their ids, in the same order. again: their (id, version), if they had."""
    table = info.table
    shadowed = [field for field in info.stored if field.search]
    for row in rows:
        for field in shadowed:
            row.update(field.shadows(row[field.name]))
    if again:
        own = [{"id": identity, "row_version": version} for identity, version in again]
        unit._run(sa.insert(table), [{**mine, **row} for mine, row in zip(own, rows, strict=True)])
        return [identity for identity, _version in again]
    if len(rows) == 1:
        return [unit._run(sa.insert(table).returning(table.c.id), rows[0]).scalar_one()]
    # The ids are drawn first: engines give many of them back in the right order only row by row.
    ids = _next_ids(unit, table, len(rows))
    if unit._dialect == "sqlite":
        unit._run(sa.insert(table), [{"id": identity, **row} for identity, row in zip(ids, rows, strict=True)])
        return ids
    columns = list(rows[0])
    given = _given(table, ids, rows, columns)
    chosen = sa.select(given.c.id, *[sa.cast(given.c[name], table.c[name].type) for name in columns])
    unit._run(sa.insert(table).from_select(["id", *columns], chosen))
    return ids


def _next_ids(unit: UnitOfWork, table: sa.Table, count: int) -> list[int]:
    """So many ids that no row has had and none will get, ascending."""
    if unit._dialect == "sqlite":  # nobody else writes until this unit ends
        known = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
        last = unit._run(sa.select(known.c.seq).where(known.c.name == table.name)).scalar_one_or_none() or 0
        return list(range(last + 1, last + 1 + count))
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    series = sa.func.generate_series(1, count).table_valued("place")
    return sorted(unit._run(sa.select(sa.func.nextval(sequence)).select_from(series)).scalars())


def update_rows(unit: UnitOfWork, info: ModelInfo, changes: Mapping[int, dict[str, Any]], raised: set[int]) -> None:
    """Write changed values; the version of the rows in `raised` goes up by one."""
    if info.sides:
        apart = {identity: parted(values) for identity, values in changes.items()}
        write_aside(unit, info, {identity: aside for identity, (_own, aside) in apart.items() if aside})
        changes = {identity: own for identity, (own, _aside) in apart.items() if own or identity in raised}
    groups: dict[tuple[tuple[str, ...], bool], list[int]] = {}
    for identity, values in changes.items():
        groups.setdefault((tuple(values), identity in raised), []).append(identity)
    for (names, raises), ids in groups.items():
        first = changes[ids[0]]
        if len(ids) > 1 and all(changes[identity] == first for identity in ids):
            _update_alike(unit, info, ids, first, raises)
        else:
            _update_each(unit, info, ids, names, changes, raises)


def _update_alike(unit: UnitOfWork, info: ModelInfo, ids: list[int], values: dict[str, Any], raises: bool) -> None:
    table = info.table
    new = {**values, **_shadows(info, values)}
    if raises:
        new["row_version"] = table.c.row_version + 1
    unit._run(sa.update(table).where(among(table.c.id, ids, unit._dialect)).values(new))


def _update_each(
    unit: UnitOfWork,
    info: ModelInfo,
    ids: list[int],
    names: tuple[str, ...],
    changes: Mapping[int, dict[str, Any]],
    raises: bool,
) -> None:
    table = info.table
    rows = [{**changes[identity], **_shadows(info, changes[identity])} for identity in ids]
    columns = list(rows[0])
    version = {"row_version": table.c.row_version + 1} if raises else {}

    def make() -> sa.Update:
        new = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
        return sa.update(table).where(table.c.id == sa.bindparam("row_id")).values({**new, **version})

    if unit._dialect == "sqlite" or len(ids) == 1:
        statement = prepared(unit.models, ("update", info.name, tuple(columns), raises), make)
        given_rows = [
            {"row_id": identity, **{f"new_{name}": row[name] for name in columns}}
            for identity, row in zip(ids, rows, strict=True)
        ]
        unit._run(statement, given_rows if len(ids) > 1 else given_rows[0])
        return
    given = _given(table, ids, rows, columns)
    typed: dict[str, Any] = {name: sa.cast(given.c[name], table.c[name].type) for name in columns}
    unit._run(sa.update(table).where(table.c.id == given.c.id).values({**typed, **version}))


def _given(table: sa.Table, ids: Sequence[int], rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Any:
    """Rows of values as a table of one PostgreSQL statement: an array a column, whatever the number of rows."""
    arrays = [_array([row[name] for row in rows], table.c[name].type) for name in columns]
    unnested = sa.func.unnest(_array(ids, sa.BigInteger()), *arrays)
    return unnested.table_valued("id", *columns, name="given").render_derived()


def _array(values: Sequence[Any], kind: sa.types.TypeEngine[Any]) -> Any:
    """One bound array of PostgreSQL with a column's values; JSON travels as text."""
    if isinstance(kind, sa.JSON):
        values = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
        kind = sa.Text()
    return sa.cast(sa.bindparam(None, list(values), type_=sa.ARRAY(kind)), sa.ARRAY(kind))


def _shadows(info: ModelInfo, values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if info.fields[name].search:
            found.update(info.fields[name].shadows(value))
    return found


@contextmanager
def refused_by_database(info: ModelInfo) -> Iterator[None]:
    """Turn what a constraint of the database refuses into a message for the person who wrote it."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise _refusal(info, error) from error
    except (sa.exc.DataError, OverflowError) as error:
        raise Invalid(_("A value of {model} does not fit into the database.", model=info.label)) from error


def _refusal(info: ModelInfo, error: sa.exc.IntegrityError) -> Exception:
    name, columns = violated(error)
    table = info.table.name
    keys = {f"{table}.{column.name}": column.key for column in info.table.columns}
    for constraint in info.constraints:
        if isinstance(constraint, Unique):
            own = [info.fields[key].column_name() for key in constraint.names]
            if name == constraint_name("uq", table, own) or columns == tuple(f"{table}.{column}" for column in own):
                labels = listed(info.fields[key].label for key in constraint.names)
                text = constraint.message or _("another {model} has the same {fields}", model=info.label, fields=labels)
                return Invalid(_("{reason}.", reason=text), fields={constraint.names[0]: [text]})
        elif name == f"ck_{table}__{getattr(constraint, 'name', '')}":
            return Invalid(constraint.message or _("{model} breaks the rule '{rule}'.", model=info.label, rule=name))
    for column in columns:
        key = keys.get(column, "")
        if key in info.fields:
            reason = _("is required")
            text = _("{label} {reason}.", label=info.fields[key].label, reason=reason)
            return Invalid(text, fields={key: [reason]})
    return Refused(_("{model} points at a record that does not exist.", model=info.label))
