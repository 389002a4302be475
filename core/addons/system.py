"""A system: one database with the registry of its addons, and units of work on it. What serves, and what
commands run on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import TypeVar

from core.addons import lifecycle
from core.addons.ledger import read_setting, read_state
from core.addons.overlay import keep
from core.addons.overlay.lay import lay
from core.addons.registry import Registry
from core.errors import SetupError
from core.jobs.backstage import Backstage
from core.orm.database import Database
from core.orm.repeat import repeat
from core.orm.unit import UnitOfWork
from core.settings import Settings

T = TypeVar("T")


class System:
    """Opened by `System.open`; nothing public of it leads to a connection.

    backstage: what jobs need beside the database.
    """

    def __init__(self, settings: Settings, database: Database, registry: Registry, secret: bytes) -> None:
        self.settings = settings
        self.secret_key = secret
        self._database = database
        self._registry = registry
        self._following = Lock()
        self.backstage = Backstage(settings, secret)

    @classmethod
    def open(cls, settings: Settings, *, only_reads: bool = False) -> System:
        """The system of an initialised database, brought up to the code that is there now.

        only_reads: bring nothing up, and raise SetupError where the database is not what the code needs.
        Raises DeclarationError where the enabled addons do not compose: none is ever left out, since its
        access rules would go with it. Raises SetupError where the database does not answer, has never been
        initialised, or cannot follow the code.
        """
        database = Database(settings.database_url, files=settings.files)
        try:
            with database.looking() as connection:
                if not read_state(connection):
                    raise SetupError(lifecycle.EMPTY)
                secret = read_setting(connection, lifecycle.SECRET)
            registry = (lifecycle.look if only_reads else lifecycle.follow)(database, settings)
            return cls(settings, database, registry, bytes.fromhex(secret or ""))
        except BaseException:
            database.dispose()
            raise

    @property
    def registry(self) -> Registry:
        """The live registry; another one after `follow`."""
        return self._registry

    @contextmanager
    def unit(self, write: bool = False, reason: str = "", trace: str = "", trial: bool = False) -> Iterator[UnitOfWork]:
        """One transaction, with the registry that the database has as it begins; see `Database.unit`.

        Where another process has changed the overlay, this one composes it before it goes on. Where the unit itself
        changes it, the system goes on with the next registry after the commit.
        """
        while True:
            registry = self._registry
            models, hooks = registry.models, registry.hooks.hook
            changed, woken = None, []
            with self._database.unit(models, hooks, write=write, reason=reason, trace=trace, trial=trial) as unit:
                if keep.number_of(unit) == registry.overlay.number:
                    unit.on_check = partial(keep.check, unit, registry.code)
                    unit.backstage = self.backstage
                    yield unit
                    woken = unit.woken
                    if write:
                        changed = keep.settle(unit, registry.code)
                    found = True
                else:
                    found = False
            if trial:
                changed, woken = None, []
            if woken:
                self.backstage.wake(woken)
            if changed is not None:
                self._swap(changed)
            if found:
                return
            self._follow_overlay()

    def repeat(self, work: Callable[[UnitOfWork], T], *, write: bool = True, reason: str = "", trace: str = "") -> T:
        """Do a `@repeatable` function in a unit of its own, and again in another where others are in its way.

        Gives what it returns. Raises Busy or Conflict where that did not help either.
        """
        return repeat(lambda: self.unit(write=write, reason=reason, trace=trace), work)

    def check(self, part: str) -> None:
        """Whether a part of the installation answers: "database" or "files". Raises SetupError or OSError."""
        if part == "files":
            if self._database.files is not None:
                self._database.files.check()
            return
        with self.unit():
            pass  # the number of the overlay has been read

    def let_others_write(self) -> None:
        """For work in the background, before it writes again: let those go first who wait for SQLite."""
        if self._database.turns is not None:
            self._database.turns.let_others_go_first()

    def _follow_overlay(self) -> None:
        """Compose what another process has changed of the overlay."""
        with self._following, self._database.looking() as connection:
            overlay = keep.stored(connection)
            if overlay.number != self._registry.overlay.number:
                self._registry = lay(self._registry.code, overlay)

    def _swap(self, registry: Registry) -> None:
        with self._following:
            if registry.overlay.number > self._registry.overlay.number:
                self._registry = registry

    def follow(self, names: Sequence[str] = (), *, demo: bool = False) -> None:
        """Go on with the addons that the database has now, and enable `names`.

        Units that are open keep the registry that they began with. A failure leaves the live one serving.
        """
        with self._following:
            self._registry = lifecycle.follow(self._database, self.settings, names, demo=demo)

    def close(self) -> None:
        """Close all connections."""
        self.backstage.close()
        self._database.dispose()
