"""What CRM adds to contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models import Partner as BasePartner
from core import fields
from core.i18n import _

if TYPE_CHECKING:
    from addons.crm.models.lead import Lead


class Partner(BasePartner):
    """A customer, with what a salesperson wants to know before a call.

    annual_revenue: in millions, of the currency that the company reports in.
    """

    sector = fields.Char(_("Sector"), size=80, search=True, wire="industry")
    year_established = fields.Integer(
        _("Established in"), within=(0, 9999), help=_("The year; 0 where it is not known.")
    )
    employees = fields.Integer(_("Employees"), within=(0, None))
    annual_revenue = fields.Decimal(_("Annual revenue"), digits=2, within=(0, None), unit=_("million"))
    leads: fields.One2many[Lead] = fields.One2many("crm.lead", _("Deals"), inverse="partner", wire="opportunity_ids")
    # A count is the same for all readers, so it is for those who see every deal; others have the list of theirs.
    leads_count = fields.Count(leads, _("Deals"), wire="opportunity_count", roles=("crm.administrator",))
