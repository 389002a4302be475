"""Where those who look after taxes find them."""

from __future__ import annotations

from addons.tax.models import Tax, TaxGroup
from core.i18n import _
from core.views import Menu

LOOKS_AFTER = ("tax.manager",)

area = Menu("tax", _("Taxes"), icon="receipt", sequence=80, roles=LOOKS_AFTER)
taxes = Menu("tax.taxes", _("Taxes"), parent="tax", model=Tax, sequence=10, roles=LOOKS_AFTER)
groups = Menu("tax.groups", _("Tax groups"), parent="tax", model=TaxGroup, sequence=20, roles=LOOKS_AFTER)
