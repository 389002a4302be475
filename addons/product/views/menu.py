"""Where those who look after products find them; the areas that sell have entries of their own."""

from __future__ import annotations

from addons.product.models import Category, Product, Unit
from core.i18n import _
from core.views import Menu

LOOKS_AFTER = ("product.manager",)

area = Menu("product", _("Products"), icon="packages", sequence=40, roles=LOOKS_AFTER)
products = Menu("product.products", _("Products"), parent="product", model=Product, sequence=10, roles=LOOKS_AFTER)
categories = Menu(
    "product.categories", _("Categories"), parent="product", model=Category, sequence=20, roles=LOOKS_AFTER
)
units = Menu("product.units", _("Units"), parent="product", model=Unit, sequence=30, roles=LOOKS_AFTER)
