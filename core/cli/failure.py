"""How a command says that it could not do what was asked."""

from __future__ import annotations

from typing import IO, Any

import click

from core.errors import BanyanError, Invalid


class Failure(click.ClickException):
    """A message on standard error, and 1 as the exit code."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"banyan: {self.format_message()}", file=file, err=file is None)


def told(error: BanyanError) -> str:
    """The error's text; where it is about fields, with their names."""
    if isinstance(error, Invalid) and any(error.fields):
        lines = [f"{name}: {reason}" if name else reason for name, all_ in error.fields.items() for reason in all_]
        return "\n".join(lines)
    return str(error)
