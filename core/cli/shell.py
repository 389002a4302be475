"""`banyan shell`: a Python prompt on the database."""

from __future__ import annotations

import code
import importlib
import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

import click

from core.addons.system import System
from core.cli.systems import opened, user_by_login
from core.errors import Missing
from core.i18n import _
from core.orm.env import Env
from core.orm.unit import UnitOfWork

BANNER = """\
Banyan shell: `env` is {who}; `env["res.partner"].search(limit=5)` gives records.
Model classes: {classes}
{writing}"""
READING = "Nothing can be changed: start with --write for that."
WRITING = """\
Changes wait for commit(); rollback() forgets them, and so does leaving. Both give a new `env`: records of the old one
end with it. Other writers of an SQLite database wait meanwhile."""


class _Forget(Exception):
    """Ends a unit of work without its changes."""


class Session:
    """One unit of work after another, with `env` of the present one among the prompt's names."""

    def __init__(self, system: System, login: str, write: bool, names: dict[str, Any]) -> None:
        self._system, self._login, self._write, self._names = system, login, write, names
        self._block: AbstractContextManager[UnitOfWork] | None = None

    def begin(self) -> None:
        """Open a unit of work."""
        self._block = self._system.unit(write=self._write, reason="banyan shell")
        self._names["env"] = self._env(self._block.__enter__())

    def commit(self) -> None:
        """Write what is pending and keep all changes. An error leaves them undone."""
        self._end(None)

    def rollback(self) -> None:
        """Forget all changes since the last commit."""
        self._end(_Forget())

    def close(self) -> None:
        """Forget what was not committed, and let go of the database."""
        self._leave(_Forget())

    def _end(self, error: _Forget | None) -> None:
        try:
            self._leave(error)
        finally:
            self.begin()

    def _leave(self, error: _Forget | None) -> None:
        block, self._block = self._block, None
        if block is None:
            return
        with suppress(_Forget):
            block.__exit__(type(error) if error else None, error, None)

    def _env(self, unit: UnitOfWork) -> Env:
        env = unit.system_env()
        if not self._login:
            return env
        identity = env.hooks.identity_of(env=env, user_id=user_by_login(env, self._login).id)
        if identity is None:
            raise Missing(_("The user '{login}' is not active.", login=self._login))
        return unit.env(identity)


@click.command("shell")
@click.option("--write", is_flag=True, help="Allow changes; they are kept by commit().")
@click.option("--user", "login", default="", metavar="LOGIN", help="With the rights of this user instead of all.")
def command(write: bool, login: str) -> None:
    """Open a Python prompt with `env`, an environment with all rights."""
    with opened(only_reads=not write) as system:
        names: dict[str, Any] = {info.cls.__name__: info.cls for info in system.registry.models.values()}
        classes = ", ".join(sorted(names))
        session = Session(system, login, write, names)
        if write:
            names.update(commit=session.commit, rollback=session.rollback)
        who = f"that of {login}" if login else "an environment with all rights"
        try:
            session.begin()
            _interact(BANNER.format(who=who, classes=classes, writing=WRITING if write else READING), names)
        finally:
            session.close()


def _interact(banner: str, names: dict[str, Any]) -> None:
    """IPython where it is installed, else Python's own prompt."""
    if importlib.util.find_spec("IPython") is not None:
        start: Callable[..., None] = importlib.import_module("IPython").start_ipython
        click.echo(banner)
        start(argv=["--no-banner"], user_ns=names)
    else:
        code.interact(banner=banner, local=names, exitmsg="")
