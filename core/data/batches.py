"""An import as a job: checked as a whole, then written in units of work so short that nobody waits for long.

check ──► plan ──► unit ─ commit ──► unit ─ commit ──► … ──► done
                              └─ refused, cancelled, or the worker died: all units are taken back, the newest first
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from core.errors import Refused
from core.i18n import _

from .check import check
from .mapping import ImportMapping
from .report import Report
from .write import Undone, Writer

if TYPE_CHECKING:
    from core.jobs import Work

UNIT_SECONDS = 0.15
"""A unit of work ends with the rows that are being written when it has lasted so long."""
ROWS = 50
"""So many rows are written between two looks at the clock."""
_TELL_SECONDS = 0.25


def import_in_batches(work: Work, mapping: ImportMapping, folder: Path, *, report_file: Path | None = None) -> Report:
    """Import the files of a folder as `run_import` does, as a job that does not resume (`resumes=False`).

    report_file: where all rows are written that need attention. Raises Invalid where the mapping does not fit the
    files or the models, Refused where rows cannot be imported: then all that was written is taken back.
    """
    started = monotonic()
    progress = _Told(work)
    with work.reading() as env:
        plan, report = check(env._unit, mapping, folder, progress)
        writer = Writer(env._unit, plan, report, progress)
        writer.preview()
    try:
        if not report.refused:
            _write(work, writer)
    except Undone:
        for count in report.counts:
            count.created = count.updated = count.unchanged = 0
    report.seconds = monotonic() - started
    if report_file is not None:
        report.write(report_file)
    for text in told(report):
        work.say(text)
    if report.refused:
        raise Refused(_("Nothing was imported: {count} rows must be mended first.", count=report.errors))
    return report


def _write(work: Work, writer: Writer) -> None:
    writer.chunk = ROWS
    parts = writer.parts()
    part = next(parts, _OVER)
    while part is not _OVER:
        if part is None:
            part = next(parts, _OVER)
            continue
        with work.unit() as env:
            writer.over(env._unit)
            end = monotonic() + UNIT_SECONDS
            while callable(part) and monotonic() < end:
                part()
                part = next(parts, _OVER)


_OVER = object()


def told(report: Report) -> list[str]:
    """What an import found and did, in lines for the log of its job."""
    lines: list[str] = [
        _(
            "{step}: {rows} rows, {created} new, {updated} changed, {unchanged} as before, {skipped} left out",
            step=count.step, rows=count.rows, created=count.created, updated=count.updated,
            unchanged=count.unchanged, skipped=count.skipped,
        )
        for count in report.counts
    ]  # fmt: skip
    for example, number, rows in report.groups():
        place = ", ".join(str(row) for row in rows) + (" …" if number > len(rows) else "")
        lines.append(f"{number} × {example.file} {place} {example.column}: {example.reason}; {example.done}")
    return lines


class _Told:
    """Tells the job how far the import has come, a few times a second."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._task, self._done, self._total, self._at = "", 0, 0, 0.0

    def begin(self, task: str, total: int) -> None:
        self._task, self._done, self._total = task, 0, total
        self._tell()

    def advance(self, rows: int) -> None:
        self._done += rows
        if monotonic() - self._at >= _TELL_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self._at = monotonic()
        self._work.progress(self._done, self._total, self._task)
