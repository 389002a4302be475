"""The hooks of the core, all of them: what an addon may listen to, and answer, without subclassing anything.

Overriding (`super()`) changes what a thing does; a hook says that something happened and others may care.
An addon implements one in its `hooks.py`, naming the arguments that it uses:

    @hookimpl
    def addon_enabled(env, addon): ...

and offers hooks of its own in `hookspecs.py`, with `@hookspec`. There is one plugin manager per registry.
Addons are called in load order: what an addon depends on is called before it. Raising is a veto: it stops
the addons after it and rolls the transaction back. What may fail alone belongs after the commit, not here.

`env` is elevated in all of these but `beside_record`: there is no user yet, or none that the work is done for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from core.orm.changed import Changed
    from core.orm.env import Env
    from core.orm.identity import Identity
    from core.orm.model import Model
    from core.reports.layout import Layout

PROJECT = "banyan"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


Verdict = Callable[["Env"], "Identity | None"]
"""What comes of a checked log-in: given an environment that may write, it notes the outcome and says who it is."""


@dataclass(frozen=True)
class Beside:
    """What hangs on a record elsewhere. count: how much, or None where that is no number; address: where all of it is;
    new: where one is made, or empty."""

    label: str
    count: int | None
    address: str
    new: str = ""


@hookspec
def beside_record(env: Env, record: Model) -> list[Beside] | None:
    """What hangs on a record and is no field of it, for its page to lead there.

    env: the reader's, so that what is hidden from them is not counted. When: the page of a record is shown.
    Transaction: the request's own. Returning: what there is; None for nothing. Raising: the page fails.
    """


@hookspec
def addon_enabled(env: Env, addon: str) -> None:
    """An addon has joined the database, or its code has changed since the database last met it.

    When: its tables and its shipped records are there; once for each such addon, in load order. All enabled
    addons hear of it, the new one included. Transaction: the one that enables it. Returning: nothing; do
    what may be repeated, since each change of the code calls again. Raising: nothing is enabled at all.
    """


@hookspec(firstresult=True)
def authenticate(env: Env, login: str, password: str, address: str) -> Verdict | None:
    """Who this log-in and password belong to.

    address: where the attempt comes from, for throttling. When: somebody logs in. Transaction: one that only
    reads, since checking a password takes long and other writers would wait for it. Returning: a function that
    says who it is, or None for nobody, without saying which part was wrong; it is called with an environment of a
    writing transaction, which is committed whatever the answer, so that failed attempts can be counted. None
    passes the question on, and None from all refuses the log-in. Raising, here or there: TooManyAttempts makes
    the person wait; any other error refuses.
    """


@hookspec(firstresult=True)
def identity_of(env: Env, user_id: int) -> Identity | None:
    """Who this user is now, with roles and companies.

    When: at the start of each request of a session; at most one statement. Transaction: the request's own.
    Returning: the identity; None ends the session (no such user, or not active any more). Raising: the
    request fails.
    """


@hookspec(firstresult=True)
def identity_of_key(env: Env, key: str) -> Identity | None:
    """Who holds this bearer key, as it stands in the request.

    When: at the start of each request that carries one; at most one statement. Transaction: the request's
    own. Returning: the identity; None refuses the key. Raising: the request fails.
    """


@hookspec(firstresult=True)
def mail_received(env: Env, raw: bytes) -> str | None:
    """A message has come in, as it is on the wire.

    When: `banyan mail receive` was given one. Transaction: one that writes, of its own. Returning: what became of it,
    in a few words for a log; None passes the message on, and where nobody takes it the command fails, so that the
    mail server keeps it. Raising: the same.
    """


@hookspec
def records_watched(env: Env) -> Collection[str] | None:
    """The names of the models whose changes `records_changed` wants to hear of in this unit of work.

    When: before a unit of work writes for the first time; at most one statement. Transaction: that unit. Returning: the
    names; models that keep no history are never heard of. Raising: nothing is written.
    """


@hookspec
def records_changed(env: Env, changed: Changed) -> None:
    """Records of watched models have been made or changed.

    changed: `changed.since(changed.start)` gives model → what happened, all of a unit as one batch, derived values
    among it. When: at the end of a unit of work, after all has been checked and before gapless numbers are drawn; not
    while addons are enabled. Transaction: that unit: what is written here is committed with it. It is not told again:
    whoever wants to follow it up asks `changed.since(place)` for it. Returning: nothing. Raising: the unit fails.
    """


@hookspec(firstresult=True)
def document_layout(env: Env, company: int | None) -> Layout | None:
    """How the documents of a company look: its head, paper, colours and font.

    company: whose head a document has; None where its record belongs to none. env: in the language of the document.
    When: before documents are printed, once for each company and language among them. Transaction: the one that
    prints, which only reads. Returning: the layout; None asks the next, and where nobody says one, documents have a
    plain layout. Raising: nothing is printed.
    """
