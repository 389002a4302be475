"""Understanding a message that comes in, however odd: what cannot be decoded is shown as far as it can be.

The old parser of the standard library (compat32) is the one that raises for nothing; headers are decoded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from core.mail.addresses import addresses_in
from core.mail.bounce import Bounce, bounces_in
from core.mail.letter import Part, html_of, words_as_html

TO = ("To", "Cc", "Delivered-To", "X-Original-To", "X-Forwarded-To", "Envelope-To")
"""The headers that say where a message arrived; which of them a server writes differs."""
MOST_PARTS = 100
_IDS = re.compile(r"<[^<>\s]+>")
_BULK = ("bulk", "junk", "list", "auto_reply")


class Unreadable(Exception):
    """The bytes are no message at all: there is no header in them that says who sent it or to whom."""


@dataclass(frozen=True)
class Incoming:
    """A message that came in. Ids have their brackets. html: cleaned. is_automatic: no person wrote it."""

    message_id: str
    sender: str
    sender_name: str
    receivers: Sequence[str]
    subject: str
    html: str
    in_reply_to: str
    references: Sequence[str]
    sent_at: datetime | None
    is_automatic: bool
    parts: Sequence[Part] = field(default=(), repr=False)
    bounces: Sequence[Bounce] = ()

    @property
    def answered(self) -> tuple[str, ...]:
        """Ids of the messages that it answers, the nearest first."""
        nearest_first = [self.in_reply_to, *reversed(self.references)]
        return tuple(dict.fromkeys(one for one in nearest_first if one))


def understand(raw: bytes) -> Incoming:
    """What a message says. Raises Unreadable where it is none."""
    # Delivery programs put the envelope on a line of its own before the first header.
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    message = BytesParser(policy=compat32).parsebytes(raw)
    senders = addresses_in(_all(message, "From")) or addresses_in(_all(message, "Sender", "Return-Path"))
    if not senders and not _all(message, *TO, "Subject", "Message-ID", "Received"):
        raise Unreadable("no header says who sent it, or to whom")
    name, address = senders[0] if senders else ("", "")
    return Incoming(
        message_id=_first_id(_header(message, "Message-ID")),
        sender=address,
        sender_name=name,
        receivers=tuple(dict.fromkeys(address for _name, address in addresses_in(_all(message, *TO)))),
        subject=" ".join(_header(message, "Subject").split()),
        html=_html(message),
        in_reply_to=_first_id(_header(message, "In-Reply-To")),
        references=tuple(_IDS.findall(_header(message, "References"))),
        sent_at=_date(_header(message, "Date")),
        is_automatic=_is_automatic(message),
        parts=tuple(_files(message)),
        bounces=bounces_in(message),
    )


def _all(message: Message, *names: str) -> list[str]:
    # `raw_items`, since `get` gives a header with bytes in it as one in which they are lost.
    raw = [(name.lower(), value) for name, value in message.raw_items()]
    return [_decoded(value) for wanted in names for name, value in raw if name == wanted.lower()]


def _header(message: Message, name: str) -> str:
    return next(iter(_all(message, name)), "")


def _decoded(value: object) -> str:
    """A header as text. Bytes that it should not have are taken for UTF-8, else for what was common before."""
    text = _text(str(value).encode("utf-8", "surrogateescape"), "utf-8")
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(part if isinstance(part, str) else _text(part, charset or "utf-8") for part, charset in parts)


def _text(data: bytes, charset: str) -> str:
    for known in (charset, "utf-8", "windows-1252"):
        try:
            return data.decode(known).replace("\0", "")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return data.decode("latin-1").replace("\0", "")


def _first_id(text: str) -> str:
    found = _IDS.search(text)
    return found[0] if found else ""


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _is_automatic(message: Message) -> bool:
    auto = _header(message, "Auto-Submitted").strip().lower()
    return (
        (bool(auto) and not auto.startswith("no"))
        or _header(message, "Precedence").strip().lower() in _BULK
        or bool(_all(message, "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id"))
        or _header(message, "Return-Path").strip() == "<>"
        or message.get_content_type() == "multipart/report"
    )


# -- what is in it ------------------------------------------------------------------------------------------------


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, those of messages inside left out: these are files."""
    payload = message.get_payload()
    if message.get_content_maintype() == "message" or not isinstance(payload, list):
        yield message
        return
    for part in payload:
        if isinstance(part, Message):
            yield from _leaves(part)


def _is_file(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_content_maintype() == "message":
        return True
    return part.get_content_maintype() != "text" or part.get_filename() is not None


def _html(message: Message) -> str:
    """The rich text, or the words where there is none. Of a message in several languages or parts all are taken."""
    texts = [part for part in _leaves(message) if not _is_file(part)]
    rich = [part for part in texts if part.get_content_subtype() == "html"]
    if rich:
        return html_of("\n".join(_content(part) for part in rich))
    return words_as_html("\n\n".join(_content(part) for part in texts))


def _content(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return _text(data, str(part.get_content_charset() or "utf-8"))


def _files(message: Message) -> Iterator[Part]:
    for place, part in enumerate([leaf for leaf in _leaves(message) if _is_file(leaf)][:MOST_PARTS], 1):
        if part.get_content_maintype() == "message":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            data = inner.as_bytes() if isinstance(inner, Message) else b""
            name = _decoded(part.get_filename() or f"message-{place}.eml")
        else:
            found = part.get_payload(decode=True)
            data = found if isinstance(found, bytes) else b""
            name = _decoded(part.get_filename() or f"file-{place}")
        if data:
            yield Part(name, part.get_content_type(), data)
