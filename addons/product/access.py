"""Who may do what with products: everybody who works here sees them, a role looks after them."""

from __future__ import annotations

from addons.base.access import user
from addons.product.models import Category, Product, Unit
from core import Grant, Role
from core.i18n import _

manager = Role(
    "product.manager", _("Products"), implies=(user,), help=_("Makes and changes products, and sees what they cost.")
)

access = [
    *(Grant(user, model, "read") for model in (Product, Category, Unit)),
    *(Grant(manager, model, "write", "create", "delete") for model in (Product, Category, Unit)),
]
