"""Categories of products."""

from __future__ import annotations

from core import Model, fields
from core.i18n import _


class Category(Model):
    """A kind of product, inside a wider kind or none."""

    _name = "product.category"
    _label = _("Product category")
    _label_plural = _("Product categories")
    _order = ("name",)
    _parent = "parent"

    name = fields.Char(_("Name"), required=True, search=True, translate=True)
    parent: fields.Many2one[Category | None, Category] = fields.Many2one(
        "product.category", _("Part of"), on_delete="refuse"
    )
    children: fields.One2many[Category] = fields.One2many(
        "product.category", _("Consists of"), inverse="parent", wire="child_ids"
    )
