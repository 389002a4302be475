"""From a lead to an opportunity with a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.crm.models.partner import Partner
from core import Refused
from core.i18n import _

if TYPE_CHECKING:
    from addons.crm.models.lead import Lead


def convert(lead: Lead) -> None:
    """Make an opportunity of a lead.

    Its customer is the contact with its email address, or a new contact with the name, email and phone that
    the lead has; a lead that names nobody becomes an opportunity without a customer. Raises Refused where it
    is an opportunity already.
    """
    if lead.kind == "opportunity":
        raise Refused(_("{name} is an opportunity already.", name=lead.name))
    lead.write(kind="opportunity", partner=lead.partner or _known(lead) or _new(lead))


def _known(lead: Lead) -> Partner | None:
    if not lead.email:
        return None
    return next(iter(lead.env[Partner].search(Partner.email == lead.email, limit=1)), None)


def _new(lead: Lead) -> Partner | None:
    if not lead.contact_name:
        return None
    return lead.env[Partner].create(
        name=lead.contact_name, email=lead.email, phone=lead.phone, salesperson=lead.salesperson, company=lead.company
    )
