"""The texts of a field in each language: one page, an input a language, which works without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core.errors import AccessDenied, Conflict, Invalid, Missing, UserError
from core.i18n import LANGUAGES, _
from core.orm.fields.base import Field
from core.orm.filter import Condition
from core.orm.variants import LANGUAGE, SIGN
from core.orm.wire import load
from core.web.screens.address import Asked
from core.web.screens.context import env
from core.web.screens.form import sheet_of
from core.web.screens.menu import menu_for
from core.web.screens.sheet import Sheet
from core.web.screens.typed import Problems, id_of

blueprint = Blueprint("languages", __name__)


@dataclass(frozen=True)
class Said:
    """A text in one language. is_main: the others fall back to it."""

    key: str
    name: str
    text: str
    is_main: bool
    reasons: tuple[str, ...] = ()


@blueprint.get("/records/<model>/<int:identity>/languages/<name>")
def texts(model: str, identity: int, name: str) -> Response:
    """All texts of a field. Raises Missing or AccessDenied."""
    sheet = sheet_of(model, identity)
    field = _translated(sheet, name)
    return _page(sheet, field, _said(sheet, field))


@blueprint.post("/records/<model>/<int:identity>/languages/<name>")
def save(model: str, identity: int, name: str) -> AnyResponse:
    """Write the texts that differ and show the record, or show what is wrong."""
    sheet = sheet_of(model, identity)
    field = _translated(sheet, name)
    if not sheet.editable or not sheet.collection.writable(name):
        raise AccessDenied(_("You may see {name}, and not change it.", name=sheet.title))
    before = _said(sheet, field)
    sent = [replace(said, text=request.form.get(said.key, said.text).replace("\r\n", "\n")) for said in before]
    problems = _keep(sheet, field, {new.key: new.text for old, new in zip(before, sent, strict=True) if old != new})
    if problems:
        wrong = {said.key: tuple(problems.fields.pop(f"{name}{SIGN}{said.key}", ())) for said in sent}
        for said in sent:
            if said.is_main:  # what the base may not be is said of the field itself
                wrong[said.key] += tuple(problems.fields.pop(name, ()))
        return _page(sheet, field, [replace(said, reasons=wrong[said.key]) for said in sent], problems, problems.status)
    return redirect(Asked.read(model, request.args).record_address(identity), 303)


def _translated(sheet: Sheet, name: str) -> Field[str]:
    """The field of that name that has a text for each language. Raises Missing."""
    field = sheet.info.fields.get(name)
    if field is None or field.varies != LANGUAGE or SIGN in name or not sheet.collection.readable(name):
        raise Missing(_("There is no such record here, or none that you may see."))
    return field


def _said(sheet: Sheet, field: Field[str]) -> list[Said]:
    names = {key: f"{field.name}{SIGN}{key}" for key in LANGUAGES}
    row = sheet.collection.values(list(names.values()), Condition(sheet.info.name, ("id",), "=", sheet.id))[0]
    main = sheet.env.main_language
    keys = [main, *(key for key in LANGUAGES if key != main)]
    return [Said(key, LANGUAGES[key], row[names[key]] or "", key == main) for key in keys]


def _keep(sheet: Sheet, field: Field[str], texts: Mapping[str, str]) -> Problems:
    problems = Problems()
    if not texts:
        return problems
    name = sheet.info.fields[field.name].wire_name
    try:
        values = load(
            sheet.env, sheet.info.name, {f"{name}{SIGN}{key}": text for key, text in texts.items()}, partial=True
        )
        with sheet.env.savepoint():
            record = sheet.collection.get(sheet.row["id"])
            version = id_of(request.form.get("_version", ""))
            if version is not None:
                record.expect_version(version)
            record.write(**values)
    except Invalid as error:
        problems.take(error, {f"{name}{SIGN}{key}": f"{field.name}{SIGN}{key}" for key in texts})
    except Conflict as error:
        problems.message, problems.status = error.args[0], error.status
    except UserError as error:
        problems.message, problems.status = error.args[0] if error.args else "", error.status
    return problems


def _page(
    sheet: Sheet, field: Field[str], said: list[Said], problems: Problems | None = None, status: int = 200
) -> Response:
    g.menu = menu_for(env(), sheet.info.name)
    asked = Asked.read(sheet.info.name, request.args)
    html = render_template(
        "languages.html",
        sheet=sheet,
        name=field.name,
        label=field.label,
        size=field.size or 0,
        is_long=field.kind != "char",
        said=said,
        editable=sheet.editable and sheet.collection.writable(field.name),
        action=asked.record_address(sheet.row["id"], deed=f"languages/{field.name}"),
        back=asked.record_address(sheet.row["id"]),
        problems=problems or Problems(),
    )
    return make_response(html, status)
