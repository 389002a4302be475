"""Fetching mail by IMAP.

    for each message that is not seen: read it without marking it ─► unit: put it to its record ─► commit ─► mark it

One that was put and not marked, since the line broke, is read again and known by its Message-ID.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from addons.mail.models.fetch_server import FetchServer
from addons.mail.operations.receive import receive
from core.i18n import _, translate
from core.jobs import Work

TIMEOUT_SECONDS = 60
MOST = 500
"""Messages of one fetch; the others wait for the next."""


@dataclass(frozen=True)
class _Box:
    host: str
    port: int
    is_ssl: bool
    user: str
    password: str = field(repr=False)
    folder: str


def fetch(work: Work, server_id: int) -> None:
    """Take what is new in the mailbox of a server, and note on it what came of that."""
    with work.reading() as env:
        server = env[FetchServer].get(server_id)
        box = _Box(server.host, server.port, server.is_ssl, server.user, server.secret, server.folder)
    taken, problem = 0, ""
    try:
        with _opened(box) as mailbox:
            numbers = _unseen(mailbox)[:MOST]
            for number in numbers:
                raw = _read(mailbox, number)
                with work.unit() as env:
                    receive(env, raw)
                mailbox.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")
                taken += 1
                work.progress(taken, len(numbers))
    except (OSError, imaplib.IMAP4.error) as error:
        problem = f"{type(error).__name__}: {error}"[:400]
    with work.unit() as env:
        server = env[FetchServer].get(server_id)
        said = translate(_("{problem} ({count} were taken before)", problem=problem, count=taken), env.main_language)
        server.write(fetched_at=env.now(), fetched_count=taken, problem=said if problem else "")


@contextmanager
def _opened(box: _Box) -> Iterator[imaplib.IMAP4]:
    mailbox: imaplib.IMAP4
    if box.is_ssl:
        secure = ssl.create_default_context()
        mailbox = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=secure, timeout=TIMEOUT_SECONDS)
    else:
        mailbox = imaplib.IMAP4(box.host, box.port, timeout=TIMEOUT_SECONDS)
    with mailbox:
        mailbox.login(box.user, box.password)
        folder = box.folder.replace("\\", "\\\\").replace('"', '\\"')
        answer, said = mailbox.select(f'"{folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"{box.folder}: {said!r}")
        yield mailbox


def _unseen(mailbox: imaplib.IMAP4) -> list[str]:
    _answer, found = mailbox.uid("SEARCH", "UNSEEN")
    return found[0].decode().split() if found and found[0] else []


def _read(mailbox: imaplib.IMAP4, number: str) -> bytes:
    _answer, found = mailbox.uid("FETCH", number, "(BODY.PEEK[])")
    raw = next((part[1] for part in found if isinstance(part, tuple)), None)
    if not isinstance(raw, bytes):
        raise imaplib.IMAP4.error(f"message {number} cannot be read")
    return raw
