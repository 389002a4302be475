"""The models of product, for other addons to import: `from addons.product.models import Product`."""

from addons.product.models.category import Category
from addons.product.models.product import Product
from addons.product.models.unit import Unit

__all__ = ["Category", "Product", "Unit"]
