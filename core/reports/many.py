"""Documents of many records as one file: a PDF of all, or a ZIP with a file for each.

Reading the records and laying the documents out are two steps, so that no unit of work stays open while pages are made.
Documents that are final come as they were kept, byte for byte, and therefore always each as a file of its own.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from core.errors import Missing
from core.i18n import _, translate
from core.orm.files import File
from core.orm.records import Records
from core.reports.composed import ReportAt
from core.reports.engine import Engine, Page, PlutoEngine
from core.reports.keeping import kept_final
from core.reports.printing import PDF, Printed, Printing, check_printable

ZIP = "application/zip"
Tell = Callable[[int, int], None]
"""Told how many of how many steps are done; raises where somebody has stopped the work."""


@dataclass(frozen=True)
class Prepared:
    """Documents that are read and not laid out yet, and those that were kept. at: when."""

    name: str
    documents: Sequence[Page | File]
    at: datetime
    as_zip: bool


def silent(done: int, total: int) -> None:
    """Tells nobody."""


def prepare(report: ReportAt, records: Records[Any], *, as_zip: bool = False, tell: Tell = silent) -> Prepared:
    """Read all that the documents of records say. Raises as `print_records`.

    tell: of twice as many steps as there are records; this is the first half.
    """
    if not records:
        raise Missing(_("There is nothing to print."))
    env = records.env
    printing = Printing(records)
    for record in records:
        check_printable(report, record)
    documents: list[Page | File] = []
    if report.each:
        finals = kept_final(report, records) if report.final is not None else {}
        for done, record in enumerate(records):
            documents.append(finals.get(record.id) or printing.page(report, record))
            tell(done + 1, 2 * len(records))
    else:
        documents.append(printing.page_of_all(report))
    name = f"{translate(report.name, env.language)} ({len(records)})"
    return Prepared(name, documents, env.now(), report.each and (as_zip or report.final is not None))


def lay_out(prepared: Prepared, *, engine: Engine | None = None, tell: Tell = silent) -> Printed:
    """The file of prepared documents. tell: of the second half of the steps."""
    engine, total = engine or PlutoEngine(), len(prepared.documents)

    def told(done: int, document: Page | File) -> Page | File:
        tell(total + done, 2 * total)
        return document

    documents = (told(done, document) for done, document in enumerate(prepared.documents))
    if prepared.as_zip:
        return Printed(f"{prepared.name}.zip", _zipped(engine, documents, prepared.at), ZIP)
    pages = (document for document in documents if isinstance(document, Page))
    return Printed(f"{prepared.name}.pdf", engine.pdf(pages, prepared.at), PDF)


def _zipped(engine: Engine, documents: Iterator[Page | File], at: datetime) -> bytes:
    written, taken = BytesIO(), set[str]()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in documents:
            if isinstance(document, File):
                name, data = _free(document.name.removesuffix(".pdf"), taken), document.read()
            else:
                name, data = _free(document.title, taken), engine.pdf([document], at)
            info = zipfile.ZipInfo(f"{name}.pdf", at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return written.getvalue()


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another file has it already."""
    free, count = name, 1
    while free.lower() in taken:
        count += 1
        free = f"{name} ({count})"
    taken.add(free.lower())
    return free
