"""An import from end to end: check everything, then write everything in one transaction, or nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import Protocol

from core.orm.unit import UnitOfWork

from .check import check
from .mapping import ImportMapping
from .plan import Progress
from .report import Report
from .write import Undone, Writer


class Units(Protocol):
    """What opens units of work: a system."""

    def unit(
        self, *, write: bool = False, reason: str = "", trial: bool = False
    ) -> AbstractContextManager[UnitOfWork]: ...


def run_import(
    system: Units, mapping: ImportMapping, folder: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Import the files of a folder, with elevated rights and the mapping's file as the reason in the history.

    Where the report is `refused`, nothing was written. A dry run does all of it and takes it back, so that it gives
    the same report: constraints are those of the database too. Records that are as the files have them are not
    touched, so a second import of the same files changes nothing. Raises Invalid where the mapping does not fit the
    files or the models.
    """
    started = monotonic()
    with system.unit() as unit:
        plan, report = check(unit, mapping, folder, progress)
        Writer(unit, plan, report).preview()
    report.dry_run = dry_run
    if not report.refused:
        try:
            with system.unit(write=True, reason=f"import {mapping.file}"[:200], trial=dry_run) as unit:
                Writer(unit, plan, report, progress).write()
        except Undone:
            for count in report.counts:
                count.created = count.updated = count.unchanged = 0
    report.seconds = monotonic() - started
    return report
