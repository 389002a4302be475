"""Where deals come from."""

from __future__ import annotations

from core import Model, Unique, fields
from core.i18n import _


class Source(Model):
    """Where somebody first heard of us: a fair, a recommendation, a search engine."""

    _name = "utm.source"
    _label = _("Source")
    _label_plural = _("Sources")
    _order = ("name",)
    _constraints = (Unique("name", message=_("A source with this name exists already.")),)

    name = fields.Char(_("Source"), required=True, search=True, translate=True)
