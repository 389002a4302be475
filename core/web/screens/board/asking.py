"""The form at the foot of a column: what a new card is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.i18n import translate
from core.orm.wire.titles import titles_of
from core.web.screens.context import env, formats
from core.web.screens.inputs import Inputs
from core.web.screens.once import new_token
from core.web.screens.parts import Shown
from core.web.screens.related import Match
from core.web.screens.typed import Problems, Sent

if TYPE_CHECKING:
    from core.views import BoardView, FieldAt
    from core.web.screens.address import Asked
    from core.web.screens.board.lanes import Lane


@dataclass(frozen=True)
class Quick:
    """The form at the foot of a column. lane: its key. message: what is wrong with the whole."""

    lane: str
    fields: Sequence[Shown]
    once: str
    message: str = ""
    status: int = 200


def quick_of(asked: Asked, view: BoardView, lanes: Sequence[Lane]) -> Quick | None:
    """The form that the address asks for; None where it asks for none, or the reader may make none."""
    lane = next((lane for lane in lanes if lane.key == asked.value("add") and lane.takes), None)
    if lane is None or not env()[view.model.name].can("create"):
        return None
    return Quick(lane.key, [input_of(at, Problems(), None) for at in asked_for(view)], new_token())


def asked_for(view: BoardView) -> list[FieldAt]:
    """What this reader is asked for."""
    return [at for at in view.quick if env()[view.model.name].writable(at.path)]


def input_of(at: FieldAt, problems: Problems, sent: Sent | None) -> Shown:
    """The input of a field, with what was typed and what is wrong with it."""
    language, field = env().language, at.field()
    made = Inputs(formats(), language).of(at, _start(at), "", {})
    if sent is not None:
        made = Inputs(formats(), language).typed(made, at.path, sent)
    reasons = [translate(reason, language) for reason in problems.fields.get(at.path, ())]
    choices: Sequence[Match] = problems.choices.get(at.path, ())
    return Shown(
        at.path, translate(field.label, language), input=made, required=field.required, reasons=reasons, choices=choices
    )


def _start(at: FieldAt) -> dict[str, Any]:
    """What the input holds before anything is typed: the default of its field."""
    value = env()[at.info.name].defaults().get(at.path) if at.field().default is not None else None
    value = getattr(value, "id", value)
    if at.kind != "many2one":
        return {at.path: value}
    known = titles_of(env(), at.target, [value]) if value is not None else {}
    return {at.path: value, f"{at.path}.display_name": known.get(value) if value is not None else None}
