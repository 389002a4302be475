"""Log-ins that failed."""

from __future__ import annotations

from core import Model, fields
from core.i18n import _

LOG_IN, RESET = "log_in", "reset"
KINDS = ((LOG_IN, _("Log-in")), (RESET, _("New password")))


class LoginAttempt(Model):
    """One log-in that failed, or one new password that was asked for; kept while it counts against the next one.

    In the database, so that all web processes agree. address: the client's, as the web layer knows it.
    """

    _name = "res.users.attempt"
    _label = _("Failed log-in")
    _label_plural = _("Failed log-ins")
    _title = "login"
    _order = ("-at",)
    _history = False

    kind = fields.Selection(KINDS, _("What was tried"), default=LOG_IN, required=True)
    login = fields.Char(_("Log-in"), index=True)
    address = fields.Char(_("Address"), size=64, index=True)
    at = fields.DateTime(_("At"), required=True, index=True)
