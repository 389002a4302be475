"""`banyan restore`: a backup becomes a new installation."""

from __future__ import annotations

from pathlib import Path

import click

from core.addons.system import System
from core.backup import restore
from core.cli.backup import tell
from core.settings import Settings


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Make the new, empty database of the settings what the backup FILE is, with its files, and check it.

    A database that is there already is never overwritten.
    """
    settings = Settings.load()
    contents = restore(file, settings)
    tell(file, contents)
    System.open(settings).close()
    click.echo("All of it is restored, and the addons compose with it.")
