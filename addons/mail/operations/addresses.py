"""Addresses of ours, and those that carry a signed token back to us."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from addons.mail.models.domain import Domain
from core import Env
from core.mail import normal_address

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"(?P<box>[^+@]+)\+(?P<id>[1-9][0-9]{0,18})-(?P<sign>[a-z2-7]{16})", re.ASCII)
NOWHERE = "banyan@banyan.test"
REPLY, BOUNCE, OPT_OUT = "mail reply", "mail bounce", "mail opt-out"
"""What signatures are good for."""


def home_domain(env: Env) -> Domain | None:
    """The domain of mail that goes out; None where none is set."""
    return next(iter(env.sudo("our mail domain")[Domain].search(limit=1)), None)


def default_sender(env: Env) -> str:
    """The sender of a mail that names none."""
    domain = home_domain(env)
    if domain is not None:
        return f"{domain.default_from}@{domain.name}"
    company = env.sudo("the sender of a mail").company
    return (company.email if company is not None else "") or NOWHERE


def token_address(env: Env, box: str, domain: str, purpose: str, number: int) -> str:
    """An address that comes back to us with the number of a mail, and that nobody else can make."""
    return f"{box}+{number}-{env.sign(purpose, str(number))}@{domain}"


def number_in(env: Env, addresses: Iterable[str], purpose: str) -> int | None:
    """The number that one of these addresses carries for a purpose, where it is ours; None where none does."""
    for address in addresses:
        local, _at, domain = normal_address(address).rpartition("@")
        found = _TOKEN.fullmatch(local)
        if found is None or not _is_box(env, found["box"], domain, purpose):
            continue
        if hmac.compare_digest(found["sign"], env.sign(purpose, found["id"])):
            return int(found["id"])
    return None


def _is_box(env: Env, box: str, domain: str, purpose: str) -> bool:
    known = next(iter(env[Domain].search(Domain.name == domain)), None)
    return known is not None and box == (known.bounce if purpose == BOUNCE else known.catchall)


def is_ours(env: Env, address: str) -> bool:
    """Whether mail from this address comes from Banyan itself, so that answering it would go round for ever."""
    local, _at, domain = normal_address(address).rpartition("@")
    known = next(iter(env[Domain].search(Domain.name == domain)), None)
    if known is None:
        return False
    box = local.partition("+")[0]
    return box in (known.catchall, known.bounce, known.default_from)
