"""Tags of deals."""

from __future__ import annotations

from core import Model, Unique, fields
from core.i18n import _


class Tag(Model):
    """A word to find deals by."""

    _name = "crm.tag"
    _label = _("Tag")
    _label_plural = _("Tags")
    _order = ("name",)
    _constraints = (Unique("name", message=_("A tag with this name exists already.")),)

    name = fields.Char(_("Tag"), size=60, required=True, search=True)
