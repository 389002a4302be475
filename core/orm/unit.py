"""The unit of work: one transaction, one store of values, the changes not yet written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from core.errors import BanyanError, DeclarationError, Invalid
from core.i18n import _
from core.orm.busy import busy_of
from core.orm.changed import Changed
from core.orm.env import Env
from core.orm.file_store import FileStore
from core.orm.guard import STAMP
from core.orm.identity import Identity
from core.orm.read.shares import Shares
from core.orm.registry import Models
from core.orm.sequence import Numbers
from core.orm.store import Store
from core.orm.variants import COMPANY, LANGUAGE, Keys
from core.orm.watch import Watch
from core.orm.write.log import Log
from core.orm.write.pending import Pending

if TYPE_CHECKING:
    import pluggy

    from core.jobs.backstage import Backstage
    from core.orm.compute import Compute


Aside = Callable[[sa.Executable], Any]
"""Runs one statement in a transaction of its own, committed at once, and gives the value that it returns."""


class UnitOfWork:
    """One per request, job or command; `Database.unit` opens and commits it."""

    def __init__(
        self,
        models: Models,
        connection: sa.Connection,
        *,
        hooks: pluggy.HookRelay | None,
        write: bool,
        reason: str,
        clock: Callable[[], datetime],
        files: FileStore | None = None,
        aside: Aside | None = None,
        language: str = "en",
        shares: Shares | None = None,
        tells: bool = False,
    ) -> None:
        """language: the main one of the database, whose texts are what the others fall back to.

        tells: whether addons that listen hear of what it changes.
        """
        self.models = models
        self.hooks = hooks
        self.reason, self.language = reason, language
        self.writable = write
        self.files = files
        self.id = uuid4().hex
        self.statements = 0
        self._changes = 0
        self._connection: sa.Connection | None = connection
        self._dialect = connection.dialect.name
        self._clock = clock
        self._store = Store(models)
        self._pending = Pending(self)
        self._numbers = Numbers(self)
        self._aside = aside
        self._shares = shares
        self._log = Log(self)
        self.changed = Changed(self) if tells and hooks is not None and has_listeners(hooks) else None
        """What addons that listen are told at the end; nothing is noted where none does."""
        self._watch = Watch.begin()
        self._system: Env | None = None
        self.backstage: Backstage | None = None
        """What jobs need beside the database, where the unit is of a system that runs some."""
        self.secret: bytes = b""
        """The key of the database for signatures; empty where the unit is of no system."""
        self.woken: list[tuple[int, int]] = []
        """(job, priority) of those asked for, whose workers are woken after the commit."""
        self.on_check: Callable[[], None] | None = None
        """Asked whenever what was written has been checked: upper layers refuse there what they cannot follow."""
        self._varied: dict[tuple[tuple[str, str], ...], Env] = {}
        self._computing: list[tuple[str, Compute]] = []
        """(model, computed value) of those that are being found: each searches only what it declares as lookups."""

    # -- who acts -------------------------------------------------------------------------------

    def env(self, identity: Identity) -> Env:
        """The environment of a user."""
        return Env(self, identity, elevated=False, reason=self.reason)

    def system_env(self, reason: str = "") -> Env:
        """An elevated environment without a user: for what the installation itself does."""
        if reason and reason != self.reason:
            return Env(self, None, elevated=True, reason=reason)
        if self._system is None:
            self._system = Env(self, None, elevated=True, reason=self.reason)
        return self._system

    def varied_env(self, keys: Keys) -> Env:
        """The elevated environment without a user that sees the values of a language and a company."""
        if not keys:
            return self.system_env()
        place = tuple(keys.items())
        if place not in self._varied:
            env = Env(self, None, elevated=True, reason=self.reason)
            env.language = keys.get(LANGUAGE, self.language)
            if COMPANY in keys:
                env.company_id = int(keys[COMPANY])
                env.company_ids = (env.company_id,)
            self._varied[place] = env
        return self._varied[place]

    def now(self) -> datetime:
        """The instant that counts as now, in UTC."""
        return self._clock()

    # -- what computed values look at -------------------------------------------------------------

    def may_search(self, model: str) -> None:
        """Raises DeclarationError where a computed value is being found that does not declare this lookup.

        What it finds there changes without the value following: that has to be meant.
        """
        if not self._computing:
            return
        owner, compute = self._computing[-1]
        if model not in compute.looked_up:
            raise DeclarationError(
                f"the computed field '{compute.function.__name__}' of {owner} searches {model}, "
                "which it does not declare as a lookup",
                where=compute.where,
                hint=f"add lookups=['{model}'] to its @computed(…), if it need not follow changes there",
            )

    # -- the transaction --------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what is pending, and check the constraints and rules that the changes must meet."""
        self._pending.write(check=True)

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that can fail alone: entering writes what is pending, an error undoes what came since."""
        return Savepoint(self)

    def conclude(self) -> None:
        """Write and check the rest, and tell addons that listen what has changed, all of it as one batch.

        What they do about it is part of the unit, and is not told again. Where the answer to a request shows the
        records, this comes before; it is done at the end of the unit anyway.
        """
        self._pending.write(check=True)
        changed = self.changed
        if changed is not None and changed.place > changed.start:
            assert self.hooks is not None
            self.hooks.records_changed(env=self.system_env(), changed=changed)
            self._pending.write(check=True)
            changed.start = changed.place

    def finish(self) -> None:
        """Conclude, and draw the numbers that were asked for; the caller commits."""
        self.conclude()
        self._numbers.draw()
        self._log.finish()

    def close(self) -> None:
        """Let go of the connection: records of a closed unit can no longer be read."""
        self._connection = None
        if self._watch is not None:
            self._watch.report()

    # -- internal to core -------------------------------------------------------------------------

    def _open(self) -> sa.Connection:
        if self._connection is None:
            raise BanyanError("This unit of work has ended; read what you need before it does, or open another.")
        return self._connection

    def _run(self, statement: sa.Executable, parameters: Any = None) -> Any:
        """Run a statement of the model layer's own. Not for addons, which read and write through `env[Model]`."""
        self.statements += 1
        if isinstance(statement, sa.UpdateBase):
            self._changes += 1
        if self._watch is not None:
            self._watch.note(statement, self._open().dialect)
        try:
            return self._open().execute(statement, parameters, execution_options=STAMP)
        except sa.exc.DBAPIError as error:
            busy = busy_of(error)
            if busy is not None:
                raise busy from error
            if "integer overflow" in str(error.orig):  # SQLite's word for a sum beyond 64 bits
                raise Invalid(_("A sum has become too large for this database to compare.")) from error
            raise


def has_listeners(hooks: pluggy.HookRelay) -> bool:
    """Whether an enabled addon listens to changes of records."""
    return bool(hooks.records_changed.get_hookimpls())


class Savepoint(AbstractContextManager[None]):
    """A part of a unit of work. It is no generator: the frame of one would show the connection to whoever holds it."""

    __slots__ = ("_asked", "_mark", "_nested", "_place", "_unit", "_woken")

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._nested: sa.NestedTransaction | None = None

    def __enter__(self) -> None:
        self._unit._pending.write(check=True)
        self._mark = self._unit._log.mark()
        self._place = self._unit.changed.place if self._unit.changed is not None else 0
        self._asked = self._unit._numbers.asked()
        self._woken = len(self._unit.woken)
        self._nested = self._unit._open().begin_nested()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        unit, nested = self._unit, self._nested
        assert nested is not None
        try:
            if error is None:
                unit._pending.write(check=True)
        except BaseException:
            self._take_back(nested)
            raise
        if error is None:
            nested.commit()
        else:
            self._take_back(nested)

    def _take_back(self, nested: sa.NestedTransaction) -> None:
        nested.rollback()
        self._unit._log.back(self._mark)
        if self._unit.changed is not None:
            self._unit.changed.back_to(self._place)
        self._unit._pending.forget()
        self._unit._store.forget()
        self._unit._numbers.back_to(self._asked)
        del self._unit.woken[self._woken :]
