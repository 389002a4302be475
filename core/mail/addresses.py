"""Email addresses: as people write them, and as two of them are compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from email.utils import getaddresses

from core.errors import Invalid
from core.i18n import _


def parse_address(text: str) -> tuple[str, str]:
    """(name, address) of one address as people write it: `Lan <lan@example.com>`. Raises Invalid where it is not one.

    More than one is refused: who has opted out is asked for each.
    """
    from email_validator import EmailNotValidError, validate_email  # loads tables; most processes check none

    found = addresses_in([text])
    if len(found) != 1 or "\n" in text or "\r" in text:
        raise Invalid(_("“{text}” is not one email address.", text=text[:200]))
    name, address = found[0]
    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid(_("“{text}” is no email address.", text=address[:200])) from None
    return name, valid.normalized


def addresses_in(texts: Iterable[str]) -> list[tuple[str, str]]:
    """(name, address) of all in header lines; what is no address is left out."""
    return [(name, address) for name, address in getaddresses(list(texts)) if "@" in address]


def normal_address(address: str) -> str:
    """An address as two are compared: composed, in small letters, its domain as it goes over the wire."""
    text = unicodedata.normalize("NFC", address.strip()).casefold()
    name, at, domain = text.rpartition("@")
    with suppress(UnicodeError):  # no domain that could be looked up is compared as it is
        domain = domain.encode("idna").decode("ascii")
    return f"{name}{at}{domain}"
