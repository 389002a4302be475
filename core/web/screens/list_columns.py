"""The columns of a list that somebody has chosen: in the address, else kept for them, else those of the list itself.

POST /records/crm.lead/columns?menu=crm.pipeline&…    keep what is ticked and added, and show the list with it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.i18n import _, translate
from core.orm.fold import fold
from core.orm.registry import ModelInfo
from core.views.composed import ColumnAt, FieldAt, ListView
from core.views.finding import Finder
from core.web.screens.address import MOST_COLUMNS, Asked
from core.web.screens.choices import choose, chosen
from core.web.screens.context import env, views
from core.web.screens.finding import readable_model
from core.web.templating import say

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.views import Views

blueprint = Blueprint("list_columns", __name__)
NEVER = ("binary", "json", "one2many")
"""Kinds of field that no row of a list can show."""


@dataclass(frozen=True)
class Offer:
    """A column that can be chosen."""

    path: str
    label: str


@dataclass(frozen=True)
class Chooser:
    """What the panel of columns shows. shown: now, in their order; further: by what they are of."""

    shown: Sequence[Offer]
    declared: Sequence[Offer]
    further: Sequence[tuple[str, Sequence[Offer]]]


def list_view(env: Env, views: Views, asked: Asked) -> ListView:
    """The list of a model with the columns that its reader has chosen. One statement, where the address names none."""
    view = views.list(asked.model)
    names = asked.columns or _remembered(env, asked)
    columns = [column for name in names if (column := _column(env, view, name)) is not None]
    if not columns:
        return replace(view, columns=tuple(column for column in view.columns if column.optional != "hide"))
    in_foot = [column for column in view.columns if column.in_foot and column.at.path not in names]
    return replace(view, columns=(*columns, *in_foot))


def chooser(env: Env, views: Views, asked: Asked, shown: ListView) -> Chooser:
    """What can be chosen: fields of the model and of what it points at, that the reader may see. No statement."""
    language = env.language

    def offer(column: ColumnAt) -> Offer:
        return Offer(column.at.path, translate(column.label, language))

    now = [offer(column) for column in shown.columns if not column.in_foot and column.at.readable(env)]
    taken = {one.path for one in now}
    declared = [
        offer(column)
        for column in views.list(asked.model).columns
        if column.at.path not in taken and not column.in_foot and column.at.readable(env)
    ]
    taken |= {one.path for one in declared}
    return Chooser(now, declared, [(label, found) for label, found in _further(env, shown.model, taken) if found])


def _further(env: Env, info: ModelInfo, taken: set[str]) -> Iterator[tuple[str, list[Offer]]]:
    yield translate(info.label, env.language), _offers(env, info, (), taken)
    for field in info.fields.values():
        if field.kind == "many2one" and field.label and (at := _at(env, info, field.name)) is not None:
            target = env.models[at.target]
            yield translate(field.label, env.language), _offers(env, target, (field.name,), taken, of=info)


def _offers(
    env: Env, info: ModelInfo, above: tuple[str, ...], taken: set[str], *, of: ModelInfo | None = None
) -> list[Offer]:
    found = []
    for field in info.fields.values():
        path = ".".join((*above, field.name))
        if field.label and path not in taken and _at(env, of or info, path) is not None:
            found.append(Offer(path, translate(field.label, env.language)))
    return sorted(found, key=lambda one: fold(one.label))


def _column(env: Env, view: ListView, path: str) -> ColumnAt | None:
    """A column that is declared, or one made for a field; None where it cannot be shown to the reader."""
    declared = next((column for column in view.columns if column.at.path == path), None)
    if declared is not None:
        return replace(declared, in_foot=False)
    at = _at(env, view.model, path)
    if at is None:
        return None
    field = at.field()
    return ColumnAt(at, field.label, total=at.kind == "monetary" and at.direct and field.stored)


def _at(env: Env, info: ModelInfo, path: str) -> FieldAt | None:
    """A field that one row can show, at most one record away, that the reader may see."""
    at = Finder(env.models, "").known(info, path)
    if at is None or len(at.names) > 2 or at.kind in NEVER or not at.readable(env):
        return None
    if any(field.many for _info, field in at.steps[:-1]):
        return None
    field = at.field()
    return at if at.direct or (not field.many and (field.stored or field.via_stored)) else None


@blueprint.post("/records/<model>/columns")
def keep(model: str) -> AnyResponse:
    """Keep the columns that are ticked and added, or forget what was chosen."""
    readable_model(env(), model)
    asked = Asked.read(model, request.args)
    view = views().list(model)
    wanted = [*request.form.getlist("col"), *request.form.getlist("add")]
    names = [name for name in dict.fromkeys(wanted) if _column(env(), view, name) is not None][:MOST_COLUMNS]
    if "reset" in request.form or not names:
        choose(env(), _key(asked), columns=[])
        if "reset" not in request.form:
            say(_("A list has one column at least, so it has its own again."), "info")
        return redirect(replace(asked, columns=()).list_address(), 303)
    choose(env(), _key(asked), columns=names)
    return redirect(replace(asked, columns=tuple(names)).list_address(), 303)


def _remembered(env: Env, asked: Asked) -> tuple[str, ...]:
    names = chosen(env, _key(asked)).get("columns")
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _key(asked: Asked) -> str:
    return f"list {asked.model} {asked.menu}"[:200]
