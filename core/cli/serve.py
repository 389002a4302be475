"""`banyan serve`: the web server."""

from __future__ import annotations

from dataclasses import replace

import click

from core.settings import Settings
from core.web.serve import serve


@click.command("serve")
@click.option("--host", help="Address to listen on instead of the one in the settings.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on instead of the one in the settings.")
def command(host: str | None, port: int | None) -> None:
    """Start the server and print its address. Ctrl+C stops it."""
    settings = Settings.load()
    serve(replace(settings, host=host or settings.host, port=port or settings.port))
