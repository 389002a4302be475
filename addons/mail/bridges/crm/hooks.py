"""Mail to an address becomes a lead, whose salesperson hears of answers."""

from __future__ import annotations

from typing import Any

from addons.base.models import CustomModel
from addons.crm.models import Lead
from addons.mail.models import Alias
from addons.mail.operations.place import contact_of
from addons.mail.operations.post import follow
from core import Env, hookimpl
from core.mail import Incoming
from core.orm.fields.html import words_of
from core.orm.model import Model

FIRST = "sales"
"""The address that makes leads, until somebody says otherwise."""


@hookimpl
def record_from_mail(env: Env, alias: Alias, mail: Incoming, values: dict[str, Any]) -> Model | None:
    if alias.makes.key != Lead._name:
        return None
    partner = contact_of(env, mail.sender)
    lead = env[Lead].create(
        **{
            "name": (mail.subject or mail.sender_name or mail.sender)[:200],
            "kind": "lead",
            "contact_name": mail.sender_name[:200],
            "email": mail.sender[:200],
            "description": words_of(mail.html),
            "partner": partner,
            "salesperson": partner.salesperson if partner is not None else None,
            **values,
        }
    )
    if lead.salesperson is not None:
        follow(env, lead, user=lead.salesperson.id)
    return lead


@hookimpl
def addon_enabled(env: Env) -> None:
    """While nothing makes leads, mail to sales@ does, at whatever domain."""
    kind = next(iter(env[CustomModel].search(CustomModel.key == Lead._name)), None)
    if kind is not None and not env[Alias].with_archived().count(Alias.makes.is_(kind)):
        env[Alias].create(name=FIRST, makes=kind, defaults='{"type": "lead"}')
