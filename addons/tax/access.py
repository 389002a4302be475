"""Who may do what with taxes: everybody who works here sees them, a role looks after them."""

from __future__ import annotations

from addons.base.access import user
from addons.tax.models import Tax, TaxGroup, TaxRate
from core import Grant, Role
from core.i18n import _

manager = Role("tax.manager", _("Taxes"), implies=(user,), help=_("Makes and changes taxes and their rates."))

access = [
    *(Grant(user, model, "read") for model in (Tax, TaxGroup, TaxRate)),
    *(Grant(manager, model, "write", "create", "delete") for model in (Tax, TaxGroup, TaxRate)),
]
