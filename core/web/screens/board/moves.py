"""A card is put into another column, or elsewhere in its own.

The ordinary writing door decides: what is refused leaves the card where it was, and the page says why. States change
by the moves that are declared for them; one that others have to agree to is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Conflict, Invalid, Missing, NeedsApproval, Refused, UserError
from core.i18n import _, listed
from core.orm.filter import Condition
from core.orm.states.approval import ask
from core.web.screens.board.lanes import Lane, day_in, lanes_of
from core.web.screens.board.show import Trouble, board_of, may_move, show
from core.web.screens.context import env, formats
from core.web.screens.list import page_of
from core.web.screens.typed import id_of
from core.web.templating import say

if TYPE_CHECKING:
    from core.orm.model import Model
    from core.orm.states.lifecycle import MoveAt
    from core.views import BoardView
    from core.web.screens.page import Page

blueprint = Blueprint("board_moves", __name__)
STEP = 10
"""Between the places of cards that are counted anew."""


@blueprint.post("/records/<model>/board/move")
def move(model: str) -> AnyResponse:
    """Put a card where it was dropped, and show the board; or show why it stays."""
    page = _board_page(model)
    view, lane = board_of(page), _lane(page, request.form.get("to", ""))
    question: MoveAt | None = None
    identity = id_of(request.form.get("id", "")) or 0
    try:
        with env().savepoint():
            record: Model = env()[model].get(identity)
            version = id_of(request.form.get("version", ""))
            if version is not None:
                record.expect_version(version)
            question = _question(view, record, lane)
            if question is None:
                _put(view, record, lane)
            if question is None and view.sequence is not None and "before" in request.form:
                env().flush()
                _place(page, view, lane, record, id_of(request.form["before"]))
            env().flush()
    except UserError as error:
        return show(page, _trouble(view, error))
    if question is not None:
        return _ask(page, question)
    return redirect(page.asked.list_address(), 303)


@blueprint.get("/records/<model>/<int:identity>/board/move")
def choose(model: str, identity: int) -> Response:
    """Where a card can be put, for who uses no mouse and no scripts."""
    page = _board_page(model)
    view = board_of(page)
    name = view.group.path
    rows = env()[model].values(
        ["id", "row_version", "display_name", name], Condition(model, ("id",), "=", identity), order=()
    )
    if not rows:
        raise Missing(_("There is no such record here, or none that you may see."))
    lanes = [lane for lane in lanes_of(env(), formats(), view) if lane.takes]
    html = render_template("board_move.html", asked=page.asked, card=rows[0], lanes=lanes, present=rows[0][name])
    return make_response(html)


def _board_page(model: str) -> Page:
    page = page_of(model)
    if page.found.kind != "board" or not may_move(board_of(page)):
        raise Missing(_("There is no board here on which you may move cards."))
    return page


def _lane(page: Page, key: str) -> Lane:
    for lane in lanes_of(env(), formats(), board_of(page)):
        if lane.key == key and lane.takes:
            return lane
    raise Missing(_("There is no such column on this board."))


def _question(view: BoardView, record: Any, lane: Lane) -> MoveAt | None:
    """The move that asks before it is made; None where there is none, or it has been answered."""
    lifecycle, name = view.model.lifecycle, view.group.path
    if lifecycle is None or lifecycle.field != name or "_confirmed" in request.form:
        return None
    moves = (one for one in lifecycle.leaving(getattr(record, name)) if one.to == lane.value)
    return next((one for one in moves if one.ask and one.is_for(env())), None)


def _ask(page: Page, move: MoveAt) -> Response:
    """A page that asks first; where the card goes travels along."""
    asked = page.asked
    html = render_template(
        "confirm.html",
        title=move.label,
        text=move.ask,
        action=asked.deed_address("board/move"),
        back=asked.list_address(),
        label=move.label,
        kept=[(name, request.form[name]) for name in ("id", "version", "to", "before") if name in request.form],
        losses=[],
        possible=True,
        danger=False,
        problem="",
    )
    return make_response(html)


def _put(view: BoardView, record: Any, lane: Lane) -> None:
    name, info = view.group.path, view.model
    present = getattr(record, name)
    if info.lifecycle is not None and info.lifecycle.field == name:
        _take_step(view, record, present, str(lane.value))
    elif lane.span is not None:
        if present is None or not lane.span[0] <= present < lane.span[1]:
            record.write(**{name: day_in(lane, present)})
    elif getattr(present, "id", present) != lane.value:
        record.write(**{name: lane.value})


def _take_step(view: BoardView, record: Any, state: str | None, to: str) -> None:
    """Make the move that leads from one state to another."""
    lifecycle = view.model.lifecycle
    assert lifecycle is not None
    if state == to:
        return
    moves = [one for one in lifecycle.leaving(state) if one.to == to]
    for one in moves:
        try:
            getattr(record, one.name)()
        except NeedsApproval:
            ask(record, one.name)
            say(_("Asked for approval: {move}.", move=one.label), "info")
        return
    leads = listed(f"“{lifecycle.label(one.to)}”" for one in lifecycle.leaving(state))
    text = _("Nothing leads from “{state}” to “{to}”.", state=lifecycle.label(state), to=lifecycle.label(to))
    raise Refused(listed([text, _("From here it goes to: {states}.", states=leads)], " ") if str(leads) else text)


def _place(page: Page, view: BoardView, lane: Lane, record: Any, before: int | None) -> None:
    """Give the card its place among those of its column: before another one, or last."""
    sequence, model = view.sequence, env()[view.model.name]
    assert sequence is not None
    order = list(view.order) or None
    rows = model.values(["id", sequence.path], lane.condition, *page.conditions, order=order)
    rest = [row for row in rows if row["id"] != record.id]
    at = next((place for place, row in enumerate(rest) if row["id"] == before), len(rest))
    for identity, place in _places([(row["id"], row[sequence.path] or 0) for row in rest], at, record.id):
        model.get(identity).write(**{sequence.path: place})


def _places(rest: list[tuple[int, int]], at: int, moved: int) -> Iterator[tuple[int, int]]:
    """(id, new place) of the card, and of those behind it that have to make room."""
    last = rest[at - 1][1] if at else (rest[0][1] - 2 * STEP if rest else 0)
    following = rest[at][1] if at < len(rest) else last + 2 * STEP
    place = last + max(1, min(STEP, (following - last) // 2))
    yield moved, place
    for identity, known in rest[at:]:
        if known > place:
            return
        place += STEP
        yield identity, place


def _trouble(view: BoardView, error: UserError) -> Trouble:
    if isinstance(error, Conflict):
        text = _("Somebody changed this card while you had the board open, so it was not moved. Here is how it is now.")
        return Trouble(text, error.status)
    if isinstance(error, Invalid) and error.fields:
        reasons = [_reason(view, name, reason) for name, found in error.fields.items() for reason in found]
        return Trouble(_("It was not moved. {reasons}", reasons=listed(reasons, " ")), error.status)
    return Trouble(error.args[0] if error.args else "", error.status)


def _reason(view: BoardView, name: str, reason: str) -> str:
    field = view.model.fields.get(name)
    return reason if field is None else _("{field}: {reason}.", field=field.label, reason=reason)
