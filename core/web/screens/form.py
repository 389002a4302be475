"""The form of a record: shown, made and changed at one address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from core.errors import AccessDenied, UserError
from core.hooks import Beside
from core.i18n import _
from core.reports import Kept, ReportAt, kept_of, reports_of
from core.web import again
from core.web.again import shown_again
from core.web.screens.address import Asked
from core.web.screens.context import env, formats, views
from core.web.screens.finding import filters, readable_model
from core.web.screens.keeping import given, keep, keep_new
from core.web.screens.list import order_of
from core.web.screens.list_columns import list_view
from core.web.screens.menu import menu_for, menu_of
from core.web.screens.once import ONCE, Once, new_token
from core.web.screens.parts import Parts, marks
from core.web.screens.sheet import Sheet
from core.web.screens.story import Story
from core.web.screens.typed import Problems, Sent
from core.web.screens.uploads import uploads

if TYPE_CHECKING:
    from core.web.screens.story import Event

blueprint = Blueprint("form", __name__)


@blueprint.get("/records/<model>/new")
def new(model: str) -> Response:
    """An empty form, filled with defaults. Raises AccessDenied where the reader may make none."""
    return page(_new_sheet(model))


@blueprint.post("/records/<model>/new")
@shown_again
def create(model: str) -> AnyResponse:
    """Make the record and show it, or show what is wrong with what was typed."""
    if again.asked():
        return page(_new_sheet(model), not_saved(), request.form)
    first = Once.read(model)
    if (address := first.known()) is not None:
        return redirect(address, 303)
    sheet = _new_sheet(model)
    problems, made = keep_new(sheet, request.form, given(sheet, request.args), uploads())
    if made is None:
        return page(sheet, problems, request.form)
    address = Asked.read(model, request.args).record_address(made)
    first.keep(address)
    return redirect(address, 303)


@blueprint.get("/records/<model>/<int:identity>")
def record(model: str, identity: int) -> Response:
    """The form. Raises Missing."""
    return page(sheet_of(model, identity))


@blueprint.post("/records/<model>/<int:identity>")
@shown_again
def save(model: str, identity: int) -> AnyResponse:
    """Change what was typed differently, and show the record; or show what is wrong."""
    sheet = sheet_of(model, identity)
    if not sheet.editable:
        raise AccessDenied(_("You may see {name}, and not change it.", name=sheet.title))
    sent = MultiDict(request.form)
    if again.asked():
        return page(sheet, not_saved(_step(sheet, sent)), sent)
    problems, stored = keep(sheet, sent, uploads())
    if problems:
        return page(sheet, problems, sent, stored)
    return redirect(Asked.read(model, request.args).record_address(identity), 303)


def sheet_of(model: str, identity: int) -> Sheet:
    """The record of an address. Raises Missing or AccessDenied."""
    readable_model(env(), model)
    sheet = Sheet(env(), views(), formats(), views().form(model), identity)
    sheet.read()
    return sheet


def not_saved(pressed: str = "") -> Problems:
    """What to tell who is shown a form again with what they typed. pressed: what stands on the button they used."""
    return Problems(message=again.not_done(pressed) if pressed else again.NOT_SAVED, status=400)


def _step(sheet: Sheet, sent: Sent) -> str:
    """The step of the path that was pressed, as people read it; "" where none was."""
    value = sent.get("_status", "")
    return next((state.label for state in sheet.states() if value and state.value == value), "")


def _new_sheet(model: str) -> Sheet:
    info = readable_model(env(), model)
    if not env()[model].can("create"):
        raise AccessDenied(_("Your roles do not let you make {what}.", what=info.label_plural))
    sheet = Sheet(env(), views(), formats(), views().form(model), None)
    sheet.start(given(sheet, request.args))
    return sheet


def page(
    sheet: Sheet, problems: Problems | None = None, sent: Sent | None = None, stored: Mapping[str, str] | None = None
) -> Response:
    """The page of a record; with problems, what was typed stays in place and the status says that nothing was saved."""
    problems = problems or Problems()
    if problems:
        _name_lost_files(sheet, problems)
    asked = Asked.read(sheet.info.name, request.args)
    menu = menu_of(env(), asked.menu)
    g.menu = menu.key if menu is not None else menu_for(env(), asked.model)
    parts = Parts(sheet, asked, problems, sent, stored or {})
    body, head = parts.body(), parts.head()
    shown_ones = [*([head] if head is not None else []), *(shown for part in body for shown in part.fields())]
    labels = {shown.name: shown.label for shown in shown_ones}
    order = list(labels)
    problems.fields = dict(
        sorted(problems.fields.items(), key=lambda item: order.index(item[0]) if item[0] in labels else -1)
    )
    html = render_template(
        "form.html",
        sheet=sheet,
        asked=asked,
        crumb=menu.label if menu is not None else views().list(asked.model).label,
        head=head,
        body=body,
        problems=problems,
        seen=marks(shown_ones),
        # A page that is shown again keeps the version that the person saw first: a change since is still a conflict.
        version=(sent.get("_version") if sent is not None else "") or sheet.row.get("row_version"),
        once=_token(sent) if sheet.id is None else "",
        labels=labels,
        states=sheet.states(),
        movable=sheet.view.status is not None and sheet.may_type(sheet.view.status),
        buttons=sheet.buttons(),
        may_delete=sheet.id is not None and sheet.may("delete"),
        may_archive=sheet.may_archive,
        archived=sheet.archived,
        waiting=sheet.waiting(),
        events=_story(sheet),
        beside=_beside(sheet),
        steps=_steps(sheet, asked),
        prints=_prints(sheet),
        kept=_kept(sheet),
        given=[(name, value) for name, value in request.args.items() if name.startswith("set.")],
    )
    return make_response(html, problems.status if problems else 200)


def _prints(sheet: Sheet) -> list[ReportAt]:
    """The documents that the record has and the reader may print."""
    if sheet.id is None or not (found := reports_of(env().models).of(sheet.info.name, env())):
        return []
    record = sheet.collection.get(sheet.id)
    return [report for report in found if not report.is_overview and report.fits(record)]


def _kept(sheet: Sheet) -> list[Kept]:
    """The documents of the record that are kept. No statement where its model has none to print."""
    if sheet.id is None or not reports_of(env().models).of(sheet.info.name, env()):
        return []
    return kept_of(env(), sheet.info.name, sheet.id)


def _name_lost_files(sheet: Sheet, problems: Problems) -> None:
    """Say of each file that was chosen that it is to be chosen again, unless it is refused anyway."""
    for name, filename in again.lost_files().items():
        if name in sheet.typed_names() and name not in problems.fields:
            problems.add(name, again.choose_again(filename))


def _token(sent: Sent | None) -> str:
    """The token of a form that is shown again, since it is the same one; or a new one."""
    return (sent.get(ONCE, "") if sent is not None else "") or new_token()


def _story(sheet: Sheet) -> list[Event]:
    if sheet.id is None or not sheet.info.history:
        return []
    story = Story(sheet.env, sheet.formats, sheet.info, sheet.currencies())
    return story.tell(sheet.collection.get(sheet.id))


def _beside(sheet: Sheet) -> list[Beside]:
    """What addons say that hangs on the record."""
    if sheet.id is None:
        return []
    record = sheet.collection.get(sheet.id)
    return [one for found in env().hooks.beside_record(env=env(), record=record) for one in found or ()]


@dataclass(frozen=True)
class Steps:
    """The place of a record in the list that it was opened from, and the addresses of its neighbours."""

    at: int
    before: str = ""
    after: str = ""


def _steps(sheet: Sheet, asked: Asked) -> Steps | None:
    """None where the address names no place, or the list has changed since. One statement."""
    if sheet.id is None or not asked.at:
        return None
    try:
        conditions = filters(env(), views(), asked, menu_of(env(), asked.menu) if asked.menu else None)
        first = max(0, asked.at - 2)
        rows = sheet.collection.values(
            ["id"], *conditions, order=order_of(list_view(env(), views(), asked), asked), limit=3, offset=first
        )
    except UserError:
        return None
    ids = [row["id"] for row in rows]
    here = asked.at - 1 - first
    if here >= len(ids) or ids[here] != sheet.id:
        return None
    before = asked.record_address(ids[here - 1], asked.at - 1) if here > 0 else ""
    after = asked.record_address(ids[here + 1], asked.at + 1) if here + 1 < len(ids) else ""
    return Steps(asked.at, before, after)
