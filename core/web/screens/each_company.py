"""The values of a field in each company: one page with an input for each that its reader works in.

It is a form of the record whose fields are the variants of one, `cost@3`, so what is typed, seen, checked and kept
goes the way of every form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from core.errors import AccessDenied, Missing
from core.i18n import _
from core.orm.compose import COMPANY as COMPANIES
from core.orm.filter import Condition
from core.orm.variants import ALL, COMPANY, SIGN
from core.views import FieldAt, FormView, WidgetAt
from core.web import again
from core.web.again import shown_again
from core.web.screens.address import Asked
from core.web.screens.context import env, formats, views
from core.web.screens.finding import readable_model
from core.web.screens.form import not_saved
from core.web.screens.keeping import keep
from core.web.screens.menu import menu_for
from core.web.screens.parts import Part, Parts, marks
from core.web.screens.sheet import Sheet
from core.web.screens.typed import Problems, Sent

if TYPE_CHECKING:
    from core.orm.registry import ModelInfo

blueprint = Blueprint("each_company", __name__)


@blueprint.get("/records/<model>/<int:identity>/companies/<name>")
def values(model: str, identity: int, name: str) -> Response:
    """The values of a field. Raises Missing or AccessDenied."""
    return _page(_sheet(model, identity, name), name)


@blueprint.post("/records/<model>/<int:identity>/companies/<name>")
@shown_again
def save(model: str, identity: int, name: str) -> AnyResponse:
    """Write the values that were touched and show the record, or show what is wrong. Raises AccessDenied."""
    sheet = _sheet(model, identity, name)
    sent = MultiDict(request.form)
    if again.asked():
        return _page(sheet, name, not_saved(), sent)
    if not sheet.editable:
        raise AccessDenied(_("You may see {name}, and not change it.", name=sheet.title))
    problems, stored = keep(sheet, sent, {})
    if problems:
        return _page(sheet, name, problems, sent, stored)
    return redirect(Asked.read(model, request.args).record_address(identity), 303)


def _sheet(model: str, identity: int, name: str) -> Sheet:
    """The record with the values of the field for all companies, and in those that the reader works in."""
    info = readable_model(env(), model)
    field = info.fields.get(name)
    if field is None or field.varies != COMPANY or SIGN in name or not env()[model].readable(name):
        raise Missing(_("There is no such record here, or none that you may see."))
    body = tuple(
        WidgetAt(_at(info, f"{name}{SIGN}{key}"), label, readonly=not _may_change(key))
        for key, label in {ALL: _("All companies"), **_names()}.items()
    )
    sheet = Sheet(env(), views(), formats(), FormView(info, "", "", None, None, (), body), identity)
    sheet.read()
    return sheet


def _at(info: ModelInfo, name: str) -> FieldAt:
    field = info.fields[name]
    return FieldAt((name,), ((info, field),), env().models[field.target] if field.target else None)


def _may_change(key: str) -> bool:
    """The value for all companies is for those to change who work in none."""
    return key != ALL or env().elevated or env().company_id is None


def _names() -> dict[str, str]:
    """Number of a company that the reader works in → its name, which is theirs to see whatever their grants."""
    known = env().sudo("names of the companies that one works in")[COMPANIES]
    rows = known.values(("id", "display_name"), Condition(COMPANIES, ("id",), "in", tuple(env().company_ids)))
    return {str(row["id"]): row["display_name"] for row in rows}


def _before(base: str, part: Part) -> Part:
    """The part with the value for all companies where nothing is typed yet."""
    shown = part.shown
    if shown is None or shown.input is None or shown.input.kind != "line":
        return part
    return replace(part, shown=replace(shown, input=replace(shown.input, placeholder=base)))


def _page(
    sheet: Sheet,
    name: str,
    problems: Problems | None = None,
    sent: Sent | None = None,
    stored: Mapping[str, str] | None = None,
) -> Response:
    """The page; with problems, what was typed stays in place and the status says that nothing was saved."""
    g.menu = menu_for(env(), sheet.info.name)
    asked = Asked.read(sheet.info.name, request.args)
    parts = Parts(sheet, asked, problems or Problems(), sent, stored or {})
    base = parts.inputs.of(sheet.widgets[0].at, sheet.row, "", {}).text
    body = [_before(base, part) for part in parts.body()]
    html = render_template(
        "each_company.html",
        sheet=sheet,
        label=sheet.info.fields[name].label,
        body=body,
        action=asked.record_address(sheet.row["id"], deed=f"companies/{name}"),
        back=asked.record_address(sheet.row["id"]),
        seen=marks(shown for part in body for shown in part.fields()),
        # A page that is shown again keeps the version that was seen first: a change since is still a conflict.
        version=(sent.get("_version") if sent is not None else "") or sheet.row["row_version"],
        problems=problems or Problems(),
    )
    return make_response(html, 200 if problems is None else problems.status)
