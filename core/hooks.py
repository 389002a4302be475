"""The hooks of the core, all of them: what an addon may listen to, and answer, without subclassing anything.

Overriding (`super()`) changes what a thing does; a hook says that something happened and others may care.
An addon implements one in its `hooks.py`, naming the arguments that it uses:

    @hookimpl
    def addon_enabled(env, addon): ...

and offers hooks of its own in `hookspecs.py`, with `@hookspec`. There is one plugin manager per registry.
Addons are called in load order: what an addon depends on is called before it. Raising is a veto: it stops
the addons after it and rolls the transaction back. What may fail alone belongs after the commit, not here.

`env` is elevated in all of these but `beside_record` and `care_of_records`: there is no user yet, or none that the work
is done for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from datetime import datetime

    from core.orm.changed import Changed
    from core.orm.env import Env
    from core.orm.filter import Filter
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


@dataclass(frozen=True)
class OpenSession:
    """A session of the pages. number: of its record, by which people tell it from others; seen_at: when it was last
    noted that it is used."""

    identity: Identity
    number: int
    seen_at: datetime


@hookspec
def beside_record(env: Env, record: Model) -> list[Beside] | None:
    """What hangs on a record and is no field of it, for its page to lead there.

    env: the reader's, so that what is hidden from them is not counted. When: the page of a record is shown.
    Transaction: the request's own. Returning: what there is; None for nothing. Raising: the page fails.
    """


CARE = ("planned", "today", "late")
"""What is to be done about a record: later, today, or it should have been done."""


@hookspec(firstresult=True)
def care_of_records(env: Env, model: str, filters: tuple[Filter, ...]) -> Mapping[int, str] | None:
    """What is to be done about the records of a model that meet all filters, for the columns and cards of a board.

    env: the reader's, so that what is hidden from them does not count. When: a board is shown. Transaction: the
    request's own; the same few statements for any number of records. Returning: id of a record → one of `CARE`, the
    most urgent; records with nothing to do are left out. None passes the question on, and where nobody answers, boards
    say nothing of it. Raising: the page fails.
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

    When: work is done in the name of somebody who sends no request, such as a job; at most one statement.
    Transaction: that of the work. Returning: the identity; None where there is no such user, or not active any more.
    Raising: the work fails.
    """


@hookspec(firstresult=True)
def session_began(env: Env, user_id: int, address: str, browser: str) -> str | None:
    """Somebody has logged in, and a session is to be kept for them.

    address: where they log in from; browser: what it says of itself (`User-Agent`). When: after a log-in that
    succeeded. Transaction: one that writes. Returning: the secret that the session is known by, which the browser
    keeps. Raising: nobody is logged in.
    """


@hookspec(firstresult=True)
def identity_of_session(env: Env, session: str) -> OpenSession | None:
    """Whose session this is, by its secret.

    When: at the start of each request of a session; at most one statement. Transaction: the request's own.
    Returning: the session with the identity of its user; None ends it (revoked, or its user is not active any more).
    Raising: the request fails.
    """


@hookspec
def session_used(env: Env, session: str) -> None:
    """A session is in use, and the last note of that is some minutes old.

    When: after a request that wrote has been answered, so that nobody who only reads waits for a writer. Transaction:
    one that writes, of its own. Returning: nothing. Raising: it is noted the next time.
    """


@hookspec
def session_ended(env: Env, session: str) -> None:
    """Somebody has logged out.

    When: they did. Transaction: one that writes. Returning: nothing. Raising: they are told, and stay logged in.
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
