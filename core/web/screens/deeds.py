"""What is done to a record besides changing its fields: its verbs, archiving and deleting it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from core.errors import AccessDenied, Conflict, Invalid, Missing, NeedsApproval, Refused, UserError
from core.i18n import _, listed
from core.orm.archived import ACTIVE
from core.orm.states.approval import ask
from core.orm.write.deletion import DeletionPlan
from core.views import ButtonAt
from core.web import again
from core.web.again import shown_again
from core.web.screens.address import Asked
from core.web.screens.context import env
from core.web.screens.form import not_saved, page, sheet_of
from core.web.screens.keeping import keep
from core.web.screens.menu import menu_for
from core.web.screens.sheet import Sheet
from core.web.screens.typed import Problems, id_of
from core.web.screens.uploads import uploads
from core.web.templating import say
from core.web.workplace import DRAWN_IN

if TYPE_CHECKING:
    from core.orm.model import Model

blueprint = Blueprint("deeds", __name__)


class _NotKept(Exception):
    """What was typed beside the button cannot be saved; ends the savepoint."""

    def __init__(self, problems: Problems, stored: dict[str, str]) -> None:
        super().__init__()
        self.problems, self.stored = problems, stored


@blueprint.post("/records/<model>/<int:identity>/do/<verb>")
@shown_again
def do(model: str, identity: int, verb: str) -> AnyResponse:
    """Save what was typed, then call a verb that the form has a button for. Both happen, or neither."""
    sheet = sheet_of(model, identity)
    if again.asked():
        declared = sheet.view.button(verb)
        return page(sheet, not_saved(declared.label if declared else ""), MultiDict(request.form))
    if verb in sheet.moves and sheet.view.button(verb) is not None:
        return _move(sheet, verb)
    try:
        button = _button(sheet, verb)
    except Refused as error:
        return _refused(sheet, error, MultiDict(request.form))
    if button.confirm and "_confirmed" not in request.form:
        return _ask(sheet, button)
    return _perform(sheet, lambda record: getattr(record, verb)())


def _move(sheet: Sheet, verb: str) -> AnyResponse:
    """Make a move, or ask for the approval that it needs; why not, the move itself says best."""
    button, asked = sheet.button(verb), []
    if button is not None and button.confirm and "_confirmed" not in request.form:
        return _ask(sheet, button)

    def deed(record: Model) -> None:
        try:
            getattr(record, verb)()
        except NeedsApproval:
            ask(record, verb)
            asked.append(verb)

    answer = _perform(sheet, deed, seen=True)
    if asked and answer.status_code < 400:
        say(_("Asked for approval: {move}.", move=sheet.moves[verb].move.label), "info")
    return answer


@blueprint.post("/records/<model>/<int:identity>/archive")
@shown_again
def archive(model: str, identity: int) -> AnyResponse:
    """Save what was typed, and put the record away: searches and lists leave it out, nothing is lost."""
    return _set_active(model, identity, False)


@blueprint.post("/records/<model>/<int:identity>/restore")
@shown_again
def restore(model: str, identity: int) -> AnyResponse:
    """Bring a record back that was archived."""
    return _set_active(model, identity, True)


def _set_active(model: str, identity: int, active: bool) -> AnyResponse:
    sheet = sheet_of(model, identity)
    if again.asked():
        return page(sheet, not_saved(_("Restore") if active else _("Archive")), MultiDict(request.form))
    if not sheet.may_archive:
        raise AccessDenied(_("You may see {name}, and not change it.", name=sheet.title))
    answer = _perform(sheet, lambda record: record.write(**{ACTIVE: active}))
    if answer.status_code < 400:
        text = _("{name} is back in use.") if active else _("{name} was archived. Lists show it under “Archived”.")
        say(_(text, name=sheet.title), "info")
    return answer


def _perform(sheet: Sheet, deed: Callable[[Model], object], *, seen: bool = False) -> AnyResponse:
    """Save what was typed and do something to the record: both, or neither.

    seen: only as the person saw it, also where nothing was typed.
    """
    model, identity = sheet.info.name, sheet.row["id"]
    sent = MultiDict(request.form)
    try:
        with env().savepoint():
            version = id_of(sent.get("_version", ""))
            if seen and version is not None:
                sheet.collection.get(identity).expect_version(version)
            problems, stored = keep(sheet, sent, uploads()) if "_version" in sent else (Problems(), {})
            if problems:
                raise _NotKept(problems, stored)
            record = sheet.collection.get(identity)
            deed(record)
            env().flush()
    except _NotKept as refused:
        return page(sheet, refused.problems, sent, refused.stored)
    except UserError as error:
        return _refused(sheet, error, sent)
    asked = Asked.read(model, request.args)
    return redirect(asked.record_address(identity) if record.exists() else asked.list_address(), 303)


def _refused(sheet: Sheet, error: UserError, sent: MultiDict[str, str]) -> Response:
    """The form with what was typed, and why nothing was done."""
    problems = Problems(message=error.args[0] if error.args else "", status=error.status)
    if isinstance(error, Conflict):
        sent["_version"] = str(sheet.row["row_version"])  # what is stored now is what the page shows
    if isinstance(error, Invalid):
        problems.message = ""
        problems.take(error, {})
    return page(sheet, problems, sent if "_version" in sent else None)


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
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", DRAWN_IN)]
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
        problem=listed([again.choose_again(filename) for filename in again.lost_files().values()], " "),
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
            record = sheet.collection.get(identity)
            if (version := id_of(request.form.get("_version", ""))) is not None:
                record.expect_version(version)
            record.delete()
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
    plan = record.deletion_plan()
    problem = error.args[0] if error is not None and error.args else ""
    html = render_template(
        "confirm.html",
        title=_("Delete {name}?", name=sheet.title),
        text=plan.refusal or plan.warning or _("It is removed for everybody and cannot be brought back."),
        action=asked.record_address(sheet.row["id"], deed="delete"),
        back=asked.record_address(sheet.row["id"]),
        label=_("Delete"),
        kept=[("_version", sheet.row["row_version"])],
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
