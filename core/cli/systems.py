"""The system that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.addons.system import System
from core.errors import Missing, hinted, nearest
from core.i18n import _
from core.orm.env import Env
from core.orm.model import Model
from core.settings import Settings


@contextmanager
def opened(*, only_reads: bool = False) -> Iterator[System]:
    """The system of this process's settings, brought up to the code unless the command only reads.

    Raises SetupError where `banyan init` has not been run, or a command that only reads finds a database that is not
    what the code needs.
    """
    system = System.open(Settings.load(), only_reads=only_reads)
    try:
        yield system
    finally:
        system.close()


@contextmanager
def elevated(reason: str, *, write: bool = True, only_reads: bool = False) -> Iterator[Env]:
    """An elevated environment in a transaction of its own, committed at the end. reason: for the history.

    only_reads: the command writes nothing in another one either, so that the database stays as it is.
    """
    with opened(only_reads=only_reads) as system, system.unit(write=write and not only_reads, reason=reason) as unit:
        yield unit.system_env()


def user_by_login(env: Env, login: str) -> Model:
    """The user with a log-in. Raises Missing with the nearest one."""
    rows = env["res.users"].with_archived().values(["id", "login"])
    ids = {row["login"]: row["id"] for row in rows}
    if login.lower() not in ids:
        raise Missing(hinted(_("There is no user '{login}'", login=login), nearest(login, ids)))
    user: Model = env["res.users"].get(ids[login.lower()])
    return user
