"""How people see products, their categories and units."""

from __future__ import annotations

from addons.product.models import Category, Product, Unit
from core.i18n import _
from core.views import Column, Facet, Form, Group, List, Search, Tab, Tabs, Widget

product_list = List(
    Product,
    columns=[
        Product.name,
        Product.code,
        Column(Product.kind, widget="tag"),
        Product.category,
        Product.list_price,
        Product.unit,
    ],
)
product_form = Form(
    Product,
    title=Product.name,
    body=[
        Group(Product.code, Product.kind, Product.category, Product.active, key="product"),
        Group(Product.list_price, Product.cost, Product.currency, Product.unit, key="price", label=_("Price")),
        Tabs(Tab(_("Description"), Product.description, key="description"), key="tabs"),
    ],
)
product_search = Search(
    Product,
    fields=[Product.name, Product.code, Product.category],
    facets=[
        Facet("goods", _("Goods"), Product.kind == "goods"),
        Facet("services", _("Services"), Product.kind == "service"),
    ],
)

category_list = List(Category, columns=[Category.name, Category.parent])
category_form = Form(
    Category,
    title=Category.name,
    body=[
        Group(Category.parent, key="category"),
        Tabs(Tab(_("Consists of"), Widget(Category.children, columns=["name"]), key="children"), key="tabs"),
    ],
)
unit_list = List(Unit, columns=[Unit.name, Unit.category, Unit.factor, Unit.active])
unit_form = Form(Unit, title=Unit.name, body=[Group(Unit.category, Unit.factor, Unit.active, key="unit")])
