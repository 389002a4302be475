"""Shapes of a chart: what stands where, in units of a drawing of 960 by 400 that grows and shrinks with the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.web.screens.chart.scale import Scale, scale

if TYPE_CHECKING:
    from core.web.screens.chart.series import Series

WIDTH, HEIGHT = 960, 400
LEFT, RIGHT, TOP, BOTTOM = 96, 8, 14, 64
GAP, WIDEST = 0.28, 84
RADIUS = 170


@dataclass(frozen=True)
class Mark:
    """A bar, a point or a slice. kind: "rect", "point" or "path". place: of its series, which gives its colour and
    pattern. category, one: what it stands for."""

    kind: str
    place: int
    category: Any
    one: Any
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    path: str = ""


@dataclass
class Drawing:
    """All that is drawn. ticks: (y, value). labels: (x, category). lines: (place, path)."""

    marks: list[Mark] = field(default_factory=list)
    ticks: list[tuple[float, Decimal]] = field(default_factory=list)
    labels: list[tuple[float, Any]] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)
    zero: float = 0
    slanted: bool = False


def bars(series: Series, *, stacked: bool, whole: bool) -> Drawing:
    """A bar for each category and series; those of one category on one another, or side by side."""
    ends = [_ends(series, category) for category in series.categories]
    values = (
        [end for pair in ends for end in pair]
        if stacked
        else [series.value(category, one) for category in series.categories for one in series.series]
    )
    drawing, axis, step = _framed(series, values, whole=whole)
    for place, category in enumerate(series.categories):
        width = min(WIDEST, step * (1 - GAP))
        left = LEFT + step * place + (step - width) / 2
        if stacked:
            _stack(drawing, series, axis, category, left, width)
            continue
        each = width / len(series.series)
        for number, one in enumerate(series.series):
            value = series.value(category, one)
            if value:
                drawing.marks.append(_bar(axis, number, category, one, left + each * number, each, Decimal(0), value))
    return drawing


def lines(series: Series, *, whole: bool) -> Drawing:
    """A line for each series, with a point for each category."""
    values = [series.value(category, one) for category in series.categories for one in series.series]
    drawing, axis, step = _framed(series, values, whole=whole)
    for number, one in enumerate(series.series):
        points = [
            (round(LEFT + step * (place + 0.5), 2), axis.y(series.value(category, one)))
            for place, category in enumerate(series.categories)
        ]
        drawing.lines.append((number, "M" + " L".join(f"{x} {y}" for x, y in points)))
        drawing.marks += [
            Mark("point", number, category, one, x, y)
            for (x, y), category in zip(points, series.categories, strict=True)
        ]
    return drawing


def pie(series: Series) -> Drawing:
    """A slice for each category that has more than nothing; what is below nothing has no slice."""
    values = [(category, max(Decimal(0), series.total(category))) for category in series.categories]
    whole, drawing, turned = float(sum(value for _category, value in values)), Drawing(), 0.0
    x, y = WIDTH / 2, HEIGHT / 2
    for place, (category, value) in enumerate(values):
        if not value:
            continue
        share = float(value) / whole
        drawing.marks.append(Mark("path", place, category, series.series[0], path=_slice(x, y, turned, share)))
        turned += share
    return drawing


def _ends(series: Series, category: Any) -> tuple[Decimal, Decimal]:
    """How far a stack goes down and up."""
    values = [series.value(category, one) for one in series.series]
    down = sum((value for value in values if value < 0), Decimal(0))
    return down, sum((value for value in values if value > 0), Decimal(0))


def _framed(series: Series, values: Sequence[Decimal], *, whole: bool) -> tuple[Drawing, Scale, float]:
    axis = scale(values, top=TOP, height=HEIGHT - TOP - BOTTOM, whole=whole)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(series.categories))
    drawing = Drawing(zero=axis.y(Decimal(0)), slanted=step < 90)
    drawing.ticks = [(axis.y(value), value) for value in axis.ticks()]
    drawing.labels = [
        (round(LEFT + step * (place + 0.5), 2), category) for place, category in enumerate(series.categories)
    ]
    return drawing, axis, step


def _stack(drawing: Drawing, series: Series, axis: Scale, category: Any, left: float, width: float) -> None:
    up = down = Decimal(0)
    for number, one in enumerate(series.series):
        value = series.value(category, one)
        start = up if value > 0 else down
        if value:
            drawing.marks.append(_bar(axis, number, category, one, left, width, start, start + value))
        if value > 0:
            up += value
        else:
            down += value


def _bar(
    axis: Scale, place: int, category: Any, one: Any, left: float, width: float, start: Decimal, end: Decimal
) -> Mark:
    top, bottom = sorted((axis.y(start), axis.y(end)))
    return Mark("rect", place, category, one, round(left, 2), top, round(width, 2), round(max(0.5, bottom - top), 2))


def _slice(x: float, y: float, start: float, share: float) -> str:
    if share > 0.9999:
        return f"M{x} {y - RADIUS} A{RADIUS} {RADIUS} 0 1 1 {x - 0.01} {y - RADIUS} Z"
    (x1, y1), (x2, y2) = (
        (round(x + RADIUS * math.sin(2 * math.pi * turn), 2), round(y - RADIUS * math.cos(2 * math.pi * turn), 2))
        for turn in (start, start + share)
    )
    large = 1 if share > 0.5 else 0
    return f"M{x} {y} L{x1} {y1} A{RADIUS} {RADIUS} 0 {large} 1 {x2} {y2} Z"
