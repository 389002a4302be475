"""Folded columns: out of the way until somebody opens them, as each user has left them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from core.web.screens.address import Asked
from core.web.screens.choices import choose, chosen
from core.web.screens.context import env
from core.web.screens.finding import readable_model

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.web.screens.board.lanes import Lane

blueprint = Blueprint("board_folds", __name__)
KEY_LENGTH = 40


def folded(env: Env, asked: Asked, lanes: list[Lane]) -> set[str]:
    """Keys of the lanes that are folded for this user. One statement."""
    kept = chosen(env, _key(asked))
    return {lane.key for lane in lanes if bool(kept.get(lane.key, lane.folded))}


@blueprint.post("/records/<model>/board/fold")
def fold(model: str) -> Response:
    """Fold a column, or open it, and remember that."""
    readable_model(env(), model)
    asked, lane = Asked.read(model, request.args), request.form.get("lane", "")[:KEY_LENGTH]
    choose(env(), _key(asked), **{lane: request.form.get("folded") == "1"})
    return redirect(asked.list_address(), 303)


def _key(asked: Asked) -> str:
    return f"board {asked.model} {asked.view}"[:200]
