"""What a query asks of single rows, of groups and of windows, each where it can be asked.

    where      single rows
    group_by   single rows
    columns    single rows; where there are groups or figures: what is grouped by, and figures
    having     what is grouped by, and figures
    order_by   as columns
    .over()    what may stand in a column

PostgreSQL refuses the rest in words of its own; SQLite answers with the values of any row that it happens to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from core.errors import DeclarationError
from core.orm.filter import Condition, Filter, Group, Opposite, Pointed, Some
from core.orm.path import Path
from core.orm.query.expressions import Among, Descending, Exists, Figure, Scalar, Window
from core.orm.query.sources import Alias, AliasPath, Asked, Column, key_of
from core.orm.query.term import Comparison, Term
from core.orm.query.term import term as term_of
from core.orm.where import caller

if TYPE_CHECKING:
    from core.orm.query.build import Select

Part = Term[Any] | Filter


def check_levels(query: Select) -> None:
    """Raises DeclarationError for what stands where it cannot be asked."""
    for condition in query.filters:
        _refuse(condition, Figure | Window, "where() looks at single rows", _ABOUT_WHERE)
    keys = [query.terms[item] if isinstance(item, str) else item for item in query.groups]
    for key in keys:
        _refuse(key, Figure | Window, "group_by() looks at single rows", "group by what the figure is made from")
    for condition in query.having_:
        _refuse(condition, Window, "having() looks at groups", _ABOUT_WINDOWS)
    orders = [_ordered(query, item) for item in query.orders]
    asked: list[Part] = [*query.terms.values(), *query.having_, *orders]
    for part in asked:
        for figure in _all(part, Figure):
            for inner in _parts(figure):
                _refuse(inner, Figure | Window, f"{figure.function}() is of single rows", _ABOUT_FIGURES)
        for window in _all(part, Window):
            for inner in _parts(window):
                _refuse(inner, Window, "a window is over rows that are there before it", _ABOUT_WINDOWS)
    if keys or query.having_ or any(_has(part, Figure) for part in asked):
        for part in asked:
            _check_grouped(part, keys)
    if query.is_distinct:
        for order in orders:
            if not any(same(order, term) for term in query.terms.values()):
                raise _wrong("distinct() rows are ordered by their columns", "select what they are ordered by")


_ABOUT_WHERE = (
    "a figure of a group is asked of in having(); one of a window in a query around this one: "
    "ranked = query.as_table('ranked'), then select(ranked, …).where(ranked.place == 1)"
)
_ABOUT_WINDOWS = "ask in a query around this one, which as_table() makes"
_ABOUT_FIGURES = "work the inner figure out in a query of its own, which as_table() makes"


def same(term: Any, other: Any) -> bool:
    """Whether two terms are the same in every row."""
    if term is other:
        return True
    if isinstance(term, Path) and isinstance(other, Path):
        return key_of(term) == key_of(other) and term.names == other.names
    if isinstance(term, Column) and isinstance(other, Column):
        return term.table is other.table and term.label == other.label
    return False


def _check_grouped(part: Part, keys: list[Term[Any]]) -> None:
    """Raises DeclarationError where a part that stands beside groups looks at a single row of them."""
    if isinstance(part, Figure | Scalar | Exists) or (isinstance(part, Term) and _is_key(part, keys)):
        return
    if isinstance(part, Path | Column):
        name = ".".join(part.names) if isinstance(part, Path) else part.label
        raise _ungrouped(name, getattr(part, "where", ""))
    if isinstance(part, Asked | Condition | Some | Pointed):
        source, condition = (part.source, part.condition) if isinstance(part, Asked) else (None, part)
        if not _is_key(_path(condition, source), keys) or isinstance(condition, Some):
            raise _ungrouped(".".join(condition.names), condition.where)
        return
    for inner in _parts(part):
        _check_grouped(inner, keys)


def _is_key(term: Term[Any], keys: list[Term[Any]]) -> bool:
    if any(same(term, key) for key in keys):
        return True
    # Whoever groups by the record itself has all its fields.
    return isinstance(term, Path) and any(
        isinstance(key, Path) and key.names == ("id",) and len(term.names) == 1 and key_of(key) == key_of(term)
        for key in keys
    )


def _path(condition: Condition | Some | Pointed, source: Alias | None) -> Path[Any]:
    path: Path[Any] = Path(condition.model, condition.names, None, condition.where)
    return path if source is None else AliasPath(source, path)


def _ungrouped(name: str, where: str) -> DeclarationError:
    return DeclarationError(
        f"'{name}' has many values in a group",
        where=where or caller(),
        hint=f"group by it too, by its label where it has one, or ask for one of them: query.min(…{name})",
    )


def _ordered(query: Select, item: Any) -> Term[Any]:
    if isinstance(item, str):
        return query.terms[item.removeprefix("-")]
    return term_of(item.term) if isinstance(item, Descending) else item


def _refuse(part: Part, kinds: Any, told: str, hint: str) -> None:
    if _has(part, kinds):
        raise _wrong(told, hint)


def _wrong(told: str, hint: str) -> DeclarationError:
    return DeclarationError(told, where=caller(), hint=hint)


def _has(part: Part, kinds: Any) -> bool:
    return next(_all(part, kinds), None) is not None


def _all(part: Part, kinds: Any) -> Iterator[Any]:
    """What is of these kinds in a part, itself too; what queries inside it ask is theirs."""
    if isinstance(part, kinds):
        yield part
    for inner in _parts(part):
        yield from _all(inner, kinds)


def _parts(part: Part) -> Iterator[Part]:
    """What a term or a condition is made from; a window, of what its figure is, which is none of a group."""
    if isinstance(part, Window):
        yield from _parts(part.figure)
        for item in (*part.partition, *part.order):
            yield term_of(item.term if isinstance(item, Descending) else item)
    elif isinstance(part, Group):
        yield from part.parts
    elif isinstance(part, Opposite):
        yield part.part
    elif isinstance(part, Condition):
        yield from _listed(part.value)
    elif isinstance(part, Among):
        yield part.term
    elif isinstance(part, Comparison) or (isinstance(part, Term) and is_dataclass(part)):
        for place in fields(part):
            yield from _listed(getattr(part, place.name))


def _listed(value: Any) -> Iterator[Part]:
    if isinstance(value, tuple):
        for item in value:
            yield from _listed(item)
    elif isinstance(value, Term | Filter):
        yield value
