"""The page of a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.i18n import _, translate
from core.views import BoardView
from core.web.screens.address import Asked
from core.web.screens.board.asking import Quick, quick_of
from core.web.screens.board.cards import CARDS, CARDS_MOST, Card, cards_of, limits
from core.web.screens.board.figures import Care, Figures, Part, Sums, care_of, figures_of
from core.web.screens.board.folds import folded
from core.web.screens.board.lanes import Lane, lanes_of
from core.web.screens.context import env, formats

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from core.web.screens.page import Page


@dataclass(frozen=True)
class Column:
    """A column as the page shows it. count: None where nothing was counted. more: address of more cards, or ""."""

    lane: Lane
    count: int | None
    amounts: Sequence[str] = ()
    bar: Sequence[Part] = ()
    bar_says: str = ""
    cards: Sequence[Card] = ()
    is_folded: bool = False
    more: str = ""
    add: str = ""


@dataclass(frozen=True)
class Trouble:
    """Why something was not done. status: of the answer."""

    text: str
    status: int


def show(page: Page, trouble: Trouble | None = None, quick: Quick | None = None) -> Response:
    """The board; with what was not done and why, or with the card that somebody is about to make."""
    view = board_of(page)
    lanes = lanes_of(env(), formats(), view)
    asked, conditions = page.asked, page.conditions
    figures = figures_of(env(), formats(), view, lanes, conditions, everything=asked.everything)
    lanes = [lane for lane in lanes if not lane.rare or figures.has_more or lane.key in figures.sums]
    shut = folded(env(), asked, lanes)
    care = care_of(env(), view, lanes, conditions, figures)
    shown = [lane for lane in lanes if lane.key not in shut and (figures.has_more or lane.key in figures.sums)]
    cards = cards_of(env(), formats(), view, shown, conditions, asked, care.of if care is not None else {})
    may_add = env()[page.info.name].can("create") and bool(view.quick)
    columns = [
        _column(asked, lane, figures, care, cards.get(lane.key, ()), lane.key in shut, may_add) for lane in lanes
    ]
    return page.show(
        "board.html",
        status=trouble.status if trouble is not None else quick.status if quick is not None else 200,
        lines=figures.count or figures.has_more,
        columns=columns,
        figures=figures,
        movable=env()[page.info.name].can("write") and may_move(view),
        sorts=view.sequence is not None,
        trouble=trouble.text if trouble is not None else "",
        quick=quick or quick_of(asked, view, lanes),
    )


def board_of(page: Page) -> BoardView:
    """The declared board of a page."""
    assert isinstance(page.found.view, BoardView)
    return page.found.view


def may_move(view: BoardView) -> bool:
    """Whether the reader may change what makes the columns; states change by their moves."""
    name = view.group.path
    lifecycle = view.model.lifecycle
    if lifecycle is not None and lifecycle.field == name:
        return True
    return env()[view.model.name].writable(name)


def _column(
    asked: Asked,
    lane: Lane,
    figures: Figures,
    care: Care | None,
    cards: Sequence[Card],
    is_folded: bool,
    may_add: bool,
) -> Column:
    sums = figures.sums.get(lane.key, Sums())
    bar = care.parts.get(lane.key, ()) if care is not None else ()
    limit = limits(asked).get(lane.key, CARDS)
    has_more = len(cards) == limit < CARDS_MOST and (figures.has_more or sums.count > limit)
    return Column(
        lane,
        None if figures.has_more else sums.count,
        sums.texts,
        bar,
        " · ".join(_said(part) for part in bar),
        cards,
        is_folded,
        _more(asked, lane, limit) if has_more else "",
        asked.keeping(more=asked.values("more"), add=lane.key).list_address() if may_add and lane.takes else "",
    )


def _more(asked: Asked, lane: Lane, limit: int) -> str:
    wanted = {**limits(asked), lane.key: limit + CARDS}
    return asked.keeping(more=[f"{key}:{number}" for key, number in wanted.items()]).list_address()


def _said(part: Part) -> str:
    texts = {
        "planned": _("{count} planned", count=part.count),
        "today": _("{count} for today", count=part.count),
        "late": _("{count} late", count=part.count),
        "none": _("{count} with nothing to do", count=part.count),
    }
    return translate(texts[part.state], env().language)
