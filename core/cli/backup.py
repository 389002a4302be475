"""`banyan backup`: save an installation to a file, or read one that was saved."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from rich.progress import Progress

from core.backup import Contents, back_up, verify
from core.cli.failure import Failure
from core.i18n import _
from core.settings import Settings


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--verify", "only_verify", is_flag=True, help="Only read the backup FILE, and say what is in it.")
def command(file: Path | None, only_verify: bool) -> None:
    """Save the database and the files of its records to FILE, while people keep working.

    Without FILE: a name with date and time, in the folder backups of the data folder.
    """
    if only_verify:
        if file is None:
            raise click.UsageError("Name the backup that is to be verified.")
        tell(file, verify(file))
        return
    settings = Settings.load()
    if file is None:
        file = settings.data_dir / "backups" / f"banyan-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.zip"
    with Progress(transient=True) as bar:
        task = bar.add_task("files", total=None)
        contents = back_up(settings, file, progress=lambda done, of: bar.update(task, completed=done, total=of))
    tell(file, contents)


def tell(file: Path, contents: Contents) -> None:
    """Say what is in a backup. Raises Failure where files of it are not."""
    addons = ", ".join(f"{name} {version}" for name, version in contents.addons.items())
    click.echo(f"{file}: {file.stat().st_size / 1e6:,.1f} MB, of {contents.at.astimezone():%Y-%m-%d %H:%M:%S}")
    click.echo(f"{sum(contents.rows.values()):,} rows in {len(contents.rows)} tables, {contents.files:,} files")
    click.echo(addons)
    if not contents.is_whole:
        lost = len(contents.missing) + len(contents.damaged)
        raise Failure(
            _(
                "{count} files that records name were lost or damaged before this backup was made; all else is in it.",
                count=lost,
            )
        )
