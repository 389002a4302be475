"""The page of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.i18n import _, translate
from core.views import ChartView, MeasureAt
from core.views.chart import SHAPES
from core.web.screens.chart.series import REST, SERIES, Series, series_of
from core.web.screens.chart.shapes import Drawing, Mark, bars, lines, pie
from core.web.screens.context import env, formats
from core.web.screens.grouped import Amount, Axis, Choosing, Offer, Tally, Wanted, axes_of, read_groups
from core.web.screens.grouped.tally import amount_text
from core.web.screens.pivot.show import records_address

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from core.web.screens.page import Page

BY = 2
SHORT, SHORTER = 16, 13
"""Letters of a label below the axis: straight, slanted."""
SIZES = ((Decimal(10) ** 9, _("{number} bn")), (Decimal(10) ** 6, _("{number} m")), (Decimal(10) ** 3, _("{number} k")))
"""From which size on the numbers beside an axis are written in billions, millions, thousands."""


@dataclass(frozen=True)
class Shape:
    """A mark with what it says and where it leads."""

    mark: Mark
    says: str
    href: str


@dataclass(frozen=True)
class Told:
    """A row of the table behind the chart: a category, and the texts of each series."""

    text: str
    cells: Sequence[tuple[str, str]]


def show(page: Page) -> Response:
    """The chart, what it could be instead, and the table behind it."""
    view, asked = page.found.view, page.asked
    assert isinstance(view, ChartView)
    choosing = Choosing(env(), asked, view.offered, view.figures)
    by, measure = choosing.by("by", view.by, BY), choosing.measures([view.measure])[0]
    shape = asked.value("shape", view.shape)
    shape = shape if shape in SHAPES else view.shape
    stacked = asked.value("stacked", "1" if view.stacked else "0") == "1"
    used = Wanted(by.by[:1]) if shape == "pie" else by
    groups = read_groups(env(), page.info.name, used.by, [measure], page.conditions, everything=asked.everything)
    axes = axes_of(env(), formats(), used.by, groups.rows, filled=shape != "pie")
    chart = _Chart(page, axes, measure, choosing, series_of(axes, measure, groups.rows, asked.value("currency"))) if (
        axes and groups.rows
    ) else None  # fmt: skip
    return page.show(
        "chart.html",
        lines=groups.count,
        groups=groups,
        chart=chart.drawn(shape, stacked=stacked) if chart is not None else None,
        title=_title(choosing.label(measure), axes),
        by_text=" / ".join(axis.label for axis in axes),
        measure=choosing.label(measure),
        by_offers=choosing.offers("by", by, BY),
        measure_offers=choosing.figure_offers([measure], single=True),
        shapes=[
            (key, Offer(translate(text, env().language), asked.keeping(shape=key).list_address(), key == shape))
            for key, text in SHAPES.items()
        ],
        stacks=len(used.by) > 1 and shape == "bar",
        stacked=stacked,
        stack_href=asked.keeping(stacked="0" if stacked else "1").list_address(),
    )


def _title(measure: str, axes: Sequence[Axis]) -> str:
    by = translate(_("{one} and {other}", one=axes[0].label, other=axes[1].label), env().language) if (
        len(axes) > 1
    ) else axes[0].label if axes else ""  # fmt: skip
    return translate(_("{figure} by {groups}", figure=measure, groups=by), env().language)


@dataclass(frozen=True)
class Drawn:
    """All that the template draws. legend: place and text of each series, or of each slice."""

    drawing: Drawing
    shapes: Sequence[Shape]
    legend: Sequence[tuple[int, str]]
    ticks: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str, str]]
    heads: Sequence[str]
    rows: Sequence[Told]
    currencies: Sequence[Offer]
    categories_label: str


class _Chart:
    """Makes the texts and addresses of a chart."""

    def __init__(
        self, page: Page, axes: Sequence[Axis], measure: MeasureAt, choosing: Choosing, series: Series
    ) -> None:
        self.page, self.axes, self.measure, self.choosing, self.series = page, axes, measure, choosing, series

    def drawn(self, shape: str, *, stacked: bool) -> Drawn:
        """The chart in a shape."""
        series, whole = self.series, self.measure.at is None or self.measure.at.kind == "integer"
        if shape == "pie":
            drawing = _tinted(pie(series))
        elif shape == "line":
            drawing = lines(series, whole=whole)
        else:
            drawing = bars(series, stacked=stacked, whole=whole)
        return Drawn(
            drawing,
            [Shape(mark, self._says(mark), self._href(mark.category, mark.one)) for mark in drawing.marks],
            self._legend(shape, drawing),
            [(y, self._tick(value, drawing)) for y, value in drawing.ticks],
            [(x, _short(self._category(value), SHORTER if drawing.slanted else SHORT), self._category(value))
             for x, value in drawing.labels],
            [self._one(one) for one in series.series] if len(self.axes) > 1 else [self.choosing.label(self.measure)],
            [self._told(category) for category in series.categories],
            self._currencies(),
            self.axes[0].label,
        )  # fmt: skip

    def _category(self, value: Any) -> str:
        return self._other() if value is REST else self.axes[0].text(value)

    def _one(self, value: Any) -> str:
        return self._other() if value is REST else self.axes[1].text(value)

    def _other(self) -> str:
        return translate(_("Others"), env().language)

    def _amount(self, value: Decimal) -> str:
        currency = self.series.currencies.get(self.series.currency)
        return amount_text(env(), formats(), self.measure, Amount(value, currency))

    def _tick(self, value: Decimal, drawing: Drawing) -> str:
        """A number beside the axis, all of them in thousands, millions or billions where they are large."""
        highest = max(abs(tick) for _y, tick in drawing.ticks)
        least, text = next(((size, words) for size, words in SIZES if highest >= size), (1, ""))
        if not text or self.measure.at is None or self.measure.at.kind == "duration":
            return self._amount(value)
        number = formats().number(value / least)
        short = translate(_(text, number=number), env().language) if value else number
        currency = self.series.currencies.get(self.series.currency)
        return f"{short}\u00a0{currency.symbol}" if currency is not None and currency.symbol else short

    def _says(self, mark: Mark) -> str:
        names = [self._category(mark.category), *([self._one(mark.one)] if len(self.axes) > 1 else [])]
        return f"{', '.join(names)}: {self._amount(self.series.value(mark.category, mark.one))}"

    def _href(self, category: Any, one: Any) -> str:
        """The records of a mark; of what is put together there is no address."""
        if category is REST or one is REST:
            return ""
        values: list[tuple[Axis, object]] = [(self.axes[0], category)]
        if len(self.axes) > 1:
            values.append((self.axes[1], one))
        return records_address(self.page, values)

    def _legend(self, shape: str, drawing: Drawing) -> list[tuple[int, str]]:
        if shape == "pie":
            return [(mark.place, self._says(mark)) for mark in drawing.marks]
        return [(place, self._one(one)) for place, one in enumerate(self.series.series)] if len(self.axes) > 1 else []

    def _told(self, category: Any) -> Told:
        cells = []
        for one in self.series.series:
            tally = self.series.tallies.get((category, one), Tally())
            amounts = tally.amounts(self.measure) if tally.count else []
            text = " · ".join(amount_text(env(), formats(), self.measure, amount) for amount in amounts)
            cells.append((text, self._href(category, one) if text else ""))
        return Told(self._category(category), cells)

    def _currencies(self) -> list[Offer]:
        """The currencies to choose from; none where there is one."""
        found = self.series.currencies
        return [
            Offer(
                currency.symbol if currency is not None else translate(_("None"), env().language),
                self.page.asked.keeping(currency=str(key)).list_address(),
                key == self.series.currency,
            )
            for key, currency in found.items()
        ] if len(found) > 1 else []  # fmt: skip


def _tinted(drawing: Drawing) -> Drawing:
    """Slices beyond the tints that there are take them again."""
    drawing.marks = [replace(mark, place=mark.place % SERIES) for mark in drawing.marks]
    return drawing


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
