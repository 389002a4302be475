"""`banyan mail`: messages from and for mail servers."""

from __future__ import annotations

from typing import BinaryIO

import click

from core.cli.failure import Failure, told
from core.cli.systems import elevated
from core.errors import BanyanError, SetupError
from core.i18n import _

TRY_LATER = 75
"""The exit code by which mail servers know that a message is to be kept and given again (EX_TEMPFAIL)."""


class Kept(Failure):
    """A failure after which the mail server is to keep the message."""

    exit_code = TRY_LATER


@click.group("mail")
def command() -> None:
    """Messages that come in from a mail server."""


@command.command()
@click.argument("file", type=click.File("rb"), default="-")
def receive(file: BinaryIO) -> None:
    """Take one message from FILE, or from standard input: it is put to its record, or makes one.

    For the pipe of a mail server. Where it fails nothing was taken and the exit code is 75, so that the server keeps
    the message and tries again.
    """
    raw = file.read()
    try:
        with elevated("banyan mail receive") as env:
            outcome = env.hooks.mail_received(env=env, raw=raw)
            if outcome is None:
                raise SetupError(_("No enabled addon takes mail. `banyan addons enable mail` does."))
    except Exception as error:  # whatever it is, the mail server must keep the message
        text = told(error) if isinstance(error, BanyanError) else f"{type(error).__name__}: {error}"
        raise Kept(text) from error
    click.echo(outcome)
