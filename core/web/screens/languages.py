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
from core.web import again
from core.web.again import shown_again
from core.web.screens.address import Asked
from core.web.screens.context import env
from core.web.screens.form import not_saved, sheet_of
from core.web.screens.menu import menu_for
from core.web.screens.sheet import Sheet
from core.web.screens.typed import Problems, id_of

blueprint = Blueprint("languages", __name__)


@dataclass(frozen=True)
class Said:
    """A text in one language. is_main: the others fall back to it. seen: what the page showed before they typed."""

    key: str
    name: str
    text: str
    seen: str
    is_main: bool
    reasons: tuple[str, ...] = ()


@blueprint.get("/records/<model>/<int:identity>/languages/<name>")
def texts(model: str, identity: int, name: str) -> Response:
    """All texts of a field. Raises Missing or AccessDenied."""
    sheet = sheet_of(model, identity)
    field = _translated(sheet, name)
    return _page(sheet, field, _said(sheet, field))


@blueprint.post("/records/<model>/<int:identity>/languages/<name>")
@shown_again
def save(model: str, identity: int, name: str) -> AnyResponse:
    """Write the texts that differ and show the record, or show what is wrong."""
    sheet = sheet_of(model, identity)
    field = _translated(sheet, name)
    stored = _said(sheet, field)
    sent = [_sent(said) for said in stored]
    if again.asked():
        return _page(sheet, field, sent, not_saved())
    if not sheet.editable or not sheet.collection.writable(name):
        text = _("You may see {name}, and not change it.", name=sheet.title)
        return _page(sheet, field, sent, Problems(message=text, status=AccessDenied.status))
    try:
        changed = [new for old, new in zip(stored, sent, strict=True) if new.text not in (old.text, new.seen)]
        problems = _keep(sheet, field, {said.key: said.text for said in changed})
    except Conflict as error:
        # What they did not touch is shown as it is stored now, so that saving once more does not take it back.
        both = [
            replace(old, text=new.text if new.text != new.seen else old.text)
            for old, new in zip(stored, sent, strict=True)
        ]
        version = str(sheet.row["row_version"])
        return _page(sheet, field, both, Problems(message=error.args[0], status=error.status), version)
    if problems:
        wrong = {said.key: tuple(problems.fields.pop(f"{name}{SIGN}{said.key}", ())) for said in sent}
        for said in sent:
            if said.is_main:  # what the base may not be is said of the field itself
                wrong[said.key] += tuple(problems.fields.pop(name, ()))
        return _page(sheet, field, [replace(said, reasons=wrong[said.key]) for said in sent], problems)
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
    texts = {key: row[names[key]] or "" for key in keys}
    return [Said(key, LANGUAGES[key], texts[key], texts[key], key == main) for key in keys]


def _sent(stored: Said) -> Said:
    """The text as it came with the form."""
    typed, seen = (request.form.get(name, stored.text) for name in (stored.key, f"was.{stored.key}"))
    return replace(stored, text=typed.replace("\r\n", "\n"), seen=seen.replace("\r\n", "\n"))


def _keep(sheet: Sheet, field: Field[str], texts: Mapping[str, str]) -> Problems:
    """Write texts, language → text; what is wrong with them. Raises Conflict."""
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
    except Conflict:
        raise
    except UserError as error:
        problems.message, problems.status = error.args[0] if error.args else "", error.status
    return problems


def _page(
    sheet: Sheet, field: Field[str], said: list[Said], problems: Problems | None = None, version: str = ""
) -> Response:
    """The page of the texts; with problems, the status says that nothing was saved."""
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
        # A page that is shown again keeps the version that was seen first: a change since is still a conflict.
        version=version or request.form.get("_version") or sheet.row["row_version"],
        problems=problems or Problems(),
    )
    return make_response(html, 200 if problems is None else problems.status)
