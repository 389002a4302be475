"""What is done to a record besides changing its fields: its verbs, and deleting it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from core.errors import AccessDenied, Invalid, Missing, Refused, UserError
from core.i18n import _
from core.orm.write.deletion import DeletionPlan
from core.views import ButtonAt
from core.web.screens.address import Asked
from core.web.screens.context import env
from core.web.screens.form import page, sheet_of
from core.web.screens.keeping import keep
from core.web.screens.menu import menu_for
from core.web.screens.sheet import Sheet
from core.web.screens.typed import Problems
from core.web.screens.uploads import uploads
from core.web.templating import say

blueprint = Blueprint("deeds", __name__)


class _NotKept(Exception):
    """What was typed beside the button cannot be saved; ends the savepoint."""

    def __init__(self, problems: Problems, stored: dict[str, str]) -> None:
        super().__init__()
        self.problems, self.stored = problems, stored


@blueprint.post("/records/<model>/<int:identity>/do/<verb>")
def do(model: str, identity: int, verb: str) -> AnyResponse:
    """Save what was typed, then call a verb that the form has a button for. Both happen, or neither."""
    sheet = sheet_of(model, identity)
    button = _button(sheet, verb)
    if button.confirm and "_confirmed" not in request.form:
        return _ask(sheet, button)
    sent = MultiDict(request.form)
    try:
        with env().savepoint():
            problems, stored = keep(sheet, sent, uploads()) if "_version" in sent else (Problems(), {})
            if problems:
                raise _NotKept(problems, stored)
            record = sheet.collection.get(identity)
            getattr(record, verb)()
            env().flush()
    except _NotKept as refused:
        return page(sheet, refused.problems, sent, refused.stored)
    except UserError as error:
        problems = Problems(message=error.args[0] if error.args else "", status=error.status)
        if isinstance(error, Invalid):
            problems.message = ""
            problems.take(error, {})
        return page(sheet, problems, sent)
    asked = Asked.read(model, request.args)
    return redirect(asked.record_address(identity) if record.exists() else asked.list_address(), 303)


def _button(sheet: Sheet, verb: str) -> ButtonAt:
    """The button of a verb. Raises Missing, AccessDenied or Refused where it cannot be pressed."""
    declared = sheet.view.button(verb)
    if declared is None:
        raise Missing(_("There is no “{verb}” here.", verb=verb))
    if not declared.offered(env()) or not sheet.editable:
        raise AccessDenied(_("You may not do “{what}” with {name}.", what=declared.label, name=sheet.title))
    button = sheet.button(verb)
    if button is None:
        raise Refused(_("“{what}” does not apply to {name} as it is now.", what=declared.label, name=sheet.title))
    return button


def _ask(sheet: Sheet, button: ButtonAt) -> Response:
    """A page that asks first; what was typed travels along."""
    g.menu = menu_for(env(), sheet.info.name)
    asked = Asked.read(sheet.info.name, request.args)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    html = render_template(
        "confirm.html",
        title=button.label,
        text=button.confirm,
        action=asked.record_address(sheet.row["id"], deed=f"do/{button.verb}"),
        back=asked.record_address(sheet.row["id"]),
        label=button.label,
        kept=kept,
        losses=[],
        possible=True,
        danger=False,
        problem="",
    )
    return make_response(html)


@dataclass(frozen=True)
class Loss:
    """So many records that deleting touches. what: empty for those of which the reader may see none."""

    count: int
    what: str
    field: str


@blueprint.get("/records/<model>/<int:identity>/delete")
def ask_delete(model: str, identity: int) -> Response:
    """Say what deleting destroys. Raises Missing or AccessDenied."""
    return _delete_page(_deletable(model, identity))


@blueprint.post("/records/<model>/<int:identity>/delete")
def delete(model: str, identity: int) -> AnyResponse:
    """Delete the record and go back to the list it came from, or say why it stays."""
    sheet = _deletable(model, identity)
    title = sheet.title
    try:
        with env().savepoint():
            sheet.collection.get(identity).delete()
            env().flush()
    except UserError as error:
        return _delete_page(sheet, error)
    say(_("{name} was deleted.", name=title), "info")
    return redirect(Asked.read(model, request.args).list_address(), 303)


def _deletable(model: str, identity: int) -> Sheet:
    sheet = sheet_of(model, identity)
    if not sheet.may("delete"):
        raise AccessDenied(_("You may not delete {name}.", name=sheet.title))
    return sheet


def _delete_page(sheet: Sheet, error: UserError | None = None) -> Response:
    g.menu = menu_for(env(), sheet.info.name)
    asked = Asked.read(sheet.info.name, request.args)
    record = sheet.collection.get(sheet.row["id"])
    plan, warning = record.deletion_plan(), record.deletion_warning()
    problem = error.args[0] if error is not None and error.args else ""
    html = render_template(
        "confirm.html",
        title=_("Delete {name}?", name=sheet.title),
        text=warning or _("It is removed for everybody and cannot be brought back."),
        action=asked.record_address(sheet.row["id"], deed="delete"),
        back=asked.record_address(sheet.row["id"]),
        label=_("Delete"),
        kept=[],
        losses=list(_losses(plan)),
        possible=plan.possible,
        danger=True,
        problem=problem,
    )
    return make_response(html, 200 if error is None else max(400, error.status))


def _losses(plan: DeletionPlan) -> Iterator[tuple[str, list[Loss]]]:
    """What deleting does to others, under a sentence each."""
    told = (
        (_("It cannot be deleted, since these use it:"), plan.refused),
        (_("With it go:"), plan.deleted),
        (_("These are archived:"), plan.archived),
        (_("These stay, and no longer point at it:"), plan.cleared),
        (_("These stay, and no longer have it in a list:"), plan.unlinked),
    )
    for sentence, touched in told:
        losses = [
            Loss(one.count, one.label, env().models[one.model].fields[one.field].label if one.field else "")
            for one in touched
        ]
        if losses:
            yield sentence, losses
