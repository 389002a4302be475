"""Charts: one figure of the groups of one or two fields, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from core.i18n import _
from core.orm.words import check_word
from core.views.figures import (
    NUMBER,
    By,
    ByAt,
    Measure,
    MeasureAt,
    as_by,
    as_measure,
    bind_by,
    bind_measure,
    check_figure,
    first_amount,
    first_group,
    groupable,
    measurable,
    merged_by,
    merged_measures,
)
from core.views.kinds import View
from core.views.nodes import FieldRef, Node

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.registry import ModelInfo
    from core.views.finding import Finder

SHAPES = {"bar": _("Bars"), "line": _("Lines"), "pie": _("Pie")}


@dataclass(frozen=True)
class ChartView:
    """A chart of a model, as it begins, and what people choose from."""

    model: ModelInfo
    key: str
    by: tuple[ByAt, ...]
    measure: MeasureAt
    shape: str
    stacked: bool
    offered: tuple[ByAt, ...]
    figures: tuple[MeasureAt, ...]


class Chart(View):
    """One figure of a model by one or two fields.

    by: the marks, and where there is a second, what divides each of them. measure: the number of records where none is
    given. shape: "bar", "line" or "pie", which has one field. stacked: bars of one mark stand on one another, not
    side by side. People change all of it. name, caption, icon: as of a `Pivot`.
    """

    kind = "chart"
    parts: ClassVar[Mapping[str, tuple[type[Node], ...]]] = {"by": (By,), "measures": (Measure,)}
    place = 50
    caption = _("Chart")
    icon = "chart-bar"

    def __init__(
        self,
        model: type[Model] | str,
        *,
        by: Sequence[FieldRef],
        measure: FieldRef | None = None,
        shape: str = "bar",
        stacked: bool = True,
        name: str = "",
        key: str = "",
        caption: str = "",
        icon: str = "",
    ) -> None:
        super().__init__(model, key, name=name, caption=caption, icon=icon)
        self.by: tuple[By, ...] = tuple(as_by(one) for one in by)
        self.measures: tuple[Measure, ...] = () if measure is None else (as_measure(measure),)
        self.shape, self.stacked = shape, stacked
        check_word(shape, SHAPES, "shape", self.where)

    def bind(self, finder: Finder) -> ChartView:
        info = finder.model(self.model, self.where)
        by = tuple(bind_by(finder, info, one) for one in self.by)
        if not 1 <= len(by) <= 2:
            raise finder.complain(f"{self.key} is by {len(by)} fields", self.where, "a chart is by one field or two")
        measures = tuple(bind_measure(finder, info, one) for one in self.measures)
        return ChartView(
            info,
            self.key,
            by,
            measures[0] if measures else NUMBER,
            self.shape,
            self.stacked,
            merged_by(by, groupable(finder, info)),
            merged_measures(measures, measurable(finder, info)),
        )

    def check(self, finder: Finder, info: ModelInfo, node: Node) -> None:
        check_figure(finder, info, node)

    @classmethod
    def default(cls, info: ModelInfo) -> Self | None:
        """By the first thing that its records point at, where they have amounts."""
        amount, by = first_amount(info), first_group(info)
        return cls(info.name, by=[by], measure=amount) if amount and by else None
