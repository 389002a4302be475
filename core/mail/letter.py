"""Letters: what is to be sent, and the message that it becomes."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from core.mail.addresses import addresses_in
from core.orm.fields.html import clean, words_of

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
POLICY = SMTP.clone(max_line_length=120)


@dataclass(frozen=True)
class Part:
    """A file that goes with a letter, or came with one."""

    name: str
    mimetype: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """One message to one address.

    sender, to, reply_to: addresses with or without a name. html: cleaned, or to be. message_id, in_reply_to,
    references: with their brackets. headers: more of them.
    """

    sender: str
    to: str
    subject: str
    html: str
    message_id: str
    at: datetime
    reply_to: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    language: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: Sequence[Part] = ()


def compose(letter: Letter) -> bytes:
    """The message as it goes over the wire: words alone and rich text, in UTF-8, with its files."""
    message = EmailMessage(policy=POLICY)
    message["From"], message["To"] = _address(letter.sender), _address(letter.to)
    if letter.reply_to:
        message["Reply-To"] = _address(letter.reply_to)
    message["Subject"] = _line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = _line(letter.message_id)
    if letter.in_reply_to:
        message["In-Reply-To"] = _line(letter.in_reply_to)
    if references := [*letter.references, *([letter.in_reply_to] if letter.in_reply_to else [])]:
        message["References"] = " ".join(dict.fromkeys(map(_line, references)))
    for name, value in letter.headers.items():
        message[name] = _line(value)
    message.set_content(words_of(letter.html) + "\n", cte="quoted-printable")
    message.add_alternative(_page(letter), subtype="html", cte="quoted-printable")
    for part in letter.parts:
        kind, _slash, subtype = part.mimetype.partition("/")
        if kind in ("message", "multipart") or not subtype:
            kind, subtype = "application", "octet-stream"  # a message inside would have to be one that is whole
        message.add_attachment(part.data, maintype=kind, subtype=subtype, filename=_line(part.name))
    if letter.language:  # last: setting the content takes such headers for its own
        message["Content-Language"] = letter.language
    return message.as_bytes()


def words_as_html(text: str) -> str:
    """Plain words as rich text: a paragraph for each empty line, breaks kept."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(
        f"<p>{html.escape(one, quote=False).replace(chr(10), '<br>')}</p>" for one in paragraphs if one.strip()
    )


def html_of(text: str) -> str:
    """Rich text with nothing in it that could act in a reader's browser."""
    return clean(text)


def _page(letter: Letter) -> str:
    language = f' lang="{letter.language}"' if letter.language else ""
    return (
        f'<!doctype html><html{language}><head><meta charset="utf-8"></head>'
        f'<body style="font-family: sans-serif; line-height: 1.5">{clean(letter.html)}</body></html>\n'
    )


def _line(text: str) -> str:
    """The text on one line: a header that a break could end would be two headers."""
    return _BREAKS.sub(" ", text).strip()


def _address(text: str) -> Address | str:
    found = addresses_in([_line(text)])
    if len(found) != 1:
        return _line(text)
    name, address = found[0]
    local, _at, domain = address.rpartition("@")
    if not local.isascii():
        return _line(text)
    return Address(name, local, domain if domain.isascii() else domain.encode("idna").decode("ascii"))
