"""The command `banyan`: one file per command, imported when it is called for."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import click

from core.cli.failure import Failure, told
from core.errors import BanyanError

COMMANDS = {
    "addons": "core.cli.addons",
    "backup": "core.cli.backup",
    "history": "core.cli.history",
    "import": "core.cli.import_",
    "init": "core.cli.init",
    "jobs": "core.cli.jobs",
    "recompute": "core.cli.recompute",
    "restore": "core.cli.restore",
    "serve": "core.cli.serve",
    "shell": "core.cli.shell",
    "stubs": "core.cli.stubs",
    "user": "core.cli.user",
    "worker": "core.cli.worker",
}
"""Command → module, whose `command` it is."""


class Commands(MutableMapping[str, click.Command]):
    """The commands by name; asking for one imports its module."""

    def __init__(self, modules: dict[str, str]) -> None:
        self._modules = modules
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            self._loaded[name] = import_module(self._modules[name]).command
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._modules.setdefault(name, "")
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._modules[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


class Banyan(click.Group):
    """Says an error that was raised on purpose in its own words; anything else is a fault and shows where."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BanyanError as error:
            raise Failure(told(error)) from error


@click.group(cls=Banyan, commands=Commands(dict(COMMANDS)), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="banyan-erp", prog_name="banyan")
def main() -> None:
    """Banyan: a CRM and ERP that grows by addons.

    Settings come from banyan.toml and from BANYAN_* variables; see docs/configuration.md.
    """
