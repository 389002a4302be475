"""`banyan addons`: which addons there are, and enabling them."""

from __future__ import annotations

import click

from core.addons.discover import discover
from core.addons.ledger import read_state
from core.cli.console import console, table
from core.cli.systems import opened
from core.errors import Missing, nearest
from core.i18n import _
from core.orm.database import Database
from core.orm.states.table import rows_of
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


@command.command()
@click.argument("model", required=False)
def states(model: str | None) -> None:
    """Print the states of models and the moves between them: from where to where, for whom, and who has to agree."""
    with opened() as system:
        models = system.registry.models
        if model is not None and model not in models:
            raise Missing(_("There is no model '{model}'; {hint}", model=model, hint=nearest(model, models)))
        chosen = [models[model]] if model is not None else sorted(models.values(), key=lambda info: info.name)
        shown = table("Model", "Move", "From", "To", "Roles", "Approval", "Declared at")
        for info in chosen:
            for row in rows_of(info):
                shown.add_row(info.name, *row)
    if not shown.row_count:
        click.echo("No moves between states are declared." if model is None else f"{model} declares no moves.")
        return
    console().print(shown)
