"""Who may do what with taxes: everybody who works here sees them, a role looks after them."""

from __future__ import annotations

from addons.base.access import user
from addons.tax.models import Tax, TaxGroup, TaxRate
from core import Env, Filter, Grant, Role, Rule
from core.i18n import _

manager = Role("tax.manager", _("Taxes"), implies=(user,), help=_("Makes and changes taxes and their rates."))


def of_our_taxes(env: Env) -> Filter:
    """Rates of taxes of one's own companies, and of those that all have."""
    return TaxRate.tax.company.in_(env.company_ids) | TaxRate.tax.company.is_(None)


access = [
    Rule(TaxRate, where=of_our_taxes),
    *(Grant(user, model, "read") for model in (Tax, TaxGroup, TaxRate)),
    *(Grant(manager, model, "write", "create", "delete") for model in (Tax, TaxGroup, TaxRate)),
]
