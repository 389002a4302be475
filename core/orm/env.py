"""Env: who acts, in which companies and language, on which unit of work. It is passed, never global."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, overload
from zoneinfo import ZoneInfo

from core.orm.access.declare import Action
from core.orm.access.table import fields_read
from core.orm.collection import Collection
from core.orm.filter import Filter
from core.orm.identity import Identity
from core.orm.store import Reader
from core.orm.view import View

if TYPE_CHECKING:
    import pluggy

    from core.orm.model import Model
    from core.orm.registry import Models
    from core.orm.unit import UnitOfWork

M = TypeVar("M", bound="Model")


class Env:
    """The environment that records are read and written with; `env[Lead]` gives a model's records.

    user_id: nobody where the installation itself acts. roles: with all that they imply. elevated: access
    rules do not apply. reason: why, for the history.
    """

    def __init__(self, unit: UnitOfWork, identity: Identity | None, *, elevated: bool, reason: str) -> None:
        self._unit = unit
        self._identity = identity
        self._views: dict[str, View] = {}
        self._rows: dict[tuple[Action, str], Filter | None] = {}
        self.elevated, self.reason = elevated, reason
        self.models: Models = unit.models
        self.user_id = identity.user_id if identity else None
        self.login = identity.login if identity else ""
        self.user_name = identity.name if identity else ""
        self.roles = unit.models.access.closure(identity.roles) if identity else frozenset()
        self.company_id = identity.company_id if identity else None
        self.company_ids = identity.company_ids if identity else ()
        self.language = identity.language if identity else "en"
        self.time_zone = identity.time_zone if identity else "UTC"
        self._reader: Reader = None if elevated else (self.user_id, self.roles, self.company_id, self.company_ids)

    # -- records ----------------------------------------------------------------------------------

    @overload
    def __getitem__(self, model: type[M]) -> Collection[M]: ...
    @overload
    def __getitem__(self, model: str) -> Collection[Any]: ...
    def __getitem__(self, model: Any) -> Collection[Any]:
        return Collection(self._view(model if isinstance(model, str) else model._name))

    @property
    def user(self) -> Any:
        """The record of the user who acts, or None."""
        return None if self.user_id is None else self["res.users"].get(self.user_id)

    @property
    def company(self) -> Any:
        """The record of the company that new records belong to, or None."""
        return None if self.company_id is None else self["res.company"].get(self.company_id)

    @property
    def hooks(self) -> pluggy.HookRelay:
        """Where business events are announced: `env.hooks.lead_won(env=env, lead=lead)`."""
        if self._unit.hooks is None:
            raise LookupError("This unit of work was opened without hooks.")
        return self._unit.hooks

    # -- other environments ---------------------------------------------------------------------------

    def sudo(self, reason: str = "") -> Env:
        """The same unit of work with elevated rights, for the same user. reason: for the history."""
        if self.elevated and not reason:
            return self
        return Env(self._unit, self._identity, elevated=True, reason=reason or self.reason)

    def as_user(self, identity: Identity) -> Env:
        """The same unit of work for another user."""
        return Env(self._unit, identity, elevated=False, reason=self.reason)

    def has_role(self, key: str) -> bool:
        """Whether the user has a role, given or implied; elevated code has every role."""
        return self.elevated or key in self.roles

    # -- time -------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._unit.now()

    def today(self) -> date:
        """The present day where the user is."""
        return self.now().astimezone(ZoneInfo(self.time_zone)).date()

    # -- the transaction ----------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what is pending now, and check it. Raises Invalid, AccessDenied or Conflict."""
        self._unit.flush()

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that can fail without the rest: `with env.savepoint(): …`."""
        return self._unit.savepoint()

    # -- internal to the model layer ------------------------------------------------------------------------

    def _view(self, model: str) -> View:
        view = self._views.get(model)
        if view is None:
            view = self._views[model] = View(self, self.models[model])
        return view

    def _allowed(self, action: Action, model: str) -> Filter | None:
        """The filter of the rows that this environment may act on; see AccessTable.rows."""
        key = (action, model)
        if key not in self._rows:
            condition = self.models.access.rows(self, action, model)
            self._rows[key] = condition
            if condition is not None:
                guarded = self._unit._pending.guarded_by
                for node in fields_read(condition, self.models, model):
                    guarded.setdefault(node, set()).add(model)
        return self._rows[key]
