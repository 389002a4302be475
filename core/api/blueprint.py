"""The addresses of the JSON interface, on one page."""

from __future__ import annotations

from flask import Blueprint, Response, g

from core.api.describe import describe_model, list_models
from core.api.groups import list_groups
from core.api.moves import ask_for_move, decide, list_moves, make_move
from core.api.once import once
from core.api.problem import problem_of
from core.api.records import change_record, create_records, delete_record, list_records, read_deletion, read_record
from core.errors import UserError
from core.orm.states.approval import REQUEST


def api_blueprint() -> Blueprint:
    """A blueprint for one application. It needs `g.env`, the environment of whoever asks, before its views run."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")
    api.get("/")(list_models)
    api.get("/<model>")(list_records)
    api.post("/<model>")(once(create_records))
    api.get("/<model>/fields")(describe_model)
    api.get("/<model>/groups")(list_groups)
    api.get("/<model>/<int:id>")(read_record)
    api.get("/<model>/<int:id>/deletion")(read_deletion)
    api.patch("/<model>/<int:id>")(once(change_record))
    api.delete("/<model>/<int:id>")(once(delete_record))
    api.get("/<model>/<int:id>/moves")(list_moves)
    api.post("/<model>/<int:id>/moves/<move>")(once(make_move))
    api.post("/<model>/<int:id>/moves/<move>/approval")(once(ask_for_move))
    api.post(f"/{REQUEST}/<int:id>/<decision>")(once(decide))
    api.register_error_handler(UserError, _tell)
    return api


def _tell(error: UserError) -> Response:
    env = g.get("env")
    return problem_of(error, env.language if env is not None else "en")
