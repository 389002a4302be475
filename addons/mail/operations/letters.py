"""From the record of a mail to the message on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from addons.mail.models.mail import SECRET, Mail
from addons.mail.operations.addresses import BOUNCE, OPT_OUT, REPLY, default_sender, home_domain, token_address
from core import Env, File
from core.i18n import _, translate
from core.mail import Letter, Part, compose, parse_address

HERE = "http://127.0.0.1:8069"
"""Where links lead while nobody has said where Banyan is: only in mail that stays here."""


@dataclass(frozen=True)
class Written:
    """A message as it leaves. sender: where it comes back to if it cannot be delivered."""

    raw: bytes = field(repr=False)
    sender: str
    receiver: str


def write(mail: Mail) -> Written:
    """The message of a mail. For elevated code. Raises Invalid where an address is none."""
    env, domain = mail.env, home_domain(mail.env)
    sender = mail.email_from or default_sender(env)
    receiver = parse_address(mail.email_to)[1]
    reply_to, back = mail.reply_to, parse_address(sender)[1]
    if domain is not None:
        back = token_address(env, domain.bounce, domain.name, BOUNCE, mail.id)
        if not reply_to and mail.message is not None and mail.message.record is not None:
            reply_to = token_address(env, domain.catchall, domain.name, REPLY, mail.id)
    headers = {"X-Auto-Response-Suppress": "OOF, AutoReply"}
    body = mail.body
    if mail.secret:
        link = escape(mail.secret)
        body = body.replace(SECRET, f'<a href="{link}">{link}</a>')
    if mail.purpose != "transactional":
        link = opt_out_link(env, mail)
        body += _foot(env, link, mail.language)
        headers |= {
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Precedence": "bulk",
        }
    parent = mail.message.parent if mail.message is not None else None
    letter = Letter(
        sender=sender,
        to=mail.email_to,
        subject=mail.subject,
        html=body,
        message_id=mail.header_id,
        at=env.now(),
        reply_to=reply_to,
        in_reply_to=parent.message_id if parent is not None else "",
        references=_thread(mail),
        language=mail.language,
        headers=headers,
        parts=_parts(mail),
    )
    return Written(compose(letter), back, receiver)


def opt_out_link(env: Env, mail: Mail) -> str:
    """Where the receiver of a mail opts out: without a log-in, by a signature that is good for this one address."""
    domain = home_domain(env)
    base = domain.web_address.rstrip("/") if domain is not None and domain.web_address else HERE
    return f"{base}/opt-out/{mail.id}-{env.sign(OPT_OUT, f'{mail.id} {mail.address}')}"


def _foot(env: Env, link: str, language: str) -> str:
    text = translate(_("No more mail like this"), language or env.main_language)
    return f'<hr><p><small><a href="{link}">{text}</a></small></p>'


def _thread(mail: Mail) -> list[str]:
    """Ids of the messages before it about the same record, the oldest first."""
    found: list[str] = []
    message = mail.message.parent if mail.message is not None else None
    while message is not None and len(found) < 20:
        if message.message_id and message.message_id not in found:
            found.insert(0, message.message_id)
        message = message.parent
    return found


def _parts(mail: Mail) -> list[Part]:
    files: list[File] = [one.file for one in mail.message.files if one.file is not None] if mail.message else []
    return [Part(file.name, file.mimetype, file.read()) for file in files]
