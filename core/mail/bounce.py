"""Bounces: reports of servers that a message could not be delivered (RFC 3464)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

MOST_TEXT = 500


@dataclass(frozen=True)
class Bounce:
    """What a report says of one receiver. status: as in "5.1.1"; reason: in the words of the server.

    message_id: of the message that bounced, where its headers came along. for_good: whether it was given up; otherwise
    the server still tries.
    """

    address: str
    status: str
    reason: str
    for_good: bool
    message_id: str = ""


def bounces_in(message: Message) -> tuple[Bounce, ...]:
    """What a delivery report says, of each receiver; nothing where the message is none."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return ()
    parts = [part for part in message.walk() if part is not message]
    original = next(filter(None, map(_original, parts)), "")
    found: list[Bounce] = []
    for part in parts:
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            found += [bounce for fields in _blocks(part) if (bounce := _of(fields, original)) is not None]
    return tuple(found)


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))
    elif isinstance(data := part.get_payload(decode=True), bytes):
        # Some servers encode the report, which the parser then leaves as it is.
        for block in data.replace(b"\r\n", b"\n").split(b"\n\n"):
            yield BytesParser(policy=compat32).parsebytes(block)


def _of(fields: Message, original: str) -> Bounce | None:
    action = str(fields.get("Action", "")).strip().lower()
    if not action:
        return None
    _kind, _semicolon, address = str(fields.get("Final-Recipient") or fields.get("Original-Recipient", "")).partition(
        ";"
    )
    status = str(fields.get("Status", "")).split("(")[0].strip()
    _kind, _semicolon, said = str(fields.get("Diagnostic-Code", "")).partition(";")
    reason = " ".join(said.split())[:MOST_TEXT] or status
    return Bounce(address.strip(), status, reason, action == "failed" and not status.startswith("4"), original)


def _original(part: Message) -> str:
    """The id of the message that a report brings back, whole or its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        return str(inner.get("Message-ID", "")).strip() if isinstance(inner, Message) else ""
    if kind == "text/rfc822-headers":
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            return str(BytesParser(policy=compat32).parsebytes(data).get("Message-ID", "")).strip()
    return ""
