"""The hooks of the core, all of them: what an addon may listen to, and answer, without subclassing anything.

Overriding (`super()`) changes what a thing does; a hook says that something happened and others may care.
An addon implements one in its `hooks.py`, naming the arguments that it uses:

    @hookimpl
    def addon_enabled(env, addon): ...

and offers hooks of its own in `hookspecs.py`, with `@hookspec`. There is one plugin manager per registry.
Addons are called in load order: what an addon depends on is called before it. Raising is a veto: it stops
the addons after it and rolls the transaction back. What may fail alone belongs after the commit, not here.

`env` is elevated in all of these: there is no user yet, or none that the work is done for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.identity import Identity
    from core.reports.layout import Layout

PROJECT = "banyan"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


Verdict = Callable[["Env"], "Identity | None"]
"""What comes of a checked log-in: given an environment that may write, it notes the outcome and says who it is."""


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
def document_layout(env: Env, company: int | None) -> Layout | None:
    """How the documents of a company look: its head, paper, colours and font.

    company: whose head a document has; None where its record belongs to none. env: in the language of the document.
    When: before documents are printed, once for each company and language among them. Transaction: the one that
    prints, which only reads. Returning: the layout; None asks the next, and where nobody says one, documents have a
    plain layout. Raising: nothing is printed.
    """
