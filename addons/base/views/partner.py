"""How people see contacts."""

from __future__ import annotations

from addons.base.models import Partner
from core.i18n import _
from core.views import Column, Facet, Form, Group, List, Search, Tab, Tabs, Widget

partner_list = List(
    Partner,
    key="base.partner.list",
    columns=[
        Partner.name,
        Column(Partner.email, widget="email"),
        Column(Partner.phone, widget="phone"),
        Partner.city,
        Column(Partner.parent, label=_("Belongs to")),
        Column(Partner.salesperson, widget="face"),
    ],
)

partner_form = Form(
    Partner,
    key="base.partner.form",
    title=Partner.name,
    body=[
        Group(
            Partner.is_company, Widget(Partner.parent, label=_("Belongs to")), Partner.job, Partner.tax_code,
            Widget(Partner.email, widget="email"), Widget(Partner.phone, widget="phone"),
            Widget(Partner.mobile, widget="phone"), Widget(Partner.website, widget="link"),
            key="contact",
        ),
        Group(
            Partner.street, Partner.city, Partner.state, Partner.postcode, Partner.country,
            key="address", label=_("Address"),
        ),
        Tabs(
            Tab(_("Contacts"), Widget(Partner.contacts, columns=["name", "job", "email", "phone"]), key="contacts"),
            Tab(_("Notes"), Partner.notes, key="notes"),
            Tab(
                _("More"), Widget(Partner.salesperson, widget="face"), Partner.language, Partner.company,
                Partner.active,
                key="more",
            ),
            key="tabs",
        ),
    ],
)  # fmt: skip

partner_search = Search(
    Partner,
    fields=[Partner.name, Partner.email, Partner.phone, Partner.mobile, Partner.tax_code, Partner.city],
    facets=[
        Facet("companies", _("Companies"), Partner.is_company == True),
        Facet("people", _("People"), Partner.is_company == False),
        Facet("mine", _("I look after"), lambda env: Partner.salesperson.is_(env.user_id)),
    ],
)
