"""Printing and spreadsheets: of one record, and of all that a list finds.

GET  /records/sale.order/7/print/quotation   the document, as it was kept where it is final
POST the same                                keep it where it is final, then show it
GET  /records/sale.order/print/quotation?…   of all that the address of a list finds: a file at once, or, of many,
POST the same                                a job that makes it
GET, POST /records/sale.order/spreadsheet?…  their list as a spreadsheet, the same way
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Missing
from core.i18n import _, translate
from core.reports import Printed, ReportAt, document_of, keep, open_kept, reports_of, workbook
from core.reports.jobs import BATCH, list_later, print_later
from core.reports.listing import records_sheet
from core.reports.many import lay_out, prepare
from core.reports.paths import listed
from core.reports.spreadsheet import XLSX
from core.web.screens.address import Asked
from core.web.screens.context import env, views
from core.web.screens.file import set_name
from core.web.screens.finding import filters, readable_model
from core.web.screens.list import order_of
from core.web.screens.list_columns import list_view
from core.web.screens.menu import menu_for, menu_of

if TYPE_CHECKING:
    from core.orm.model import Model

blueprint = Blueprint("printing", __name__)

AT_ONCE = 50
"""So many documents are made while the reader waits; more are a job."""
ROWS_AT_ONCE = 5_000
MOST = 10_000
"""Documents that one job makes."""
MOST_ROWS = 500_000
UNTOUCHED = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""What a browser's own viewer of documents may do."""


@blueprint.get("/records/<model>/<int:identity>/print/<report>")
def document(model: str, identity: int, report: str) -> Response:
    """The document of a record. Raises Missing where the reader may not see the record, or print the document."""
    declared = _report(model, report)
    return _sent(document_of(declared, _record(model, identity)))


@blueprint.post("/records/<model>/<int:identity>/print/<report>")
def keep_document(model: str, identity: int, report: str) -> AnyResponse:
    """Print the document for good where it is final, and show it."""
    declared, record = _report(model, report), _record(model, identity)
    if declared.is_final(record):
        keep(declared, record)
    return redirect(f"/records/{model}/{identity}/print/{report}", 303)


@blueprint.get("/records/<model>/<int:identity>/kept/<int:attachment>")
def kept(model: str, identity: int, attachment: int) -> Response:
    """A document of the record as it was kept. Raises Missing."""
    readable_model(env(), model)
    found = open_kept(env(), model, identity, attachment)
    return _sent(Printed(found.name, found.read(), found.mimetype))


@blueprint.get("/records/<model>/print/<report>")
def documents(model: str, report: str) -> Response:
    """The documents of all that the address finds as one file; of many, a page that asks whether to make it."""
    declared = _report(model, report)
    ids = _found(model, MOST, declared)
    if len(ids) > AT_ONCE and declared.each:
        return _ask(model, declared.name, len(ids), choice=declared.final is None)
    return _sent(lay_out(prepare(declared, env()[model].browse(*ids))))


@blueprint.post("/records/<model>/print/<report>")
def documents_later(model: str, report: str) -> AnyResponse:
    """Make the file in the background, and show where it will be."""
    declared = _report(model, report)
    ids = _found(model, MOST, declared)
    name = translate(declared.name, env().language)
    batch = print_later(env(), declared, ids, name=f"{name} ({len(ids)})", as_zip="zip" in request.form)
    return _shown(batch)


@blueprint.get("/records/<model>/spreadsheet")
def spreadsheet(model: str) -> Response:
    """The list as a spreadsheet; of many rows, a page that asks whether to make it."""
    info = readable_model(env(), model)
    ids = _found(model, MOST_ROWS)
    if len(ids) > ROWS_AT_ONCE:
        return _ask(model, _("Spreadsheet"), len(ids))
    title = translate(info.label_plural, env().language)
    paths, labels = _columns(model)
    sheet = records_sheet(env(), title, listed(env(), model, paths, labels), ids)
    return _sent(Printed(f"{title}.xlsx", workbook(sheet), XLSX))


@blueprint.post("/records/<model>/spreadsheet")
def spreadsheet_later(model: str) -> AnyResponse:
    """Write the spreadsheet in the background, and show where it will be."""
    info = readable_model(env(), model)
    ids = _found(model, MOST_ROWS)
    paths, labels = _columns(model)
    name = translate(info.label_plural, env().language)
    return _shown(list_later(env(), model, paths, labels, ids, name=f"{name} ({len(ids)})"))


def offered(model: str) -> list[ReportAt]:
    """The documents that the reader may print of a model."""
    return reports_of(env().models).of(model, env())


def _report(model: str, key: str) -> ReportAt:
    readable_model(env(), model)
    return reports_of(env().models).get(key, model, env())


def _record(model: str, identity: int) -> Model:
    found: Model = env()[model].get(identity)
    return found


def _found(model: str, most: int, report: ReportAt | None = None) -> list[int]:
    """The ids of what the address finds, in its order; those that have the document. Raises Missing for none."""
    asked = Asked.read(model, request.args)
    menu = menu_of(env(), asked.menu) if asked.menu else None
    conditions = filters(env(), views(), asked, menu)
    if chosen := request.args.getlist("id", type=int):
        conditions.append(env()[model].info.cls.in_(chosen))
    if report is not None and report.when is not None:
        conditions.append(report.when)
    order = order_of(list_view(env(), views(), asked), asked)
    rows = env()[model].values(["id"], *conditions, order=order, limit=most)
    if not rows:
        raise Missing(_("There is nothing to print."))
    return [row["id"] for row in rows]


def _columns(model: str) -> tuple[list[str], list[str]]:
    """Paths and labels of the list's columns, those included that only its foot has."""
    view = list_view(env(), views(), Asked.read(model, request.args))
    columns = [column for column in view.columns if column.at.readable(env())]
    return [column.at.path for column in columns], [translate(column.label, env().language) for column in columns]


def _ask(model: str, name: str, count: int, *, choice: bool = False) -> Response:
    """A page that says how much it is. choice: whether the file may be one PDF or a ZIP."""
    asked = Asked.read(model, request.args)
    g.menu = menu_for(env(), model)
    html = render_template(
        "print.html", title=name, count=count, info=env().models[model], action=request.full_path.rstrip("?"),
        back=asked.list_address(), choice=choice,
    )  # fmt: skip
    return make_response(html)


def _shown(batch: int) -> AnyResponse:
    return redirect(f"/records/{BATCH}/{batch}", 303)


def _sent(printed: Printed) -> Response:
    """The file: documents are shown, spreadsheets and archives saved."""
    response = Response(printed.data, mimetype=printed.mimetype)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = UNTOUCHED
    way = "inline" if printed.mimetype == "application/pdf" else "attachment"
    set_name(response, way, printed.name)
    return response
