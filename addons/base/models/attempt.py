"""Log-ins that failed."""

from __future__ import annotations

from core import Model, fields
from core.i18n import _


class LoginAttempt(Model):
    """One log-in that failed, kept for as long as it counts against the next one.

    In the database, so that all web processes agree. address: the client's, as the web layer knows it.
    """

    _name = "res.users.attempt"
    _label = _("Failed log-in")
    _label_plural = _("Failed log-ins")
    _title = "login"
    _order = ("-at",)
    _history = False

    login = fields.Char(_("Log-in"), index=True)
    address = fields.Char(_("Address"), size=64, index=True)
    at = fields.DateTime(_("At"), required=True, index=True)
