"""Consent: who may get mail of which kind. Asked when a mail is made and again in the moment when it is sent."""

from __future__ import annotations

from addons.mail.models.blacklist import Blacklist
from core import Env
from core.i18n import _
from core.mail import normal_address


def refusal(env: Env, address: str, purpose: str) -> str:
    """Why an address gets no mail of a purpose; empty where it may.

    Whatever is not plainly for a matter at hand counts as advertising.
    """
    found = env.sudo("who has opted out")[Blacklist].search(Blacklist.email == normal_address(address), limit=1)
    if not found:
        return ""
    if found[0].blocks == "everything":
        return _("Nothing is sent to {address}: it is in the list of addresses that get no mail.", address=address)
    if purpose != "transactional":
        return _("{address} has opted out of advertising.", address=address)
    return ""


def opt_out(env: Env, address: str, source: str, reason: str = "") -> None:
    """Send no advertising to an address any more, whoever asks. For elevated code."""
    email = normal_address(address)
    known = env[Blacklist].with_archived().search(Blacklist.email == email, limit=1)
    if not known:
        env[Blacklist].create(email=email, source=source, reason=reason)
    elif not known[0].active:
        known[0].write(active=True, blocks="marketing", source=source, reason=reason, since=env.now())


def opt_in(env: Env, address: str) -> None:
    """Take back that an address has opted out of advertising, at its own wish. For elevated code."""
    email = normal_address(address)
    for entry in env[Blacklist].search(Blacklist.email == email, Blacklist.blocks == "marketing"):
        entry.active = False
