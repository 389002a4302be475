"""A card is made at the foot of a column, with its name and what is required; Enter saves it and goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from core.errors import AccessDenied, Invalid, Missing, UserError
from core.i18n import _, listed
from core.web.screens.board.asking import Quick, asked_for, input_of
from core.web.screens.board.lanes import Lane, day_in, lanes_of
from core.web.screens.board.show import board_of, show
from core.web.screens.context import env, formats, views
from core.web.screens.list import page_of
from core.web.screens.once import ONCE, Once, new_token
from core.web.screens.typed import Problems, Typed

if TYPE_CHECKING:
    from core.views import BoardView
    from core.web.screens.page import Page

blueprint = Blueprint("board_quick", __name__)


@blueprint.post("/records/<model>/board/new")
def add(model: str) -> Response:
    """Make the card and show the board with the same form, empty; or show what is wrong with what was typed."""
    page = page_of(model)
    if page.found.kind != "board":
        raise Missing(_("There is no board here."))
    if not env()[model].can("create"):
        raise AccessDenied(_("Your roles do not let you make {what}.", what=page.info.label_plural))
    first = Once.read(model)
    if first.known() is not None:
        return redirect(page.asked.list_address(), 303)
    view = board_of(page)
    lane = next((one for one in lanes_of(env(), formats(), view) if one.key == page.asked.value("add")), None)
    if lane is None or not lane.takes:
        raise Missing(_("There is no such column on this board."))
    problems = _make(page, view, lane)
    if problems:
        return show(page, quick=_again(view, lane, problems))
    first.keep(page.asked.list_address())
    return redirect(page.asked.list_address(), 303)


def _make(page: Page, view: BoardView, lane: Lane) -> Problems:
    typed = Typed(env(), views(), formats(), page.info, request.form, {})
    values = typed.values([at.path for at in asked_for(view)])
    if typed.problems:
        return typed.problems
    # Some states are not those that a record may begin in: these say so themselves.
    values[view.group.path] = day_in(lane, None) if lane.span is not None else lane.value
    try:
        with env().savepoint():
            env()[page.info.name].create(**values)
            env().flush()
    except Invalid as error:
        typed.problems.take(error, {})
    except UserError as error:
        typed.problems.message, typed.problems.status = error.args[0] if error.args else "", error.status
    return typed.problems


def _again(view: BoardView, lane: Lane, problems: Problems) -> Quick:
    """The form with what was typed and what is wrong; what is wrong elsewhere is said above it."""
    asked = asked_for(view)
    names = {at.path for at in asked}
    others = [_told(view, name, reason) for name, found in problems.fields.items() for reason in found
              if name not in names]  # fmt: skip
    message = listed([*([problems.message] if problems.message else []), *others], " ")
    shown = [input_of(at, problems, request.form) for at in asked]
    return Quick(lane.key, shown, request.form.get(ONCE, "") or new_token(), message, problems.status)


def _told(view: BoardView, name: str, reason: str) -> str:
    field = view.model.fields.get(name)
    return reason if field is None else _("{field}: {reason}.", field=field.label, reason=reason)
