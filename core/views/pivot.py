"""Pivots: records counted and added up by rows and columns that people choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from core.i18n import _
from core.views.figures import (
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


@dataclass(frozen=True)
class PivotView:
    """A pivot of a model. rows, across, measures: what it begins with; offered, figures: what people choose from."""

    model: ModelInfo
    key: str
    rows: tuple[ByAt, ...]
    across: tuple[ByAt, ...]
    measures: tuple[MeasureAt, ...]
    offered: tuple[ByAt, ...]
    figures: tuple[MeasureAt, ...]


class Pivot(View):
    """Figures of a model by rows and columns.

    rows, across, measures: what it begins with, fields or `By` and `Measure`; people choose any other fields that they
    may read. measures: none are the number of records alone. name: what addresses call it, for a further pivot of a
    model; caption and icon: how it is then told from the first.
    """

    kind = "pivot"
    parts: ClassVar[Mapping[str, tuple[type[Node], ...]]] = {"rows": (By,), "across": (By,), "measures": (Measure,)}
    place = 40
    caption = _("Pivot")
    icon = "table"

    def __init__(
        self,
        model: type[Model] | str,
        *,
        rows: Sequence[FieldRef] = (),
        across: Sequence[FieldRef] = (),
        measures: Sequence[FieldRef] = (),
        name: str = "",
        key: str = "",
        caption: str = "",
        icon: str = "",
    ) -> None:
        super().__init__(model, key, name=name, caption=caption, icon=icon)
        self.rows: tuple[By, ...] = tuple(as_by(one) for one in rows)
        self.across: tuple[By, ...] = tuple(as_by(one) for one in across)
        self.measures: tuple[Measure, ...] = tuple(as_measure(one) for one in measures)

    def bind(self, finder: Finder) -> PivotView:
        info = finder.model(self.model, self.where)
        rows = tuple(bind_by(finder, info, one) for one in self.rows)
        across = tuple(bind_by(finder, info, one) for one in self.across)
        measures = tuple(bind_measure(finder, info, one) for one in self.measures)
        return PivotView(
            info,
            self.key,
            rows,
            across,
            measures,
            merged_by((*rows, *across), groupable(finder, info)),
            merged_measures(measures, measurable(finder, info)),
        )

    def check(self, finder: Finder, info: ModelInfo, node: Node) -> None:
        check_figure(finder, info, node)

    @classmethod
    def default(cls, info: ModelInfo) -> Self | None:
        """By the first thing that its records point at, where they have amounts."""
        amount, by = first_amount(info), first_group(info)
        return cls(info.name, rows=[by], measures=[amount]) if amount and by else None
