"""`banyan addons`: which addons there are, and enabling them."""

from __future__ import annotations

import click

from core.addons.discover import discover
from core.addons.ledger import read_state
from core.cli.console import console, table
from core.cli.systems import opened
from core.orm.database import Database
from core.settings import Settings


@click.group("addons")
def command() -> None:
    """The parts that Banyan is made of: which there are, and enabling them."""


@command.command("list")
def list_() -> None:
    """Show every addon that can be found."""
    settings = Settings.load()
    enabled = _enabled(settings)
    shown = table("Addon", "Version", "State", "What it is", "Folder")
    errors = []
    for name, found in discover(settings).items():
        if found.manifest is None:
            shown.add_row(name, "", "broken", "", str(found.folder))
            errors.append(str(found.error))
        else:
            state = "enabled" if name in enabled else ""
            about = found.manifest.summary or found.manifest.label
            shown.add_row(name, str(found.manifest.version), state, about, str(found.folder))
    console().print(shown)
    for error in errors:
        click.echo(f"banyan: {error}", err=True)


def _enabled(settings: Settings) -> set[str]:
    """Names of the enabled addons, without composing them: a broken one must not keep the list from being shown."""
    database = Database(settings.database_url)
    try:
        with database.looking() as connection:
            return set(read_state(connection))
    finally:
        database.dispose()


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--demo", is_flag=True, help="With their demo records.")
def enable(names: tuple[str, ...], demo: bool) -> None:
    """Enable addons, and those that they depend on."""
    with opened() as system:
        before = {manifest.name for manifest in system.registry.manifests}
        system.follow(names, demo=demo)
        new = [manifest.name for manifest in system.registry.manifests if manifest.name not in before]
    click.echo(f"Enabled: {', '.join(new)}." if new else "Enabled already; nothing to do.")
