"""The models of tax, for other addons to import: `from addons.tax.models import Tax`."""

from addons.tax.models.company import Company
from addons.tax.models.group import TaxGroup
from addons.tax.models.rate import TaxRate
from addons.tax.models.tax import Tax

__all__ = ["Company", "Tax", "TaxGroup", "TaxRate"]
