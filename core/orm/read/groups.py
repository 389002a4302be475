"""Groups: records counted and added up by the values of fields and by periods of dates, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, get_args

import sqlalchemy as sa

from core.errors import Invalid
from core.i18n import _
from core.orm.fields.aggregate import Aggregate
from core.orm.fields.base import Field
from core.orm.fields.kinds import EXACT, NUMBERS, TEXTS
from core.orm.query.dates import period
from core.orm.query.expressions import PeriodName
from core.orm.query.typed import of_column
from core.orm.read.order import order_by, sortable
from core.orm.read.scope import Scope
from core.orm.read.sums import LOW, Figure, exact_sum, in_order
from core.orm.types import ScaledDecimal

COUNT = "__count"
PERIODS = get_args(PeriodName)
SHARE = ":share"
FIGURES = ("sum", "avg", "min", "max", "count", "count_distinct", "share")
DIGITS = Decimal(1).scaleb(-6)
"""Averages and shares are rounded half up to it."""


@dataclass(frozen=True)
class _Key:
    """What is grouped by. place: of a period, whose expression stands in the statement once."""

    sql: Any
    nullable: bool
    place: Any = None

    @property
    def term(self) -> Any:
        """The key as GROUP BY and ORDER BY say it."""
        return self.sql if self.place is None else self.place


@dataclass(frozen=True)
class Grouping:
    """A statement that groups, and what its rows mean."""

    statement: sa.Select[Any]
    keys: dict[str, _Key]
    figures: dict[str, Figure]

    def rows(self, found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        """The groups that the rows of the statement are."""
        rows = [_row(row, self.keys, self.figures) for row in found]
        for name in self.figures:
            if name.endswith(SHARE):
                _share(rows, name)
        return rows


def groups(
    scope: Scope, by: Sequence[str], figures: Sequence[str], tests: Callable[[], Sequence[Any]], order: Sequence[str]
) -> Grouping:
    """One row for each combination of values of `by`; one for all where it is empty. See `Collection.groups`."""
    keys = {name: _key(scope, name, place) for place, name in enumerate(by, 1)}
    found = {name: _figure(scope, name) for name in figures}
    counted = sa.func.count()
    figure_sql = [expression for figure in found.values() for expression in figure.expressions]
    terms: list[Any] = []
    further: list[Any] = []
    for item in order:
        listed, grouped = _order(scope, item, keys, found, counted)
        terms += listed
        further += grouped
    if not order:
        terms = [key.term.nulls_last() if key.nullable else key.term for key in keys.values()]
    conditions = tests()  # before the statement, as all of these: they may join more tables
    columns = [key.sql.label(f"by_{place}") for place, key in enumerate(keys.values())]
    statement = sa.select(*columns, counted, *figure_sql).select_from(scope.source).where(*conditions)
    if by:
        statement = statement.group_by(*(key.term for key in keys.values()), *further).order_by(*terms)
    return Grouping(statement, keys, found)


def _row(row: Sequence[Any], keys: dict[str, _Key], figures: dict[str, Figure]) -> dict[str, Any]:
    values = dict(zip(keys, row, strict=False))
    place = len(keys)
    values[COUNT] = row[place]
    place += 1
    for name, figure in figures.items():
        values[name] = figure.value(row[place : place + len(figure.expressions)])
        place += len(figure.expressions)
    return values


def _share(rows: Sequence[dict[str, Any]], name: str) -> None:
    """Turn the sums of all groups into what each of them is of the whole."""
    whole = sum(row[name] for row in rows)
    for row in rows:
        part = row[name]
        if not whole:
            row[name] = None
        elif isinstance(part, float):
            row[name] = part / whole
        else:
            with localcontext(prec=60):  # sums are exact, however long
                row[name] = (Decimal(part) / Decimal(whole)).quantize(DIGITS, ROUND_HALF_UP)


def _key(scope: Scope, name: str, place: int) -> _Key:
    path, colon, span = name.partition(":")
    column = scope.column(tuple(path.split(".")))
    if not colon:
        return _Key(sortable(column, name).sql, column.nullable)
    field = column.field
    if field is None or field.kind not in ("date", "datetime"):
        raise Invalid(fields={name: [_("{label} is no date that has periods.", label=_label(field, path))]})
    if span not in PERIODS:
        listed = ", ".join(PERIODS)
        raise Invalid(fields={name: [_("'{period}' is no period; one of: {all}", period=span, all=listed)]})
    typed = of_column(column.sql, field, scope.dialect, nullable=column.nullable)
    return _Key(
        period(typed, span, scope.env.time_zone, scope.dialect).sql, column.nullable, sa.literal_column(str(place))
    )


def _figure(scope: Scope, name: str) -> Figure:
    if name == COUNT + SHARE:
        return Figure((sa.func.count(),), lambda row: row[0])
    path, _colon, function = name.partition(":")
    column = scope.column(tuple(path.split(".")))
    field, sql = column.field, column.sql
    function = function or "sum"
    if function not in FIGURES:
        listed = ", ".join(FIGURES)
        raise Invalid(fields={name: [_("'{figure}' is no figure; one of: {all}", figure=function, all=listed)]})
    if function in ("count", "count_distinct"):
        counted = sa.distinct(sql) if function == "count_distinct" else sql
        return Figure((sa.func.count(counted),), lambda row: row[0])
    if function in ("sum", "avg", "share") and (field is None or field.kind not in NUMBERS):
        text = _("{label} is no number that can be added up.", label=_label(field, path))
        raise Invalid(fields={name: [text]})
    if function in ("min", "max"):
        return _extreme(function, field, sql, name, scope.dialect)
    assert field is not None
    total = _total(field, sql, scope.dialect)
    if function in ("sum", "share"):
        return total
    return Figure((sa.func.count(sql), *total.expressions), lambda row: _average(total.value(row[1:]), row[0]))


def _total(field: Field[Any], sql: Any, dialect: str) -> Figure:
    if field.kind not in EXACT:
        return Figure((sa.func.sum(sql),), lambda row: row[0] or 0.0)
    digits = field.digits
    if isinstance(field, Aggregate):  # as many as what it adds up
        digits = sql.type.scale if isinstance(sql.type, ScaledDecimal) else 0
    return exact_sum(sql, digits, dialect)


def _average(total: Any, count: int) -> Any:
    if not count:
        return None
    return total / count if isinstance(total, float) else (total / count).quantize(DIGITS, ROUND_HALF_UP)


def _extreme(function: str, field: Field[Any] | None, sql: Any, name: str, dialect: str) -> Figure:
    if field is not None and field.kind in ("boolean", "json"):
        raise Invalid(fields={name: [_("There is no least and no greatest of {label}.", label=field.label)]})
    subject = sql.collate("C") if field is not None and field.kind in TEXTS and dialect == "postgresql" else sql
    return Figure((getattr(sa.func, function)(subject, type_=sql.type),), lambda row: row[0])


def _order(
    scope: Scope, item: str, keys: dict[str, _Key], figures: dict[str, Figure], counted: Any
) -> tuple[list[Any], list[Any]]:
    """(terms of ORDER BY, what they ask of GROUP BY beside the keys)."""
    name, descending = item.removeprefix("-"), item.startswith("-")
    if name == COUNT:
        listed = [counted]
    elif name in figures and name not in keys:
        listed = _sorting(name, figures[name].expressions)
    elif name in keys and keys[name].place is not None:
        listed = [keys[name].place]
    else:
        terms = order_by(scope, [item])[:-1]
        return terms, [_bare(term) for term in terms]
    return [(term.desc() if descending else term.asc()).nulls_last() for term in listed], []


def _sorting(name: str, expressions: tuple[Any, ...]) -> list[Any]:
    """What rows are put in order by a figure with."""
    if name.endswith(":avg"):
        count, *total = expressions
        # Of two averages that differ beyond the digits of a float, either may come first.
        summed = sa.cast(total[0], sa.Float()) * (1 if len(total) == 1 else LOW)
        return [(summed if len(total) == 1 else summed + total[1]) / sa.func.nullif(count, 0)]
    return list(in_order(*expressions)) if len(expressions) == 2 else list(expressions)


def _bare(term: Any) -> Any:
    """The expression of an ORDER BY term."""
    while isinstance(term, sa.UnaryExpression):
        term = term.element
    return term


def _label(field: Field[Any] | None, name: str) -> str:
    return field.label if field is not None else name
