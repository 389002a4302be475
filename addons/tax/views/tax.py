"""How people see taxes, their rates and groups, and what a company decides about them."""

from __future__ import annotations

from addons.base.views.settings import company_form
from addons.tax.models import Company, Tax, TaxGroup, TaxRate
from core.i18n import _
from core.views import Column, Extend, Facet, Form, Group, List, Search, Tab, Tabs, Widget, inside

tax_list = List(
    Tax,
    columns=[
        Tax.name,
        Column(Tax.use, widget="tag"),
        Tax.kind,
        Tax.amount,
        Tax.group,
        Tax.is_included,
        Tax.country,
        Tax.company,
    ],
)
tax_form = Form(
    Tax,
    title=Tax.name,
    body=[
        Group(Tax.use, Tax.kind, Tax.amount, Tax.currency, Tax.group, Tax.active, key="tax"),
        Group(
            Tax.is_included, Tax.adds_to_base, Tax.takes_others, Tax.sequence,
            key="base", label=_("What it is taken on"),
        ),
        Group(Tax.country, Tax.company, key="whose"),
        Tabs(
            Tab(_("Tax rates"), Widget(Tax.rates, columns=["valid_from", "amount", "source"]), key="rates"),
            Tab(_("Stands for"), Tax.taxes, key="taxes"),
            Tab(_("Description"), Tax.description, key="description"),
            key="tabs",
        ),
    ],
)  # fmt: skip
tax_search = Search(
    Tax,
    fields=[Tax.name, Tax.group],
    facets=[
        Facet("sale", _("Sales"), Tax.use == "sale"),
        Facet("purchase", _("Purchases"), Tax.use == "purchase"),
    ],
)

rate_list = List(TaxRate, columns=[TaxRate.tax, TaxRate.valid_from, TaxRate.amount, TaxRate.source])
rate_form = Form(TaxRate, body=[Group(TaxRate.tax, TaxRate.valid_from, TaxRate.amount, TaxRate.source, key="rate")])

group_list = List(TaxGroup, columns=[TaxGroup.name, TaxGroup.country, TaxGroup.sequence])
group_form = Form(TaxGroup, title=TaxGroup.name, body=[Group(TaxGroup.country, TaxGroup.sequence, key="group")])

views = [Extend(company_form, inside("defaults", Company.tax_rounding))]
