"""The reading door: selects over one model, each with its reader's rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.fields.aggregate import Aggregate
from core.orm.filter import Filter
from core.orm.read.order import order_by
from core.orm.read.scope import Scope
from core.orm.read.sums import Figure, exact_sum
from core.orm.read.where import where
from core.orm.records import Records

if TYPE_CHECKING:
    from core.orm.view import View

Filters = Sequence[Filter]


def _scope(view: View) -> Scope:
    """A scope on the view's model, after what is pending has been written. Raises AccessDenied."""
    if not view.env.elevated and view.env._allowed("read", view.info.name) is None:
        raise view.denied("read")
    view.env._unit._pending.write()
    return Scope(view.env._unit, view.info, view)


def _tests(scope: Scope, filters: Filters) -> list[Any]:
    return [*(where(condition, scope) for condition in filters), *scope.rule()]


def search(
    view: View, filters: Filters, order: Sequence[str] | None, limit: int | None, offset: int
) -> tuple[int, ...]:
    """The ids of the records that meet all filters; loads their light fields and shows them to the reader."""
    scope = _scope(view)
    info, table = view.info, scope.table
    tests = _tests(scope, filters)
    terms = order_by(scope, info.order if order is None else order)
    columns = [table.c.id, table.c.row_version, *[table.c[name] for name in info.light]]
    statement = sa.select(*columns).select_from(scope.source).where(*tests).order_by(*terms)
    store = view.env._unit._store
    ids = store.load(info, info.light, view.env._unit._run(_page(statement, limit, offset)).all())
    view.shown.update(ids)
    return ids


def _page(statement: sa.Select[Any], limit: int | None, offset: int) -> sa.Select[Any]:
    if limit is not None:
        statement = statement.limit(limit)
    return statement.offset(offset) if offset else statement


def count(view: View, filters: Filters) -> int:
    """How many records meet all filters."""
    scope = _scope(view)
    tests = _tests(scope, filters)
    return int(view.env._unit._run(sa.select(sa.func.count()).select_from(scope.source).where(*tests)).scalar_one())


def values(
    view: View, fields: Sequence[str], filters: Filters, order: Sequence[str] | None, limit: int | None, offset: int
) -> list[dict[str, Any]]:
    """Rows of plain values, keyed by the names of `fields`."""
    scope = _scope(view)
    later = [name for name in fields if _needs_record(view, name)]
    direct = [name for name in fields if name not in later]
    keys = [*direct, *(name for name in ("id", "row_version") if later and name not in direct)]
    columns = [scope.column(tuple(name.split("."))).sql for name in keys]
    tests = _tests(scope, filters)
    terms = order_by(scope, view.info.order if order is None else order)
    statement = _page(sa.select(*columns).select_from(scope.source).where(*tests).order_by(*terms), limit, offset)
    rows = view.env._unit._run(statement)
    found = [dict(zip(keys, row, strict=True)) for row in rows]
    if later and found:
        _add_computed(view, found, later, [name for name in keys if name not in direct])
    return found


def _needs_record(view: View, name: str) -> bool:
    """Whether no column keeps the field, so that records have to be asked for it."""
    field = view.info.fields.get(name)
    return field is not None and (field.many or not field.stored)


def _add_computed(view: View, rows: list[dict[str, Any]], names: Sequence[str], extra: Sequence[str]) -> None:
    ids = [row["id"] for row in rows]
    records = Records[Any](view, ids)
    view.env._unit._store.load(view.info, (), [(row["id"], row["row_version"]) for row in rows])
    view.shown.update(ids)
    for row, record in zip(rows, records, strict=True):
        for name in names:
            value = getattr(record, name)
            row[name] = value.ids if view.info.fields[name].many else value
        for name in extra:
            del row[name]


def groups(
    view: View, by: Sequence[str], sums: Sequence[str], filters: Filters, order: Sequence[str]
) -> list[dict[str, Any]]:
    """Counts and exact sums by the values of `by`; one row for all where it is empty."""
    scope = _scope(view)
    keys = [scope.column(tuple(name.split("."))) for name in by]
    figures = [_sum(scope, name) for name in sums]
    summed = [expression for figure in figures for expression in figure.expressions]
    tests = _tests(scope, filters)
    expressions = [key.sql for key in keys]
    default_terms = [key.sql.nulls_last() if key.nullable else key.sql for key in keys]
    columns = [key.label(f"by_{place}") for place, key in enumerate(expressions)]
    counted = [sa.func.count().label("counted")]
    statement = sa.select(*columns, *counted, *summed).select_from(scope.source).where(*tests)
    if by:
        terms = order_by(scope, order)[:-1] if order else default_terms
        statement = statement.group_by(*expressions, *(_bare(term) for term in terms if order)).order_by(*terms)
    found = []
    for row in view.env._unit._run(statement):
        values = dict(zip(by, row, strict=False))
        values["__count"] = row[len(by)]
        place = len(by) + 1
        for name, figure in zip(sums, figures, strict=True):
            values[name] = figure.value(row[place : place + len(figure.expressions)])
            place += len(figure.expressions)
        found.append(values)
    return found


def _bare(term: Any) -> Any:
    """The expression of an ORDER BY term."""
    while isinstance(term, sa.UnaryExpression):
        term = term.element
    return term


def _sum(scope: Scope, name: str) -> Figure:
    column = scope.column(tuple(name.split(".")))
    field = column.field
    if field is None or field.kind not in ("integer", "decimal", "monetary", "float") or isinstance(field, Aggregate):
        label = field.label if field is not None else name
        raise Invalid(fields={name: [_("{label} is no number that can be added up.", label=label)]})
    if field.kind == "float":
        return Figure((sa.func.sum(column.sql),), lambda row: row[0] or 0.0)
    return exact_sum(column.sql, field.digits, scope.dialect)
