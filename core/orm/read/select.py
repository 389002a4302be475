"""The reading door: selects over one model, each with its reader's rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.filter import Filter
from core.orm.read.entry import enough, first_of_all
from core.orm.read.entry import tests as tests_of
from core.orm.read.groups import groups
from core.orm.read.order import order_by
from core.orm.read.scope import Scope
from core.orm.records import Records

if TYPE_CHECKING:
    from core.orm.view import View

Filters = Sequence[Filter]


def new_scope(view: View) -> Scope:
    """A scope on the view's model, after what is pending has been written. Raises AccessDenied."""
    if not view.env.elevated and view.env._allowed("read", view.info.name) is None:
        raise view.denied("read")
    view.env._unit.may_search(view.info.name)
    view.env._unit._pending.write()
    return Scope(view.env._unit, view.info, view)


def _tests(scope: Scope, filters: Filters, want: int | None = None) -> list[Any]:
    """want: so many rows are enough; see `core.orm.read.entry`."""
    return tests_of(scope, filters, want)


def search(
    view: View, filters: Filters, order: Sequence[str] | None, limit: int | None, offset: int
) -> tuple[int, ...]:
    """The ids of the records that meet all filters; loads their light fields and shows them to the reader."""
    scope = new_scope(view)
    info, table = view.info, scope.table
    tests = _tests(scope, filters, _last(limit, offset))
    terms = order_by(scope, info.order if order is None else order)
    names = view.light
    columns = [table.c.id, table.c.row_version, *[scope.kept(name) for name in names]]
    statement = sa.select(*columns).select_from(scope.source).where(*tests).order_by(*terms)
    store = view.env._unit._store
    ids = store.load(info, names, view.env._unit._run(_page(statement, limit, offset)).all())
    view.shown.update(ids)
    return ids


def _last(limit: int | None, offset: int) -> int | None:
    """How many rows a page has to find; None without a limit."""
    return None if limit is None else limit + offset


def _page(statement: sa.Select[Any], limit: int | None, offset: int) -> sa.Select[Any]:
    if offset < 0 or (limit is not None and limit < 0):
        raise Invalid(_("The number of records to skip, or to give, cannot be negative."))
    if limit is not None:
        statement = statement.limit(limit)
    return statement.offset(offset) if offset else statement


class Counted(int):
    """How many records there are, as far as they were counted. has_more: there are more."""

    has_more: bool

    def __new__(cls, found: int, most: int | None = None) -> Counted:
        """found: how many were met; one more than `most` says that there are more."""
        has_more = most is not None and found > most
        counted = super().__new__(cls, most if most is not None and has_more else found)
        counted.has_more = has_more
        return counted


def count(view: View, filters: Filters, most: int | None) -> Counted:
    """How many records meet all filters, or `most` where there are more."""
    scope = new_scope(view)
    if most is None:
        tests = _tests(scope, filters)
        statement: Any = sa.select(sa.func.count()).select_from(scope.source).where(*tests)
    else:
        statement = sa.select(_number(scope, filters, most, _some(scope, _tests(scope, filters, most + 1), most)))
    return Counted(int(view.env._unit._run(statement).scalar_one()), most)


def _some(scope: Scope, tests: Sequence[Any], most: int) -> sa.Select[Any]:
    """The ids of records that meet the conditions, no more than tell that there are more than `most`."""
    return sa.select(scope.table.c.id).select_from(scope.source).where(*tests).limit(most + 1)


def _number(scope: Scope, filters: Filters, most: int, met: Any) -> Any:
    """How many `met` gives, as an expression; it is not asked where it is plain already that there are more."""
    number = sa.select(sa.func.count()).select_from(_from(met)).scalar_subquery()
    tests = enough(scope, filters, most + 1)
    if tests is None:
        return number
    sure = sa.select(sa.func.count()).select_from(_from(_some(scope, tests, most))).scalar_subquery()
    return sa.case((sure > most, most + 1), else_=number)


def _from(met: Any) -> Any:
    return met.subquery() if isinstance(met, sa.Select) else met


def values(
    view: View, fields: Sequence[str], filters: Filters, order: Sequence[str] | None, limit: int | None, offset: int
) -> list[dict[str, Any]]:
    """Rows of plain values, keyed by the names of `fields`."""
    scope = new_scope(view)
    later = [name for name in fields if _needs_record(view, name)]
    direct = [name for name in fields if name not in later]
    keys = [*direct, *(name for name in ("id", "row_version") if later and name not in direct)]
    columns = [scope.column(tuple(name.split("."))).sql for name in keys]
    tests = _tests(scope, filters, _last(limit, offset))
    terms = order_by(scope, view.info.order if order is None else order)
    statement = _page(sa.select(*columns).select_from(scope.source).where(*tests).order_by(*terms), limit, offset)
    rows = view.env._unit._run(statement)
    found = [dict(zip(keys, row, strict=True)) for row in rows]
    if later and found:
        _add_computed(view, found, later)
        found = [{name: row[name] for name in fields} for row in found]
    return found


def _needs_record(view: View, name: str) -> bool:
    """Whether no column keeps the field, so that records have to be asked for it."""
    field = view.info.fields.get(name)
    return field is not None and (field.many or not (field.stored or field.via_stored))


def _add_computed(view: View, rows: list[dict[str, Any]], names: Sequence[str]) -> None:
    ids = [row["id"] for row in rows]
    records = Records[Any](view, ids)
    view.env._unit._store.load(view.info, (), [(row["id"], row["row_version"]) for row in rows])
    view.shown.update(ids)
    for row, record in zip(rows, records, strict=True):
        for name in names:
            value = getattr(record, name)
            row[name] = value.ids if view.info.fields[name].many else value


def grouped(
    view: View,
    by: Sequence[str],
    figures: Sequence[str],
    filters: Filters,
    order: Sequence[str],
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Counts and figures by the values of `by`; one row for all where it is empty."""
    scope = new_scope(view)
    grouping = groups(scope, by, figures, lambda: _tests(scope, filters), order)
    statement = grouping.statement.limit(limit).offset(offset) if limit is not None else grouping.statement
    return grouping.rows(scope.unit._run(statement))


SOME = 10
"""Depth of the tables of a sub-select that finds the records to be added up."""


def totals(
    view: View, by: Sequence[str], figures: Sequence[str], filters: Filters, most: int
) -> tuple[Counted, list[dict[str, Any]]]:
    """How many records meet all filters, and the groups of them; none where there are more than `most`."""
    scope = new_scope(view)
    some = Scope(scope.unit, scope.info, view, scope.info.alias("some"), SOME)
    tests = _tests(some, filters, most + 1)
    met = _some(some, tests, most).cte("met")
    counted = sa.select(_number(some, filters, most, met).label("number")).cte("counted")
    ids = sa.select(met.c.id).where(sa.select(counted.c.number).scalar_subquery() <= most)
    grouping = groups(scope, by, figures, lambda: [first_of_all(scope, ids)], ())
    found = grouping.statement.order_by(None).subquery("found")
    rows = scope.unit._run(sa.select(*found.c, counted.c.number).select_from(counted.outerjoin(found, sa.true()))).all()
    count = Counted(rows[0][-1], most)
    # Without any record, or with too many, no group is joined to their number.
    return count, grouping.rows(row for row in rows if not (count.has_more or not count))
