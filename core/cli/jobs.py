"""`banyan jobs`: what runs in the background."""

from __future__ import annotations

from typing import Any

import click

from core.cli.console import console, table
from core.cli.systems import elevated, opened
from core.errors import Missing
from core.i18n import _
from core.jobs.seen import log_of, progress_of
from core.jobs.states import CANCELLED, DONE, FAILED, JOB, WAITING
from core.orm.env import Env
from core.orm.filter import Condition

STATES = (WAITING, DONE, FAILED, CANCELLED)


@click.group("jobs")
def command() -> None:
    """Look at jobs, try them again, cancel them."""


@command.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those that are so.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="So many of the newest.")
def list_(state: str | None, limit: int) -> None:
    """Show the newest jobs, their state, progress and why they failed."""
    filters = [] if state is None else [Condition(JOB, ("state",), "=", state)]
    shown = table("Job", "Asked at", "What", "State", "Progress or reason", numbers=())
    with elevated("banyan jobs list", only_reads=True) as env:
        names = ["id", "asked_at", "name", "status", "problem"]
        for row in env[JOB].values(names, *filters, order=["-id"], limit=limit):
            said = progress_of(env, row["id"]) or row["problem"].split("\n")[0]
            shown.add_row(str(row["id"]), f"{row['asked_at']:%Y-%m-%d %H:%M:%S}", row["name"], row["status"], said)
    console().print(shown)


@command.command("show")
@click.argument("number", type=int)
def show(number: int) -> None:
    """Show one job: why it failed, where, and what it has said."""
    with elevated("banyan jobs show", only_reads=True) as env:
        job = _job(env, number)
        click.echo(f"{job.name} ({job.job}), {job.state}")
        for text in (progress_of(env, number), job.problem, job.trace, log_of(env, number, "UTC")):
            if text:
                click.echo(text)


@command.command("retry")
@click.argument("numbers", type=int, nargs=-1)
@click.option("--failed", is_flag=True, help="All that have failed for good.")
def retry(numbers: tuple[int, ...], failed: bool) -> None:
    """Try jobs again that have failed for good or were cancelled, with all their tries."""
    with elevated("banyan jobs retry") as env:
        jobs = [_job(env, number) for number in numbers]
        if failed:
            jobs += [job for job in env[JOB].search(Condition(JOB, ("state",), "=", FAILED)) if job not in jobs]
        for job in jobs:
            job.retry()
    click.echo(f"{len(jobs):,} {'job' if len(jobs) == 1 else 'jobs'} will be tried again.")


@command.command("cancel")
@click.argument("numbers", type=int, nargs=-1, required=True)
def cancel(numbers: tuple[int, ...]) -> None:
    """Do not run jobs that wait; those that are at work stop behind their batch."""
    with elevated("banyan jobs cancel") as env:
        for number in numbers:
            _job(env, number).cancel()
    click.echo("Cancelled.")


@command.command("workers")
def workers() -> None:
    """Show the workers that live, on all machines."""
    shown = table("Worker", "Machine", "Process", "Since", numbers=())
    with opened(only_reads=True) as system:
        for worker in system.backstage.aside.workers():
            since = f"{worker.started_at:%Y-%m-%d %H:%M:%S}"
            shown.add_row(str(worker.number), worker.host, str(worker.process), since)
    console().print(shown)


def _job(env: Env, number: int) -> Any:
    if not env[JOB].count(Condition(JOB, ("id",), "=", number)):
        raise Missing(_("There is no job {number}.", number=number))
    return env[JOB].get(number)
