"""Sending one mail, so that it leaves once.

unit 1: lock it · may its receiver have it? · "being sent" ─► commit
between: hand it over; no unit is open, nobody waits for the server
unit 2: sent · waits for another try · failed, and why      ─► commit

A worker that dies before the hand-over, or after it and before unit 2, leaves "being sent" behind. Nobody can tell
which of the two it was, so the next one does not send: it says that the mail may or may not have left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from addons.mail.models.mail import CANCELLED, FAILED, OUTGOING, SENDING, SENT, Mail
from addons.mail.operations.addresses import home_domain
from addons.mail.operations.consent import refusal
from addons.mail.operations.letters import Written, write
from addons.mail.operations.transports import NotNow, Rejected, Transport, Unsure, server_of, transport_of
from core import Env
from core.errors import UserError
from core.i18n import _, translate

PAUSES = (1, 5, 15, 30, 60, 120, 240, 480, 480, 480, 480)
"""Minutes before another try; after the last one, some two days, a mail has failed for good."""


@dataclass(frozen=True)
class Leaving:
    """A mail that is marked as being sent."""

    written: Written
    transport: Transport


@dataclass(frozen=True)
class Outcome:
    """What came of handing a mail over. again: whether another try makes sense."""

    state: str
    reason: str = ""
    again: bool = False


def begin(env: Env, mail_id: int) -> Leaving | None:
    """Mark a mail as being sent, where it waits and its receiver may have it; None where nothing is to be handed over.

    For elevated code. Without a server the mail is kept here, and counts as sent.
    """
    mail = env[Mail].get(mail_id).lock()
    if mail.state == SENDING:
        mark_unsure(mail)
    if mail.state != OUTGOING:
        return None
    refused = refusal(env, mail.address, mail.purpose or "") or _without_way_out(env, mail)
    if refused:
        _end(mail, CANCELLED, refused)
        return None
    server = server_of(env)
    try:
        written = write(mail)
    except UserError as error:
        _end(mail, FAILED, error.args[0])
        return None
    if server is None:
        _end(mail, SENT, "", is_kept=True)
        return None
    mail.write(state=SENDING, server=server, changed_at=env.now())
    return Leaving(written, transport_of(server))


def hand_over(leaving: Leaving) -> Outcome:
    """Give a message to its server. No unit of work is open meanwhile."""
    written = leaving.written
    try:
        leaving.transport.send(written.raw, written.sender, written.receiver)
    except NotNow as error:
        return Outcome(OUTGOING, str(error), again=True)
    except Rejected as error:
        return Outcome(FAILED, str(error))
    except Unsure as error:
        return Outcome(FAILED, _unsure(str(error)))
    return Outcome(SENT)


def finish(env: Env, mail_id: int, outcome: Outcome) -> timedelta | None:
    """Note what came of it. Gives after which time to try again; None where it is over."""
    mail = env[Mail].get(mail_id).lock()
    if mail.state != SENDING:
        return None
    if not outcome.again:
        _end(mail, outcome.state, outcome.reason)
        return None
    if mail.tries >= len(PAUSES):
        _end(mail, FAILED, outcome.reason)
        return None
    pause = timedelta(minutes=PAUSES[mail.tries])
    mail.write(state=OUTGOING, reason=outcome.reason, tries=mail.tries + 1)
    return pause


def mark_unsure(mail: Mail) -> None:
    """Say of a mail whose worker died while it was handed over that nobody knows whether it left."""
    _end(mail, FAILED, _unsure(translate(_("its worker died"), mail.env.main_language)))


def _unsure(why: str) -> str:
    return _("Nobody knows whether it left ({why}). It is not sent a second time by itself.", why=why)


def _without_way_out(env: Env, mail: Mail) -> str:
    """Advertising that leaves must say where to opt out of it, so that has to be known."""
    if mail.purpose == "transactional" or server_of(env) is None:
        return ""
    domain = home_domain(env)
    if domain is not None and domain.web_address:
        return ""
    return _("Advertising needs a link to opt out. Say under Mail setup, Mail domains, where people reach Banyan.")


def _end(mail: Mail, state: str, reason: str, *, is_kept: bool = False) -> None:
    text = translate(reason, mail.env.main_language)[:500]
    mail.write(state=state, reason=text, changed_at=mail.env.now(), is_kept=is_kept)
    if state != FAILED and mail.secret:
        mail.secret = ""
    if state == SENT and mail.partner is not None and mail.partner.email_bounces and not is_kept:
        mail.partner.write(email_bounces=0, email_problem="")
