"""What people have chosen on pages, and find again the next time."""

from __future__ import annotations

from addons.base.models.user import User
from core import Model, Unique, fields
from core.i18n import _


class Choice(Model):
    """One choice of one user, such as the columns of a board that they have folded.

    key: what was chosen, in the words of the page that asks. value: what they chose, as JSON.
    """

    _name = "ir.choice"
    _label = _("Choice on a page")
    _label_plural = _("Choices on pages")
    _title = "key"
    _history = False
    _constraints = (Unique("user", "key", message=_("This has been chosen already.")),)

    user = fields.Many2one(User, _("User"), required=True, on_delete="delete", index=True)
    key = fields.Char(_("Of what"), required=True, size=200)
    value = fields.Text(_("Choice"))
