"""`banyan worker`: runs jobs and schedules."""

from __future__ import annotations

import signal
import time
from types import FrameType

import click

from core import logs
from core.cli.systems import opened
from core.jobs.consumer import consume
from core.jobs.crew import THREADS, Crew
from core.memory import keep_loaded
from core.settings import Settings


@click.command("worker")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="So many run side by side.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True, help="Jobs at once in each process."
)
@click.option("--beside-parent", is_flag=True, hidden=True, help="Be one process, that ends with its standard input.")
def command(processes: int, threads: int, beside_parent: bool) -> None:
    """Run jobs and schedules until it is stopped.

    `banyan serve` starts a worker itself; this is for more of them, on other machines too where the database is
    PostgreSQL. Ctrl+C, or SIGTERM, lets what is at work come to its end.
    """
    logs.configure(Settings.load())
    if beside_parent or processes == 1:
        with opened() as system:
            if not beside_parent:
                click.echo("A worker is ready.")
            keep_loaded()
            consume(system, threads=threads, beside_parent=beside_parent)
        return
    crew = Crew(Settings.load(), processes=processes, threads=threads)
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    click.echo(f"{processes} workers are ready.")
    try:
        while not stopping:
            crew.tend()
            time.sleep(0.5)
    finally:
        crew.stop()
