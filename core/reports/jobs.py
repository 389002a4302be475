"""What is printed in the background: many documents, and long spreadsheets, as a file of whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import Missing
from core.i18n import _
from core.jobs import HIGH, Work, job
from core.orm.files import Upload
from core.orm.filter import Condition
from core.reports.composed import ReportAt, reports_of
from core.reports.listing import records_sheet
from core.reports.many import lay_out, prepare
from core.reports.paths import listed
from core.reports.printing import Printed
from core.reports.spreadsheet import XLSX, workbook

if TYPE_CHECKING:
    from core.orm.env import Env

BATCH = "report.batch"
"""The model of files that are printed in the background; the addon `base` has it."""


def print_later(env: Env, report: ReportAt, ids: list[int], *, name: str, as_zip: bool = False) -> int:
    """Print the documents of records in the background, as the user of `env`. Gives the id of the record of
    `report.batch` that will have the file.

    ids: in the order of the documents. name: what the file is for, as people read it.
    """
    batch = _batch(env, name, len(ids))
    asked = print_documents.later(env, batch.id, report.model.name, report.key, ids, as_zip, about=name, priority=HIGH)
    batch.job = asked.id
    return int(batch.id)


def list_later(env: Env, model: str, paths: list[str], labels: list[str], ids: list[int], *, name: str) -> int:
    """Write records into a spreadsheet in the background, as `print_later`.

    paths: its columns. labels: what stands above them.
    """
    batch = _batch(env, name, len(ids))
    asked = write_spreadsheet.later(env, batch.id, model, paths, labels, ids, about=name, priority=HIGH)
    batch.job = asked.id
    return int(batch.id)


@job(_("Print documents"), tries=3, resumes=False)
def print_documents(work: Work, batch: int, model: str, report: str, ids: list[int], as_zip: bool) -> None:
    """Nothing is written before the file is there, so a worker that dies leaves nothing, and the next begins anew."""
    with work.reading() as env:
        declared = reports_of(env.models).get(report, model, env)
        prepared = prepare(declared, env[model].browse(*_visible(env, model, ids)), as_zip=as_zip, tell=work.progress)
    _keep(work, batch, lay_out(prepared, tell=work.progress))


@job(_("Write a spreadsheet"), tries=3, resumes=False)
def write_spreadsheet(work: Work, batch: int, model: str, paths: list[str], labels: list[str], ids: list[int]) -> None:
    """As `print_documents`."""
    with work.reading() as env:
        name = str(env.sudo("name of a file")[BATCH].get(batch).name)
        sheet = records_sheet(env, name, listed(env, model, paths, labels), ids)

        def told() -> Any:
            for done, row in enumerate(sheet.rows):
                if done % 1000 == 0:
                    work.progress(done, len(ids))
                yield row

        data = workbook(type(sheet)(sheet.title, sheet.columns, told(), sheet.zone))
    _keep(work, batch, Printed(f"{name}.xlsx", data, XLSX))


def _batch(env: Env, name: str, count: int) -> Any:
    # Batches are made for whoever asks; nobody makes them by hand.
    batches = env.sudo("a file is printed in the background")[BATCH]
    return batches.create(name=name, count=count, user=env.user_id, asked_at=env.now())


def _visible(env: Env, model: str, ids: list[int]) -> list[int]:
    """Those that are still there and the reader's to see, in their order. Raises Missing where none is."""
    rows = env[model].values(["id"], Condition(model, ("id",), "in", tuple(ids)))
    seen = {row["id"] for row in rows}
    found = [identity for identity in ids if identity in seen]
    if not found:
        raise Missing(_("There is nothing to print."))
    return found


def _keep(work: Work, batch: int, printed: Printed) -> None:
    with work.unit() as env:
        record = env.sudo("a file is printed in the background")[BATCH].get(batch)
        record.file = Upload(printed.name, printed.data, printed.mimetype)
