"""`banyan import`: CSV files into records, by a mapping that a person can read and write."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from core.cli.console import console, table
from core.cli.systems import elevated, opened
from core.data import Report, read_mapping, run_import
from core.jobs.ask import ask
from core.jobs.collect import jobs_of


class Bar:
    """Shows how far an import has come, on standard error, where that is a terminal."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, task: str, total: int) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(task, total=total)

    def advance(self, rows: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, rows)


@click.command("import")
@click.argument("mapping", type=click.Path(path_type=Path))
@click.option(
    "--from", "folder", required=True, metavar="FOLDER",
    type=click.Path(path_type=Path, exists=True, file_okay=False), help="Where the CSV files are.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Do and check everything, and take it back: nothing is written.")
@click.option(
    "--report", "report_file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write every row that needs attention to this CSV file.",
)  # fmt: skip
@click.option(
    "--background", is_flag=True, help="As a job, in short transactions: others go on saving. A worker must run."
)
@click.pass_context
def command(
    context: click.Context, mapping: Path, folder: Path, dry_run: bool, report_file: Path | None, background: bool
) -> None:
    """Load CSV files as MAPPING, a TOML file, says; see docs/import.md.

    Everything is checked first and written in one transaction, all of it or nothing. Importing again changes
    only what differs.
    """
    plan = read_mapping(mapping)
    if background:
        if dry_run:
            raise click.UsageError("--dry-run writes nothing, so it keeps nobody waiting: leave out --background.")
        _ask(mapping, folder, report_file)
        return
    with opened() as system, Bar() as bar:
        report = run_import(system, plan, folder, dry_run=dry_run, progress=bar)
    if report_file is not None:
        report.write(report_file)
    _show(report, report_file)
    if report.refused:
        context.exit(1)


def _ask(mapping: Path, folder: Path, report_file: Path | None) -> None:
    paths = [str(path.absolute()) if path is not None else "" for path in (mapping, folder, report_file)]
    with elevated(f"import {mapping.name}"[:200]) as env:
        number = ask(env, jobs_of(env.models)["base.import_files"], tuple(paths), about=mapping.name).id
    click.echo(f"Job {number} imports {mapping.name}. `banyan jobs show {number}` tells how far it has come.")


def _show(report: Report, report_file: Path | None) -> None:
    out = console()
    counts = table("Step", numbers=("Rows", "New", "Changed", "As before", "Left out"))
    for count in report.counts:
        numbers = (count.rows, count.created, count.updated, count.unchanged, count.skipped)
        counts.add_row(count.step, *(f"{number:,}" for number in numbers))
    out.print(counts)
    groups = report.groups()
    if groups:
        out.print()
    for example, number, lines in groups:
        rows = ", ".join(str(line) for line in lines) + (" …" if number > len(lines) else "")
        words = {"error": "mistake", "skipped": "left out", "note": "note"}
        place = ", ".join(part for part in (f"{example.file} line {rows}", example.column) if part)
        out.print(f"{number:,} × {words[example.level]}, {place}: {example.reason}; {example.done}")
        for other in report.others(example):
            out.print(f"    {f'line {other.line}: ' if other.line else ''}{other.reason}")
    out.print()
    out.print(_summary(report))
    if report_file is not None:
        out.print(f"All {len(report.findings):,} rows that need attention are in {report_file}.")
    elif any(number > len(lines) for _example, number, lines in groups):
        out.print("--report FILE writes all of these rows to a file.")


def _summary(report: Report) -> str:
    if report.refused:
        mistakes = "1 mistake" if report.errors == 1 else f"{report.errors:,} mistakes"
        return f"Nothing was imported: {mistakes} must be mended first."
    created = sum(count.created for count in report.counts)
    updated = sum(count.updated for count in report.counts)
    took = f"{report.seconds:.1f} s."
    if report.dry_run:
        return f"Dry run: nothing was written. {created:,} records would be new, {updated:,} changed. {took}"
    return f"{created:,} records are new, {updated:,} were changed. {took}"
