"""`banyan stubs`: what type checkers need to see the models as the enabled addons compose them."""

from __future__ import annotations

from pathlib import Path

import click

from core.addons.discover import discover
from core.addons.lifecycle import registry_of
from core.addons.registry import Registry, compose
from core.settings import Settings
from core.stubs import stub_files, write_stubs


@click.command("stubs")
@click.argument("folder", default="typings", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--addons", default="", metavar="NAMES", help="Compose these addons, with commas between, and use no database."
)
def command(folder: Path, addons: str) -> None:
    """Write stubs to FOLDER, `typings` unless told otherwise: the models with what every enabled addon adds.

    Name the folder to the type checker: mypy_path = typings for mypy, stubPath for pyright.
    """
    done = write_stubs(folder, stub_files(_registry(addons)))
    told = f"{len(done.written)} written, {len(done.same)} as before, {len(done.removed)} removed"
    click.echo(f"Stubs in {folder}: {told}.")


def _registry(addons: str) -> Registry:
    names = [name.strip() for name in addons.split(",") if name.strip()]
    if names:
        return compose(discover(Settings.load()), names)
    return registry_of(Settings.load())
