"""What pivots and charts are made of: the fields that they group by, and the figures that they show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.i18n import _
from core.orm.fields.kinds import EXACT, LONG
from core.orm.read.groups import COUNT
from core.orm.words import check_word
from core.views.composed import DATES, groups_by, is_kept
from core.views.nodes import Field, FieldRef, Node

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo
    from core.views.composed import FieldAt
    from core.views.finding import Finder

PERIODS = {
    "day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year"),
}  # fmt: skip
FUNCTIONS = {"sum": _("Sum"), "avg": _("Average"), "min": _("Least"), "max": _("Most")}


class By(Field):
    """A field whose values make groups. period: of a date, "day", "week", "month" (where none is given), "quarter" or
    "year"."""

    def __init__(self, field: FieldRef, *, period: str = "", label: str = "") -> None:
        super().__init__(field, label=label)
        self.period = period
        if period:
            check_word(period, PERIODS, "period", self.where)


class Measure(Field):
    """A figure of each group. function: "sum", "avg", "min" or "max" of a number. The number of records is always
    there."""

    def __init__(self, field: FieldRef, *, function: str = "sum", label: str = "") -> None:
        super().__init__(field, label=label)
        self.function = function
        check_word(function, FUNCTIONS, "figure", self.where)


@dataclass(frozen=True)
class ByAt:
    """A field to group by. period: of dates only."""

    at: FieldAt
    label: str
    period: str = ""

    @property
    def name(self) -> str:
        """What `Collection.groups` and addresses call it: `closes_on:month`."""
        return f"{self.at.path}:{self.period}" if self.period else self.at.path


@dataclass(frozen=True)
class MeasureAt:
    """A figure; at: None of the number of records."""

    at: FieldAt | None
    label: str
    function: str = "sum"

    @property
    def name(self) -> str:
        """What `Collection.groups` and addresses call it: `probability:avg`."""
        if self.at is None:
            return COUNT
        return self.at.path if self.function == "sum" else f"{self.at.path}:{self.function}"


NUMBER = MeasureAt(None, _("How many"))
"""How many records there are."""


def as_by(given: FieldRef) -> By:
    """A group as it is, a field as the group of its values."""
    return given if isinstance(given, By) else By(given)


def as_measure(given: FieldRef) -> Measure:
    """A figure as it is, a field as its sum."""
    return given if isinstance(given, Measure) else Measure(given)


def bind_by(finder: Finder, info: ModelInfo, node: By) -> ByAt:
    """A group whose field has values that make some. Raises DeclarationError."""
    at = finder.field(info, node.ref)
    if not groups_by(at):
        raise finder.complain(
            f"'{node.ref}' makes no groups", node.where, f"{info.name} does not keep it, or one a row"
        )
    if node.period and at.kind not in DATES:
        raise finder.complain(f"'{node.ref}' has no periods: it is a {at.kind}", node.where)
    return ByAt(at, node.label or at.field().label, node.period or ("month" if at.kind in DATES else ""))


def bind_measure(finder: Finder, info: ModelInfo, node: Measure) -> MeasureAt:
    """A figure whose field adds up. Raises DeclarationError."""
    at = finder.field(info, node.ref)
    if at.kind not in EXACT or not is_kept(at) or not at.direct:
        raise finder.complain(f"'{node.ref}' is no number of {info.name} that adds up", node.where)
    return MeasureAt(at, node.label or at.field().label, node.function)


def groupable(finder: Finder, info: ModelInfo) -> list[ByAt]:
    """Every field of a model that makes groups which people read: what it points at, choices, dates."""
    found = []
    for field in info.fields.values():
        at = finder.at(((info, field),))
        if groups_by(at) and field.kind != "integer" and not _is_name(info, field.name):
            found.append(ByAt(at, field.label, "month" if field.kind in DATES else ""))
    return found


def measurable(finder: Finder, info: ModelInfo) -> list[MeasureAt]:
    """Every number of a model: its sum, and its average; of a percentage the average alone."""
    found = []
    for field in info.fields.values():
        at = finder.at(((info, field),))
        if field.kind not in EXACT or not is_kept(at) or field.name == "sequence":
            continue
        if field.unit != "%":
            found.append(MeasureAt(at, field.label))
        found.append(MeasureAt(at, field.label, "avg"))
    return found


def merged_by(first: Iterable[ByAt], more: Iterable[ByAt]) -> tuple[ByAt, ...]:
    """The groups that are offered, those that were declared first."""
    found = {one.at.path: one for one in first}
    return tuple({**found, **{one.at.path: one for one in more if one.at.path not in found}}.values())


def merged_measures(first: Iterable[MeasureAt], more: Iterable[MeasureAt]) -> tuple[MeasureAt, ...]:
    """The figures that are offered: the number, those that were declared, all others."""
    found = {one.name: one for one in (NUMBER, *first)}
    return tuple({**found, **{one.name: one for one in more if one.name not in found}}.values())


def _is_name(info: ModelInfo, name: str) -> bool:
    """Whether each record has its own value: texts, which are grouped by where that is asked for, and what is long."""
    return info.fields[name].kind in ("char", *LONG)


def check_figure(finder: Finder, info: ModelInfo, node: Node) -> None:
    """Look up a group or a figure that another addon puts into a pivot or a chart. Raises DeclarationError."""
    if isinstance(node, Measure):
        bind_measure(finder, info, node)
    elif isinstance(node, By):
        bind_by(finder, info, node)


def first_amount(info: ModelInfo) -> str:
    """The first amount of money that a model keeps; "" where it has none."""
    return next((field.name for field in info.fields.values() if field.kind == "monetary" and field.stored), "")


def first_group(info: ModelInfo) -> str:
    """The first field that makes groups; "" where there is none."""
    kinds = ("many2one", "selection")
    names = (one.name for one in info.fields.values() if one.kind in kinds and one.stored and one.roles is not None)
    return next((name for name in names if name != "currency"), "")
