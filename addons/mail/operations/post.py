"""Posting messages on records, and telling those who follow them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from addons.base.models import Partner
from addons.mail.models.follower import Follower
from addons.mail.models.mail import Mail, new_message_id
from addons.mail.models.message import Message
from addons.mail.models.message_file import MessageFile
from core import Env, Upload
from core.mail import normal_address
from core.orm.model import Model


def post(
    record: Model,
    body: str,
    *,
    kind: str = "note",
    subject: str = "",
    parent: Message | None = None,
    files: Sequence[Upload] = (),
    to: Iterable[Partner] = (),
) -> Message:
    """Say something about a record, as the user of its environment, who must be allowed to change it.

    body: rich text. kind: "note" stays among those who work here; "comment" goes by mail to those who follow the record
    and to the contacts in `to`, who follow it from now on. Raises AccessDenied.
    """
    env = record.env
    message = env[Message].create(
        record=record, body=body, kind=kind, subject=subject, parent=parent,
        message_id=new_message_id(env) if kind != "note" else None,
        email_from=_own_address(env),
    )  # fmt: skip
    env.flush()
    # Files, followers and the queue are granted to nobody: who may post on the record may do what posting does.
    system = env.sudo("post on a record")
    keep_files(system, message.id, files)
    if kind == "comment":
        for partner in to:
            follow(system, record, partner=partner.id)
        notify(system, system[Message].get(message.id), leave_out=[_own_address(env)])
    return message


def keep_files(env: Env, message_id: int, files: Sequence[Upload]) -> None:
    """Keep files with a message. For elevated code."""
    env[MessageFile].create_many([{"message": message_id, "name": file.name, "file": file} for file in files])


def follow(env: Env, record: Model, *, user: int | None = None, partner: int | None = None) -> None:
    """Let somebody follow a record, unless they do already. For elevated code."""
    who = Follower.user.is_(user) if user is not None else Follower.partner.is_(partner)
    if not env[Follower].count(Follower.record.is_(record), who):
        env[Follower].create(record=(record._name, record.id), user=user, partner=partner)


def notify(env: Env, message: Message, leave_out: Iterable[str] = ()) -> None:
    """Queue a mail about a message to each who follows its record. For elevated code.

    leave_out: addresses that have it already. Who of us may not read the record gets none.
    """
    record: Any = message.record
    if record is None:
        return
    told = {normal_address(address) for address in leave_out if address}
    subject = message.subject or record.display_name
    rows = []
    for follower in env[Follower].search(Follower.record.is_(record)):
        address = normal_address(follower.email)
        if (
            not address
            or address in told
            or (follower.user is not None and not _may_read(env, follower.user.id, record))
        ):
            continue
        told.add(address)
        language = follower.user.language if follower.user else follower.partner.language if follower.partner else ""
        rows.append(
            {
                "subject": subject, "body": message.body, "email_to": follower.email, "purpose": "transactional",
                "partner": follower.partner, "message": message, "language": language or "",
            }
        )  # fmt: skip
    env[Mail].create_many(rows)


def _may_read(env: Env, user_id: int, record: Model) -> bool:
    identity = env.hooks.identity_of(env=env, user_id=user_id)
    return (
        identity is not None
        and env.as_user(identity)[record._name].can("read")
        and (env.as_user(identity)[record._name].browse(record.id)[0].exists())
    )


def _own_address(env: Env) -> str:
    user = env.sudo("who writes").user
    return (user.email or "") if user is not None else ""
