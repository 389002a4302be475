"""Sending mails by a template: rendered for each record in the language of who gets it, with the sender's access."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from addons.base.models import Partner
from addons.mail.models.mail import Mail, new_message_id
from addons.mail.models.message import Message
from addons.mail.models.template import Template
from addons.mail.operations.words import filters_for
from core import Env, Invalid, Refused
from core.i18n import LANGUAGES, _
from core.mail import render
from core.orm.model import Model


def send_template(template: Template, records: Iterable[Model]) -> list[int]:
    """Queue the mail of a template about each of these records, and note it on them. Gives the ids of the mails.

    It sees what the user of the records' environment may see, and they must be allowed to change the record. A record
    without anybody to send it to is an error: nothing is sent to any. Raises Refused, Invalid or AccessDenied.
    """
    return [_send(template, record) for record in records]


def rendered(template: Template, record: Model, language: str) -> tuple[str, str]:
    """(subject, rich text) of a template about a record in a language. Raises Invalid."""
    # Reading templates needs no role: what is in the mail is what the sender may see of the record.
    own = record.env.in_language(language).sudo("the words of a template")[Template].get(template.id)
    known, filters = _known(record, language)
    subject = render(own.subject, known, filters, rich=False)
    return " ".join(subject.split())[:300], render(own.body, known, filters, rich=True)


def _known(record: Model, language: str) -> tuple[dict[str, Any], Mapping[str, Callable[..., str]]]:
    """What a template knows of a record, as its environment's user sees it in a language; and the filters."""
    env = record.env.in_language(language)
    values = {
        "record": env[record._name].get(record.id),
        "user": env.user,
        "company": env.company,
        "language": language,
    }
    return values, filters_for(env)


def _send(template: Template, record: Model) -> int:
    env = record.env
    if template.about.key != record._name:
        raise Refused(
            _("{template} is for other records than {record}.", template=template.name, record=record.display_name)
        )
    partner, address = _receiver(template, record)
    language = _language(env, partner)
    subject, body = rendered(template, record, language)
    message = env[Message].create(
        record=record, kind="email", subject=subject, body=body, message_id=new_message_id(env)
    )  # fmt: skip
    env.flush()
    # The queue is granted to nobody but administrators; whoever may write on the record may send a template about it.
    made = env.sudo("send a template")[Mail].create(
        subject=subject, body=message.body, email_to=address, purpose=template.purpose, partner=partner,
        message=message.id, language=language, reply_to=template.reply_to, **({"email_from": template.email_from} if
        template.email_from else {}),
    )  # fmt: skip
    return made.id


def _receiver(template: Template, record: Model) -> tuple[Partner | None, str]:
    found: Any = record
    for step in template.partner.split(".") if template.partner else ():
        found = getattr(found, step) if found is not None else None
    partner = found if found is not None and found._name == "res.partner" else None
    address = partner.email if partner is not None else ""
    if not address and template.email_to:
        address = render(template.email_to, *_known(record, _language(record.env, partner)), rich=False).strip()
    if not address:
        raise Invalid(
            _("{record} has nobody to send “{template}” to.", record=record.display_name, template=template.name)
        )
    return partner, address


def _language(env: Env, partner: Partner | None) -> str:
    """The receiver's language, else that of the company, else that of the database."""
    company = env.sudo("the language of a mail").company
    wanted = (partner.language if partner is not None else "") or (company.language if company is not None else "")
    return wanted if wanted in LANGUAGES else env.main_language
