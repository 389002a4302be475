"""Taking a message: it is put where it belongs, or kept as it is. It is never lost."""

from __future__ import annotations

import logging

from addons.mail.models.not_understood import NotUnderstood
from addons.mail.operations.place import NotPlaced, place
from core import Env, Upload
from core.i18n import _, translate
from core.mail import Incoming, Unreadable, understand

_log = logging.getLogger("banyan.mail")


def receive(env: Env, raw: bytes) -> str:
    """Take a message as it is on the wire, and say in a few words what became of it. For elevated code.

    Whatever is wrong with it, it is kept among those not understood; what raises is a fault of the database alone, and
    then the message is still with whoever brought it.
    """
    mail: Incoming | None = None
    try:
        mail = understand(raw)
        with env.savepoint():
            return place(env, mail)
    except (NotPlaced, Unreadable) as error:
        why = error.args[0]
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError, ArithmeticError) as error:
        # Mail is made by others: what nobody thought of is to be kept and told, and the next one is to be read.
        _log.warning("a mail could not be read: %s", error, exc_info=error)
        why = _("A fault in the program: {fault}", fault=f"{type(error).__name__}: {error}"[:300])
    kept = env[NotUnderstood].create(
        subject=mail.subject[:300] if mail else "",
        email_from=mail.sender[:320] if mail else "",
        email_to=", ".join(mail.receivers)[:2000] if mail else "",
        problem=translate(why, env.main_language),
        raw=Upload("message.eml", raw or b"\n", "message/rfc822"),
    )
    return f"not understood, kept as {kept!r}: {why}"
