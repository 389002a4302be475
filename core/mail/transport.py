"""Handing a message over to a server, and what may come of it.

    connect ─ greet ─ log in ─ sender ─ receiver ─ the message, its end ─ "250 accepted"
    └───────────── nothing has left yet ────────┘ └── nobody knows ──┘  └── it is theirs ──┘

A server that goes away before it has answered the end of the message may have taken it or not: that is `Unsure`, and
whoever sends must not send again by itself.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

TIMEOUT_SECONDS = 30


class NotNow(Exception):
    """The message has not left, and trying again later makes sense. Its text says why."""


class Rejected(Exception):
    """The message was refused for good. Its text is what the server said."""


class Unsure(Exception):
    """Nobody knows whether the message was accepted. Its text says what happened."""


class Transport(Protocol):
    """Takes messages."""

    def send(self, message: bytes, sender: str, receiver: str) -> None:
        """Hand a message over. sender: where bounces go; receiver: one address.

        Raises NotNow, Rejected or Unsure.
        """


@dataclass(frozen=True)
class Smtp:
    """A server. security: "none", "starttls" or "ssl"; names of servers are checked against their certificates."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT_SECONDS

    def send(self, message: bytes, sender: str, receiver: str) -> None:
        with self._opened() as server:
            try:
                _accepted(server.mail(sender, _options(server, sender, receiver)))
                _accepted(server.rcpt(receiver))
            except (OSError, smtplib.SMTPException) as error:
                raise NotNow(_said(error)) from None
            try:
                answer = server.data(message)
            except smtplib.SMTPDataError as error:
                _accepted((error.smtp_code, error.smtp_error))
            except (OSError, smtplib.SMTPException) as error:
                raise Unsure(_said(error)) from None
            else:
                _accepted(answer)

    def check(self) -> None:
        """Connect and log in, and send nothing. Raises NotNow."""
        with self._opened():
            pass

    @contextmanager
    def _opened(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(_said(error)) from None
        try:
            yield server
        finally:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _connected(self) -> smtplib.SMTP:
        secure = ssl.create_default_context()
        server: smtplib.SMTP
        if self.security == "ssl":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=secure)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=secure)
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


@dataclass
class Mailbox:
    """Keeps messages in memory, for tests. failing: what the next ones raise, in order."""

    messages: list[tuple[str, str, bytes]] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    def send(self, message: bytes, sender: str, receiver: str) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.messages.append((sender, receiver, message))


def _options(server: smtplib.SMTP, *addresses: str) -> list[str]:
    plain = all(address.isascii() for address in addresses)
    return [] if plain or not server.has_extn("smtputf8") else ["SMTPUTF8"]


def _accepted(answer: tuple[int, bytes | str]) -> None:
    code, said = answer
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = f"{code} {words}"[:500]
    if 400 <= code < 500:
        raise NotNow(text)
    if code >= 500:
        raise Rejected(text)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"[:500]
    return f"{type(error).__name__}: {error}".removesuffix(": ")[:500]
