"""Printing: records, as their reader sees them, become one file of documents.

    records ─► by language and company ─► Rendering ─► HTML of each ─► engine ─► one PDF

A document is printed with the access of who prints it: what they may not read is not in it. In which language it is,
and whose head it has, is found with elevated rights, since that follows from the record and not from its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import Missing, Refused
from core.i18n import LANGUAGES, _, translate
from core.orm.fold import fold
from core.orm.records import Records
from core.reports.composed import LabelsAt, ReportAt, reports_of
from core.reports.engine import Engine, Page, PlutoEngine
from core.reports.layout import Layout, layout_of
from core.reports.rendering import Rendering

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model
    from core.views.composed import FieldAt

PDF = "application/pdf"
_UNFIT = re.compile(r"[\x00-\x1f/\\:*?\"<>|]+")
LONGEST_NAME = 120


@dataclass(frozen=True)
class Printed:
    """A file that was printed. name: with its ending."""

    name: str
    data: bytes = field(repr=False)
    mimetype: str = PDF


def print_records(report: ReportAt, records: Records[Any], *, engine: Engine | None = None, skip: int = 0) -> Printed:
    """The documents of records as one file, in their order. skip: labels of the first sheet that are used up.

    Raises Missing where there are no records, or one that their environment may not see; Refused where one of them
    has no such document; AccessDenied where the document shows what the reader may not see.
    """
    if not records:
        raise Missing(_("There is nothing to print."))
    env = records.env
    pages = list(_pages(report, records, skip))
    data = (engine or PlutoEngine()).pdf(pages, env.now())
    name = pages[0].title if len(pages) == 1 else f"{translate(report.name, env.language)} ({len(pages)})"
    return Printed(f"{name}.pdf", data)


def check_printable(report: ReportAt, record: Model) -> None:
    """Raises Missing where the reader may not see the record, Refused where it has no such document."""
    if not record.exists():
        record.env[record._name].get(record.id)
    if not report.fits(record):
        raise Refused(_("{record} has no “{document}”.", record=record.display_name, document=report.name))


def title_of(report: ReportAt, subject: Any, language: str) -> str:
    """What the document of a record, or of records, is called: a name that a file can have."""
    if report.file_name is not None:
        text = report.file_name(subject)
    else:
        text = translate(report.name, language)
        text = f"{text} {subject.display_name}" if report.each else text
    return " ".join(_UNFIT.sub(" ", text).split())[:LONGEST_NAME].strip(" .") or fold(report.key)


def _pages(report: ReportAt, records: Records[Any], skip: int) -> Iterator[Page]:
    printing = Printing(records)
    for record in records:
        check_printable(report, record)
    if report.each:
        for record in records:
            yield printing.page(report, record)
    else:
        yield printing.page_of_all(report, skip)


class Printing:
    """Renders the pages of records, with a rendering for each language and company among them."""

    def __init__(self, records: Records[Any]) -> None:
        self.env, self.records = records.env, records
        self._among: dict[Env, Records[Any]] = {}
        self._envs: dict[str, Env] = {}
        self._elevated = self.env.sudo("language and head of a document")
        self._layouts: dict[tuple[str, int | None], Layout] = {}
        self._renderings: dict[tuple[str, int | None], Rendering] = {}

    def page(self, report: ReportAt, record: Model) -> Page:
        """The page of the document of one record."""
        company = self._company(report, record)
        language = self._language(report, record, company)
        # The same record as a reader of that language has it, so that its texts are in it too.
        known = self._as_seen_in(self._env(language), record)
        title = title_of(report, known, language)
        rendering = self._rendering(language, company)
        return rendering.document(report, title, record=known, values=report.values_for(known))

    def page_of_all(self, report: ReportAt, skip: int = 0) -> Page:
        """The page of the one document about all the records. skip: labels of the first sheet that are used up."""
        records = self.records
        company, language = self.env.company_id, self.env.language
        rendering = self._rendering(language, company)
        title = title_of(report, records, language)
        if isinstance(report, LabelsAt):
            values = [report.values_for(record) for record in records]
            return rendering.labels(report, title, records, values, skip)
        return rendering.document(report, title, records=records, values=report.values_for(records))

    def _rendering(self, language: str, company: int | None) -> Rendering:
        key = language, company
        if key not in self._renderings:
            sandbox = reports_of(self.env.models).sandbox
            self._renderings[key] = Rendering(sandbox, language, self.env.time_zone, self._layout(language, company))
        return self._renderings[key]

    def _layout(self, language: str, company: int | None) -> Layout:
        key = language, company
        if key not in self._layouts:
            self._layouts[key] = layout_of(self._env(language), company)
        return self._layouts[key]

    def _company(self, report: ReportAt, record: Model) -> int | None:
        found = self._at(report.company, record)
        return self.env.company_id if found is None else int(found.id)

    def _language(self, report: ReportAt, record: Model, company: int | None) -> str:
        language = self._at(report.language, record) or self._layout(self.env.language, company).language
        return language if language in LANGUAGES else "en"

    def _at(self, at: FieldAt | None, record: Model) -> Any:
        """What stands at the end of a path, whoever may see it; None where nothing is on the way."""
        if at is None:
            return None
        found: Any = self._as_seen_in(self._elevated, record)
        for name in at.names:
            if found is None:
                return None
            found = getattr(found, name)
        return found

    def _env(self, language: str) -> Env:
        if language not in self._envs:
            self._envs[language] = self.env.in_language(language)
        return self._envs[language]

    def _as_seen_in(self, env: Env, record: Model) -> Model:
        """The record in another environment, as one of all that are printed: they are read together."""
        if env not in self._among:
            self._among[env] = Records(env._view(record._name), self.records.ids)
        among = self._among[env]
        found: Model = among[among.ids.index(record.id)]
        return found
