"""Opting out of advertising by the link in a mail: no log-in, no scripts, and one click for mail programs (RFC 8058).

The link alone changes nothing, since programs that look for viruses open every link; a button does, or the POST that
mail programs send by themselves.
"""

from __future__ import annotations

import hmac
import re

from flask import Blueprint, render_template, request

from addons.mail.models import Mail
from addons.mail.operations.addresses import OPT_OUT
from addons.mail.operations.consent import opt_in, opt_out, refusal
from core import Env, Missing
from core.i18n import _
from core.web.request import signed, system

_TOKEN = re.compile(r"([1-9][0-9]{0,18})-([a-z2-7]{16})", re.ASCII)
REASON = "opt-out by a link"


def register(blueprint: Blueprint) -> None:
    """The address of this page."""
    blueprint.add_url_rule("/opt-out/<token>", "ask", ask)
    blueprint.add_url_rule("/opt-out/<token>", "do", do, methods=["POST"])


@signed
def ask(token: str) -> str:
    """The page with the button. Raises Missing for a link that is none of ours."""
    with system().unit(reason=REASON) as unit:
        env = unit.system_env()
        address = _address(env, token)
        return _page(address, is_out=bool(refusal(env, address, "marketing")), token=token)


@signed
def do(token: str) -> str:
    """Opt out, or in again where the button for that was pressed. Raises Missing."""
    back = request.form.get("back") == "1"
    with system().unit(write=True, reason=REASON) as unit:
        env = unit.system_env()
        address = _address(env, token)
        if back:
            opt_in(env, address)
        else:
            one_click = request.form.get("List-Unsubscribe") == "One-Click"
            opt_out(env, address, "link", "one click in a mail program" if one_click else "")
        is_out = bool(refusal(env, address, "marketing"))
    return _page(address, is_out=is_out, token=token)


def _address(env: Env, token: str) -> str:
    found = _TOKEN.fullmatch(token)
    mail = next(iter(env[Mail].search(Mail.is_(int(found[1])))), None) if found is not None else None
    if found is None or mail is None:
        raise Missing(_("This link leads nowhere. Take it from the mail as a whole."))
    if not hmac.compare_digest(env.sign(OPT_OUT, f"{mail.id} {mail.address}"), found[2]):
        raise Missing(_("This link leads nowhere. Take it from the mail as a whole."))
    return mail.address


def _page(address: str, *, is_out: bool, token: str) -> str:
    return render_template("mail/opt_out.html", address=address, is_out=is_out, token=token)
