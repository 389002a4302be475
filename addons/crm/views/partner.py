"""What CRM adds to the pages of contacts."""

from __future__ import annotations

from addons.base.views.partner import partner_form, partner_list
from addons.crm.models import Partner
from core.i18n import _
from core.views import Extend, Group, Tab, Widget, after, inside

views = [
    Extend(partner_list, after(Partner.salesperson, Partner.leads_count)),
    Extend(
        partner_form,
        after(
            "address",
            Group(
                Partner.sector, Partner.year_established, Partner.employees, Partner.annual_revenue,
                key="business", label=_("Business"),
            ),
        ),
        inside(
            "tabs",
            Tab(
                _("Deals"),
                Widget(Partner.leads, columns=["name", "expected_revenue", "stage", "outcome", "salesperson"]),
                key="deals",
            ),
        ),
    ),
]  # fmt: skip
