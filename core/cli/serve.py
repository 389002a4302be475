"""`banyan serve`: the web server, and a worker beside it."""

from __future__ import annotations

from dataclasses import replace

import click

from core.settings import Settings
from core.web.serve import serve


@click.command("serve")
@click.option("--host", help="Address to listen on instead of the one in the settings.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on instead of the one in the settings.")
@click.option("--no-worker", is_flag=True, help="Without the process that runs jobs and schedules: see banyan worker.")
def command(host: str | None, port: int | None, no_worker: bool) -> None:
    """Start the server, and a worker beside it, and print its address. Ctrl+C stops both."""
    settings = Settings.load()
    serve(replace(settings, host=host or settings.host, port=port or settings.port), with_worker=not no_worker)
