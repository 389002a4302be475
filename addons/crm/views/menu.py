"""Where CRM is found."""

from __future__ import annotations

from addons.crm.models import Lead, LostReason, Partner, Source, Stage, Tag, Team
from addons.product.models import Product
from core.i18n import _
from core.views import Menu

SETUP = ("crm.administrator",)
SELLS = ("crm.salesperson",)

crm = Menu("crm", _("CRM"), icon="target-arrow", sequence=10, roles=SELLS)
pipeline = Menu(
    "crm.pipeline",
    _("Pipeline"),
    parent="crm",
    model=Lead,
    where=Lead.kind == "opportunity",
    view="board",
    facets=("open",),
    sequence=10,
    roles=SELLS,
)
forecast = Menu(
    "crm.forecast",
    _("Forecast"),
    parent="crm",
    model=Lead,
    where=Lead.kind == "opportunity",
    view="forecast",
    facets=("open",),
    sequence=15,
    roles=SELLS,
)
leads = Menu(
    "crm.leads",
    _("Leads"),
    parent="crm",
    model=Lead,
    where=Lead.kind == "lead",
    facets=("open",),
    sequence=20,
    roles=SELLS,
)
customers = Menu(
    "crm.customers",
    _("Customers"),
    parent="crm",
    model=Partner,
    where=Partner.is_company == True,
    sequence=30,
    roles=SELLS,
)
products = Menu("crm.products", _("Products"), parent="crm", model=Product, sequence=40, roles=SELLS)
teams = Menu("crm.teams", _("Teams"), parent="crm", model=Team, sequence=60, roles=SETUP)
stages = Menu("crm.stages", _("Stages"), parent="crm", model=Stage, sequence=61, roles=SETUP)
lost_reasons = Menu("crm.lost_reasons", _("Lost reasons"), parent="crm", model=LostReason, sequence=62, roles=SETUP)
tags = Menu("crm.tags", _("Tags"), parent="crm", model=Tag, sequence=63, roles=("crm.manager",))
sources = Menu("crm.sources", _("Sources"), parent="crm", model=Source, sequence=64, roles=SETUP)
