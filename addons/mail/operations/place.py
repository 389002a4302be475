"""Where a mail that came in belongs: to a record that it answers, or it makes one.

bounce ─► its mail is marked, and its contact
known already · from ourselves ─► nothing, or a loop would begin
our answer address · In-Reply-To · References ─► a message on that record, its followers are told
an alias among its receivers ─► a new record with this as its first message
none of these ─► NotPlaced, with the reason
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.mail.models.alias import Alias
from addons.mail.models.mail import BOUNCED, Mail
from addons.mail.models.message import Message
from addons.mail.models.partner import Partner
from addons.mail.operations.addresses import BOUNCE, REPLY, is_ours, number_in
from addons.mail.operations.post import follow, keep_files, notify
from core import Env, Upload
from core.errors import UserError
from core.i18n import _
from core.mail import Bounce, Incoming, normal_address
from core.orm.model import Model


class NotPlaced(Exception):
    """A mail belongs nowhere; its text says why."""


def place(env: Env, mail: Incoming) -> str:
    """Put a mail where it belongs and say in a few words where that is. For elevated code. Raises NotPlaced."""
    if mail.bounces:
        return _note_bounces(env, mail)
    if mail.message_id and env[Message].count(Message.message_id == mail.message_id):
        return "known already"
    if is_ours(env, mail.sender) or (mail.message_id and env[Mail].count(Mail.header_id == mail.message_id)):
        raise NotPlaced(_("It comes from Banyan itself; answering it would go round for ever."))
    parent = _answered(env, mail)
    if parent is not None and (record := parent.record) is not None:
        _message(env, record, mail, parent)
        return f"answer on {record!r}"
    alias = _alias(env, mail.receivers)
    if alias is None:
        raise NotPlaced(_("It answers nothing that is known, and none of its receivers is an incoming address."))
    if mail.is_automatic:
        raise NotPlaced(_("No person wrote it (an automatic answer or a mailing), so it makes no record."))
    record = _made(env, alias, mail)
    _message(env, record, mail, None)
    return f"new {record!r}"


# -- threads -------------------------------------------------------------------------------------------------------


def _answered(env: Env, mail: Incoming) -> Message | None:
    """The message that a mail answers: by our own answer address first, which nobody else can make."""
    number = number_in(env, mail.receivers, REPLY)
    if number is not None and (sent := next(iter(env[Mail].search(Mail.is_(number))), None)) is not None:
        return sent.message
    answered = mail.answered
    by_id = {one.message_id: one for one in env[Message].search(Message.message_id.in_(answered))} if answered else {}
    sent_ids = (
        {one.header_id: one.message for one in env[Mail].search(Mail.header_id.in_(answered))} if answered else {}
    )
    for one in answered:
        if (found := by_id.get(one) or sent_ids.get(one)) is not None:
            return found
    return None


def _message(env: Env, record: Model, mail: Incoming, parent: Message | None) -> None:
    partner = contact_of(env, mail.sender)
    message = env[Message].create(
        record=record,
        kind="email",
        subject=mail.subject[:300],
        body=mail.html,
        author=partner,
        user=None,
        email_from=_shown(mail)[:320],
        parent=parent,
        message_id=mail.message_id[:400] or None,
    )
    keep_files(env, message.id, [Upload(part.name, part.data, part.mimetype) for part in mail.parts])
    if partner is not None and not mail.is_automatic:
        follow(env, record, partner=partner.id)
    if not mail.is_automatic:  # an answering machine that is told of its own answers answers again
        notify(env, message, leave_out=[mail.sender, *mail.receivers])


def contact_of(env: Env, address: str) -> Partner | None:
    """The contact with an address, the oldest of several; None where there is none."""
    wanted = normal_address(address)
    if not wanted:
        return None
    found = env[Partner].search(Partner.email.fits(_escaped(wanted)), order=("id",), limit=5)
    return next((one for one in found if normal_address(one.email) == wanted), None)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _shown(mail: Incoming) -> str:
    return f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender


# -- new records -----------------------------------------------------------------------------------------------------


def _alias(env: Env, receivers: Sequence[str]) -> Alias | None:
    for address in receivers:
        local, _at, domain = normal_address(address).rpartition("@")
        named = local.partition("+")[0]
        for alias in env[Alias].search(Alias.name.in_([local, named])):
            if alias.domain is None or alias.domain.name == domain:
                return alias
    return None


def _made(env: Env, alias: Alias, mail: Incoming) -> Model:
    """The record that an alias makes of a mail. Raises NotPlaced."""
    partner = contact_of(env, mail.sender)
    if alias.who == "partners" and partner is None:
        raise NotPlaced(
            _("Only contacts may write to {alias}, and {sender} is none.", alias=alias.address, sender=mail.sender)
        )
    try:
        with env.savepoint():
            values = alias.values()
            made: Model | None = env.hooks.record_from_mail(env=env, alias=alias, mail=mail, values=values)
            if made is None:
                made = _plain_record(env, alias, mail, values)
            env.flush()
            return made
    except UserError as error:
        reason = _("{alias} cannot make a record of it: {why}", alias=alias.address, why=error.args[0])
        raise NotPlaced(reason) from error


def _plain_record(env: Env, alias: Alias, mail: Incoming, values: dict[str, Any]) -> Model:
    """A record whose title is the subject."""
    info = env.models[alias.makes.key]
    if info.title:
        values.setdefault(info.title, mail.subject or _shown(mail))
    made: Model = env[info.name].create(**values)
    return made


# -- bounces -----------------------------------------------------------------------------------------------------------


def _note_bounces(env: Env, mail: Incoming) -> str:
    """Mark the mails of a delivery report. Raises NotPlaced where none is known."""
    number = number_in(env, mail.receivers, BOUNCE)
    noted = 0
    for bounce in mail.bounces:
        sent = _bounced(env, bounce, number)
        if sent is None:
            continue
        noted += 1
        if bounce.for_good:
            _mark(env, sent, bounce)
    if not noted:
        raise NotPlaced(_("It reports that a mail came back, and no mail of ours is named in it."))
    return f"bounce of {noted} mails"


def _bounced(env: Env, bounce: Bounce, number: int | None) -> Mail | None:
    if number is not None:
        return next(iter(env[Mail].search(Mail.is_(number))), None)
    if not bounce.message_id:
        return None
    return next(iter(env[Mail].search(Mail.header_id == bounce.message_id)), None)


def _mark(env: Env, sent: Mail, bounce: Bounce) -> None:
    if sent.state == BOUNCED:
        return
    reason = f"{bounce.status} {bounce.reason}".strip()[:500]
    sent.write(state=BOUNCED, reason=reason, changed_at=env.now())
    partner = sent.partner or contact_of(env, sent.email_to if "<" not in sent.email_to else sent.address)
    if partner is not None:
        partner.write(email_bounces=partner.email_bounces + 1, email_problem=reason)
