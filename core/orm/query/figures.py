"""Figures over several rows as SQL: of groups and of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DeclarationError, Invalid
from core.i18n import _
from core.orm.query.expressions import Descending, Figure, Window
from core.orm.query.ratio import ratio
from core.orm.query.term import term as term_of
from core.orm.query.typed import Typed, like, type_of
from core.orm.read.sums import LOW

if TYPE_CHECKING:
    from core.orm.query.space import Space

RANKS = ("row_number", "rank", "dense_rank")
NEIGHBOURS = ("lag", "lead", "first_value", "last_value")


class _Frame:
    """What a figure is worked out over: a group, or the rows of a window."""

    def __init__(self, space: Space, where: Any, window: Window[Any] | None) -> None:
        self._where = where
        self._window: dict[str, Any] | None = None
        if window is not None:
            partition = [space.sql(term_of(item)).sql for item in window.partition]
            order = [ordered(space, item) for item in window.order]
            self._window = {"partition_by": partition or None, "order_by": order or None, "rows": window.rows}

    def of(self, function: Any) -> Any:
        """The function, of those rows."""
        found = function if self._where is None else function.filter(self._where)
        return found if self._window is None else found.over(**self._window)


def figure(term: Figure[Any], space: Space) -> Typed:
    """The figure of a group."""
    if term.function in (*RANKS, *NEIGHBOURS):
        raise DeclarationError(f"{term.function}() is a figure of a window: say over what with .over()")
    return _figure(term, space, None)


def window(term: Window[Any], space: Space) -> Typed:
    """The figure of the rows around each row."""
    return _figure(term.figure, space, term)


def ordered(space: Space, item: Any) -> Any:
    """An ORDER BY term of SQL; what is absent comes last."""
    descending = isinstance(item, Descending)
    typed = space.sql(item.term if descending else term_of(item))
    return placed(typed.sql, descending, typed.nullable)


def placed(sql: Any, descending: bool, nullable: bool) -> Any:
    """An expression as an ORDER BY term."""
    term = sql.desc() if descending else sql.asc()
    return term.nulls_last() if nullable else term


def _figure(term: Figure[Any], space: Space, around: Window[Any] | None) -> Typed:
    where = None if term.where is None else space.met(term.where)
    frame = _Frame(space, where, around)
    dialect = space.dialect
    if term.function in RANKS:
        return Typed(frame.of(getattr(sa.func, term.function)(type_=sa.BigInteger())), "whole", nullable=False)
    if term.of is None:
        return Typed(frame.of(sa.func.count()), "whole", nullable=False)
    of = space.sql(term.of)
    match term.function:
        case "count":
            counted = sa.distinct(of.sql) if term.distinct else of.sql
            return Typed(frame.of(sa.func.count(counted)), "whole", nullable=False)
        case "sum":
            return _sum(of, frame, dialect, halved=space.statement.halved and around is None)
        case "avg":
            total = _sum(of, frame, dialect, halved=False)
            counted = Typed(frame.of(sa.func.count(of.sql)), "whole")
            return ratio(total, counted, term.digits, dialect)
        case "lag" | "lead":
            found = getattr(sa.func, term.function)(of.sql, sa.literal_column(str(int(term.steps))))
            return like(Typed(None, of.kind, of.scale), frame.of(found), dialect)
        case "first_value" | "last_value":
            return like(Typed(None, of.kind, of.scale), frame.of(getattr(sa.func, term.function)(of.sql)), dialect)
        case "min" | "max":
            return _extreme(term.function, of, frame, dialect)
    raise DeclarationError(f"'{term.function}' is no figure")


def _extreme(function: str, of: Typed, frame: _Frame, dialect: str) -> Typed:
    if of.kind in ("boolean", "other"):
        raise Invalid(_("There is no least and no greatest of this: {kind}.", kind=of.kind))
    by_code_point = of.kind == "text" and dialect == "postgresql"
    subject = of.sql.collate("C") if by_code_point else of.sql
    return like(Typed(None, of.kind, of.scale), frame.of(getattr(sa.func, function)(subject)), dialect)


def _sum(of: Typed, frame: _Frame, dialect: str, *, halved: bool) -> Typed:
    """Exact, and zero where nothing is added up. On SQLite whole numbers of 64 bits, or two halves of such."""
    if not (of.is_exact or of.kind in ("float", "absent")):
        raise Invalid(_("This is no number that can be added up: {kind}.", kind=of.kind))
    kind = type_of(of.kind if of.kind != "whole" or dialect == "sqlite" else "decimal", dialect)

    def total(expression: Any) -> Any:
        summed = frame.of(sa.func.sum(expression, type_=kind))
        return sa.type_coerce(sa.func.coalesce(summed, sa.literal_column("0", kind)), kind)

    halves = None
    if halved and of.is_exact:
        whole = sa.type_coerce(of.sql, sa.BigInteger())
        low = sa.literal_column(str(LOW), sa.BigInteger())
        halves = (total(whole.op("/")(low)), total(whole.op("%")(low)))
    return Typed(total(of.sql), of.kind, of.scale, nullable=False, halves=halves)
