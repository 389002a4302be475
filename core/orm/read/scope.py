"""Scope: the tables of one select, each of which comes with its reader's rule.

Every table that the read door puts into a statement comes out of a scope, so none can be there without
the rule of the reader: at the root in WHERE, at a many-to-one's join in ON, inside `any` in the
sub-select. Rules themselves are compiled in a bare scope, since rules do not filter one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import AccessDenied, Invalid, hinted, nearest
from core.i18n import _
from core.orm.fields.aggregate import Aggregate
from core.orm.fields.base import Field
from core.orm.filter import ALL
from core.orm.read.figures import figure_column
from core.orm.read.ruled import ruled
from core.orm.read.shares import SMALL, size_of
from core.orm.read.variants import beside
from core.orm.variants import SIGN, Variant, base_name, stored_name

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.registry import ModelInfo
    from core.orm.unit import UnitOfWork
    from core.orm.view import View


@dataclass(frozen=True)
class Column:
    """An expression of a select. nullable: whether it can be NULL, also because a join found no row."""

    sql: Any
    field: Field[Any] | None
    nullable: bool


class Scope:
    """One table, or alias, and those that many-to-ones join to it.

    view: the reader whose rules apply; None in a bare scope. env: whose time zone and clock count.
    source: the table with all that is joined to it; joins: each of these, with its condition.
    row_by_row: while it holds, conditions are written so that they are asked of each row, by the keys of what
    they look at, and never found for all rows beforehand. is_sorted: an index may give the rows in their order.
    """

    def __init__(
        self,
        unit: UnitOfWork,
        info: ModelInfo,
        view: View | None,
        table: Any = None,
        depth: int = 0,
        env: Env | None = None,
    ) -> None:
        self.unit, self.info, self.view, self.depth = unit, info, view, depth
        self.env = env if env is not None else unit.system_env() if view is None else view.env
        self.table = info.table if table is None else table
        self.source: Any = self.table
        self.joins: list[tuple[Any, Any]] = []
        self.row_by_row = False
        self.is_sorted = True
        self._joined: dict[tuple[str, ...], tuple[Any, ModelInfo, View | None]] = {}
        self._beside: dict[tuple[str, str, str], tuple[Any, Any]] = {}

    @property
    def dialect(self) -> str:
        return self.unit._dialect

    @property
    def bare(self) -> bool:
        """Whether many-to-ones become sub-selects instead of joins: in rules, which stand in ON as well."""
        return self.view is None

    def is_small(self, model: str) -> bool:
        """Whether a model is known to have few records."""
        shares = self.unit._shares
        size = None if shares is None else shares.get(size_of(model))
        return size is not None and size <= SMALL

    def rule(self) -> list[Any]:
        """The condition of the rows that the reader may see, to be put in WHERE."""
        return [] if self.view is None else rule_of(self.view, self.table, self.depth)

    def below(self, target: ModelInfo) -> Scope:
        """A scope of its own for a sub-select on another model, for the same reader."""
        view = None if self.view is None else self.view.env._view(target.name)
        depth = self.depth + 1
        return Scope(self.unit, target, view, target.alias(f"inner_{depth}"), depth, self.env)

    def column(self, names: tuple[str, ...]) -> Column:
        """The expression at the end of a path; joins the many-to-ones on the way."""
        names = self.unit.models.through(self.info.name, names)
        table, info, view = self._walk(names[:-1])
        name, outer = names[-1], len(names) > 1
        if name == "display_name":
            name = info.title or "id"
            if name in info.fields and info.fields[name].via:
                return self.column((*names[:-1], name))
        if name in ("id", "row_version"):
            return Column(table.c[name], None, outer)
        field = _field(info, name)
        if view is not None and not view.may_see(name):
            raise AccessDenied(_("You may not see {label} of {model}.", label=field.label, model=info.label))
        if isinstance(field, Aggregate):
            figure = figure_column(self.unit, info, field, table)
            # Where there is no record, there is no figure: zero would be an answer about a hidden one.
            return Column(sa.case((table.c.id.is_not(None), figure)) if outer else figure, field, outer)
        if field.many or not field.stored:
            text = _("{label} of {model} is not kept in the database: it cannot be filtered, sorted or added up.",
                     label=field.label, model=info.label)  # fmt: skip
            raise Invalid(fields={".".join(names): [text]})
        if field.varies:
            return self._varied(table, info, field, name, outer=outer)
        return Column(table.c[name], field, outer or bool(table.c[name].nullable))

    def kept(self, name: str) -> Any:
        """The column of the scope's own records that keeps what has that name in the store."""
        base = base_name(name)
        return self.table.c[name] if base == name else self._aside(self.table, self.info, name, base)

    def relation(self, name: str) -> Any:
        """The ids that a many-to-one of the scope's own records holds, for the reader."""
        return self._pointer(self.table, self.info, _field(self.info, name))

    def _varied(self, table: Any, info: ModelInfo, field: Field[Any], name: str, *, outer: bool) -> Column:
        """What the reader sees of a value that differs, or exactly one variant where the name says which."""
        kept, base = stored_name(info, name, self.env._keys, self.unit.language), table.c[base_name(name)]
        if SIGN not in kept:
            return Column(base, info.fields[kept], outer or bool(base.nullable))
        own = self._aside(table, info, kept, base_name(name))
        if isinstance(field, Variant):
            return Column(own, field, True)
        return Column(sa.func.coalesce(own, base), field, outer or bool(base.nullable))

    def _aside(self, table: Any, info: ModelInfo, kept: str, column: str) -> Any:
        """A column of a side table, of the row for the key that the name of a variant ends in.

        In a rule it is a sub-select, as a relation is: a rule stands in ON as well, where nothing can be joined.
        """
        base, _sign, key = kept.partition(SIGN)
        place = (table.name, info.fields[base].varies, key)
        known = self._beside.get(place)
        if known is None:
            known = self._beside[place] = beside(info, table, *place[1:])
            if not self.bare:
                self.joins.append(known)
                self.source = self.source.outerjoin(*known)
        side, on = known
        return sa.select(side.c[column]).where(on).correlate(table).scalar_subquery() if self.bare else side.c[column]

    def shadow(self, names: tuple[str, ...]) -> Any:
        """The folded copy of a text at the end of a path, or None where it has none."""
        names = self.unit.models.through(self.info.name, names)
        table, info, _view = self._walk(names[:-1])
        name = info.title if names[-1] == "display_name" else names[-1]
        field = info.fields.get(name)
        if field is not None and field.via:
            return self.shadow((*names[:-1], name))
        if field is None or not field.search:
            return None
        kept = stored_name(info, name, self.env._keys, self.unit.language) if field.varies else name
        base = table.c[field.shadow]
        if SIGN not in kept:
            return base
        own = self._aside(table, info, kept, field.shadow)
        return own if SIGN in name else sa.func.coalesce(own, base)

    def target(self, names: tuple[str, ...]) -> tuple[Any, ModelInfo]:
        """The table and the model that a path of many-to-ones leads to."""
        table, info, _view = self._walk(self.unit.models.through(self.info.name, names))
        return table, info

    def list_of(self, names: tuple[str, ...]) -> tuple[Any, ModelInfo, Field[Any]]:
        """The table and the model that have the list of records at the end of a path, and its field."""
        names = self.unit.models.through(self.info.name, names)
        table, info, view = self._walk(names[:-1])
        field = _field(info, names[-1])
        if not field.many:
            raise Invalid(fields={".".join(names): [_("{label} is no list of records.", label=field.label)]})
        if view is not None and not view.may_see(field.name):
            raise AccessDenied(_("You may not see {label} of {model}.", label=field.label, model=info.label))
        return table, info, field

    def _walk(self, names: tuple[str, ...]) -> tuple[Any, ModelInfo, View | None]:
        if not names:
            return self.table, self.info, self.view
        found = self._joined.get(names)
        if found is None:
            found = self._joined[names] = self._join(names)
        return found

    def _join(self, names: tuple[str, ...]) -> tuple[Any, ModelInfo, View | None]:
        table, info, view = self._walk(names[:-1])
        field = _field(info, names[-1])
        if field.kind != "many2one":
            raise Invalid(fields={".".join(names): [_("{label} leads to no other record.", label=field.label)]})
        if view is not None and not view.may_see(names[-1]):
            raise AccessDenied(_("You may not see {label} of {model}.", label=field.label, model=info.label))
        target = self.unit.models[field.target]
        target_view = None if view is None else view.env._view(field.target)
        alias = target.alias(f"{self.depth}_{len(self._joined) + 1}")
        on = [
            alias.c.id == self._pointer(table, info, field),
            *([] if target_view is None else rule_of(target_view, alias, self.depth)),
        ]
        self.joins.append((alias, sa.and_(*on)))
        self.source = self.source.outerjoin(*self.joins[-1])
        return alias, target, target_view

    def _pointer(self, table: Any, info: ModelInfo, field: Field[Any]) -> Any:
        if not field.varies:
            return table.c[field.name]
        return self._varied(table, info, field, field.name, outer=False).sql


def rule_of(view: View, table: Any, depth: int = 0) -> list[Any]:
    """The reader's rule on a table, as conditions; empty where nothing limits the reader.

    depth: how many selects the table is inside of.
    """
    if view.env.elevated:
        return []
    allowed = view.env._allowed("read", view.info.name)
    if allowed is None:
        return [sa.false()]
    if allowed is ALL:
        return []
    unit = view.env._unit
    return [ruled(allowed, Scope(unit, view.info, None, table, depth, view.env))]


def _field(info: ModelInfo, name: str) -> Field[Any]:
    field = info.fields.get(name)
    if field is None:
        text = hinted(
            _("There is no field '{name}' on {model}", name=name, model=info.name), nearest(name, info.fields)
        )
        raise Invalid(fields={name: [text]})
    return field
