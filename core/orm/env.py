"""Env: who acts, in which companies and language, on which unit of work. It is passed, never global."""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload
from zoneinfo import ZoneInfo

from core.errors import Invalid, nearest
from core.i18n import LANGUAGES, _
from core.orm.access.declare import Action
from core.orm.access.table import fields_read
from core.orm.collection import Collection
from core.orm.filter import Filter
from core.orm.identity import Identity
from core.orm.records import Records
from core.orm.sequence import name_of
from core.orm.store import Node, Reader
from core.orm.variants import COMPANY, LANGUAGE, Keys, base_name
from core.orm.view import View
from core.orm.write.lock import lock

if TYPE_CHECKING:
    import pluggy

    from core.orm.access.explain import Explanation
    from core.orm.changed import Changed
    from core.orm.model import Model
    from core.orm.past import PastEnv
    from core.orm.path import Path
    from core.orm.registry import Models
    from core.orm.states.explain import MoveExplanation
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
        self._read_by: dict[tuple[Action, str], frozenset[Node]] = {}
        self.elevated, self.reason = elevated, reason
        self.models: Models = unit.models
        self.user_id = identity.user_id if identity else None
        self.login = identity.login if identity else ""
        self.user_name = identity.name if identity else ""
        self.roles = unit.models.access.closure(identity.roles) if identity else frozenset()
        self.company_id = identity.company_id if identity else None
        self.company_ids = identity.company_ids if identity else ()
        self.language = identity.language if identity else unit.language
        self.time_zone = identity.time_zone if identity else "UTC"
        self._reader: Reader = (
            None if elevated else (self.user_id, self.roles, self.company_id, self.company_ids, self.language)
        )

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
    def main_language(self) -> str:
        """The language of the database, whose texts stand where another has none."""
        return self._unit.language

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
        return self._like(Env(self._unit, self._identity, elevated=True, reason=reason or self.reason))

    def as_user(self, identity: Identity) -> Env:
        """The same unit of work for another user."""
        return Env(self._unit, identity, elevated=False, reason=self.reason)

    def in_company(self, company: Model | int) -> Env:
        """The same user at work in one company that they may work in, and in its branches. Raises AccessDenied."""
        identity, chosen = self._identity, company if isinstance(company, int) else company.id
        if identity is not None:
            # Elevated code works in any company.
            known = replace(identity, allowed_ids=(*identity.allowed, chosen)) if self.elevated else identity
            identity = known.working_in((chosen,))
        env = Env(self._unit, identity, elevated=self.elevated, reason=self.reason)
        if identity is None:
            env.company_id, env.company_ids, env.language = chosen, (chosen,), self.language
        return env

    def in_language(self, language: str) -> Env:
        """The same user reading and writing in another language, such as that of a customer's documents.

        Raises Invalid for one that nobody can choose.
        """
        if language not in LANGUAGES:
            raise Invalid(_("There is no language '{language}'; {hint}", language=language,
                            hint=nearest(language, LANGUAGES) or ", ".join(LANGUAGES)))  # fmt: skip
        identity = self._identity
        if identity is not None:
            identity = replace(identity, language=language)
        env = self._like(Env(self._unit, identity, elevated=self.elevated, reason=self.reason))
        env.language = language
        return env

    def _like(self, env: Env) -> Env:
        """The environment with the language and companies of this one, where no user says them."""
        if self._identity is None:
            env.language, env.company_id, env.company_ids = self.language, self.company_id, self.company_ids
        return env

    def _as_kept(self) -> Env:
        """The same with elevated rights, where every name means what the store keeps under it: a field its base."""
        env = self._like(Env(self._unit, self._identity, elevated=True, reason=self.reason))
        env._keys = {}
        return env

    def has_role(self, key: str) -> bool:
        """Whether the user has a role, given or implied; elevated code has every role."""
        return self.elevated or key in self.roles

    def explain(self, what: Any, action: Action = "read", *, who: Identity | None = None) -> Explanation:
        """Which role, grant and rule decide why somebody may or may not do something to a record, or to a model.

        what: a record, a model's class or its name. who: somebody else than this environment's own user.
        Raises AccessDenied for one who may not know: it is for elevated code and for roles with `may_explain`.
        """
        from core.orm.access.explain import explain  # it asks with the compiler of the reading door

        name = what if isinstance(what, str) else what._name
        return explain(self, name, None if isinstance(what, str | type) else what.id, action, who)

    def sign(self, purpose: str, text: str) -> str:
        """A signature of a text that only this database can make: 16 letters and digits, 80 bits.

        purpose: what it is good for, so that a signature of one kind opens nothing of another. For addresses that are
        to be believed when they come back. Raises LookupError outside of a running system.
        """
        if not self._unit.secret:
            raise LookupError("This unit of work is of no system, and has no key to sign with.")
        digest = hmac.digest(self._unit.secret, f"{purpose}\0{text}".encode(), "sha256")
        return b32encode(digest[:10]).decode().lower()

    def explain_move(self, what: Any, move: str, *, who: Identity | None = None) -> MoveExplanation:
        """The same of a move between states: which of state, conditions, roles and the right to write decide."""
        from core.orm.states.explain import explain_move

        name = what if isinstance(what, str) else what._name
        return explain_move(self, name, None if isinstance(what, str | type) else what.id, move, who)

    # -- time -------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._unit.now()

    def today(self) -> date:
        """The present day where the user is."""
        return self.now().astimezone(ZoneInfo(self.time_zone)).date()

    def as_of(self, moment: datetime) -> PastEnv:
        """The past: an environment whose records are what they were at that moment; it reads and never writes.

        Raises Invalid for a moment that is to come, or that does not say its time zone.
        """
        from core.orm.past import as_of  # the past is an environment itself

        return as_of(self, moment)

    # -- the transaction ----------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what is pending now, and check it. Raises Invalid, AccessDenied or Conflict."""
        self._unit.flush()

    @property
    def changed(self) -> Changed:
        """What the unit of work has changed of the models that addons listen to.

        Raises LookupError where nobody hears of it: in a unit that only reads, or that enables addons.
        """
        if self._unit.changed is None:
            raise LookupError("Nobody hears of what this unit of work changes.")
        return self._unit.changed

    def conclude(self) -> None:
        """Write and check what is pending, and let addons that listen to changes do what they do about them.

        For who shows records right after changing them; a unit of work does it by itself at its end.
        """
        self._unit.conclude()

    def savepoint(self) -> AbstractContextManager[None]:
        """A part that can fail without the rest: `with env.savepoint(): …`."""
        return self._unit.savepoint()

    def lock(self, *records: Records[Any]) -> None:
        """Lock records for a step that reads, decides and writes: nobody else changes them until the unit ends.

        All that a step needs is locked in one call, before it reads what it decides by; several models are locked in
        the order of their names, and records in that of their ids, so that two steps cannot wait for one another.
        Raises Missing or AccessDenied for a record that is not there, or not the user's to change.
        """
        lock(self._unit, records)

    def number(self, records: Records[Any], field: str | Path[Any], sequence: str, *, on: str | Path[Any] = "") -> None:
        """Number records that have no number yet, in their order, from the sequence of that code.

        field: the text that holds the number. on: the field with the day that it is for; today where it is not given.
        A record's company says which company's numbers it takes. A quick sequence numbers at once. A gapless one does
        at the end of the unit, when nothing can fail any more but the commit: until then the field is empty.
        Raises Refused where there is no such sequence.
        """
        self._unit._numbers.ask(self, records, name_of(field), sequence, name_of(on))

    # -- internal to the model layer ------------------------------------------------------------------------

    @cached_property
    def _keys(self) -> Keys:
        """By what language and company it sees other values than the base."""
        varies = self.language in LANGUAGES and self.language != self._unit.language
        found = {LANGUAGE: self.language} if varies else {}
        return found if self.company_id is None else {**found, COMPANY: str(self.company_id)}

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
                read = self._read_by[key] = frozenset(fields_read(condition, self.models, model))
                for node in read:
                    guarded.setdefault(node, set()).add(model)
        return self._rows[key]

    def _asks_for(self, action: Action, model: str, names: Iterable[str]) -> bool:
        """Whether a change of these fields of a model can move its rows into, or out of, those it may act on."""
        if self.elevated or self._allowed(action, model) is None:
            return not self.elevated
        read = self._read_by[action, model]
        return any((model, base_name(name)) in read for name in names)
