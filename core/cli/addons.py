"""`banyan addons`: which addons there are, and enabling them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from core.addons.discover import Found, discover
from core.addons.ledger import CORE, Enabled, read_state
from core.addons.registry import compose
from core.cli.console import console, table
from core.cli.systems import opened
from core.errors import BanyanError, DeclarationError, Missing, nearest
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
    enabled, all_ = _enabled(settings), discover(settings)
    broken = {name: found.error for name, found in all_.items() if found.error is not None}
    broken |= _errors(all_, [name for name in all_ if name in enabled and name not in broken])
    shown = table("Addon", "Version", "State", "What it is", "Folder")
    for name, found in all_.items():
        state = "broken" if name in broken else "enabled" if name in enabled else ""
        about = found.manifest.summary or found.manifest.label if found.manifest else ""
        shown.add_row(name, str(found.manifest.version) if found.manifest else "", state, about, str(found.folder))
    for name in sorted(enabled - all_.keys()):
        shown.add_row(name, "", "missing", "", "")
    console().print(shown)
    for error in broken.values():
        click.echo(f"banyan: {error}", err=True)


def _errors(all_: Mapping[str, Found], names: Sequence[str]) -> dict[str, BanyanError]:
    """Why enabled addons do not compose: name of the one that is at fault → error, each that can be told."""
    try:
        compose(all_, names)
        return {}
    except BanyanError as error:
        told = {_at_fault(error, names): error}
    for name in names:  # the set told of the first only
        try:
            compose(all_, [name])
        except BanyanError as error:
            told.setdefault(_at_fault(error, [name]), error)
    return told


def _at_fault(error: BanyanError, names: Sequence[str]) -> str:
    named = error.addon if isinstance(error, DeclarationError) else ""
    return named or (names[0] if len(names) == 1 else "")


def _enabled(settings: Settings) -> set[str]:
    """Names of the enabled addons, without composing them: a broken one must not keep the list from being shown."""
    return set(_state(settings)) - {CORE}


def _state(settings: Settings) -> Mapping[str, Enabled]:
    """The enabled addons, and the core, as the database last met them."""
    database = Database(settings.database_url)
    try:
        with database.looking() as connection:
            return read_state(connection)
    finally:
        database.dispose()


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--demo", is_flag=True, help="With their demo records.")
def enable(names: tuple[str, ...], demo: bool) -> None:
    """Enable addons, and those that they depend on."""
    settings = Settings.load()
    before = _state(settings)
    with opened() as system:
        system.follow(names, demo=demo)
    after = _state(settings)
    new = [name for name in after if name not in before]
    met = [name for name, met in after.items() if name in before and before[name] != met]
    if new:
        click.echo(f"Enabled: {', '.join(new)}.")
    if met:
        click.echo(f"Brought the database up to what has changed in: {', '.join(met)}.")
    if not new and not met:
        click.echo("Enabled already; nothing to do.")


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
