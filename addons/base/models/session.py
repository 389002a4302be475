"""Sessions: where people are logged in."""

from __future__ import annotations

from addons.base.browsers import browser_in_words
from addons.base.models.user import User
from core import Model, Unique, computed, fields
from core.i18n import _


class Session(Model):
    """A browser in which somebody is logged in, until they log out, somebody ends it, or it was not used for a week.

    The browser keeps a secret, of which only a hash is kept here. seen_at: when it last logged in or changed something,
    to some minutes; whoever only reads writes nothing. address, agent: as at log-in.
    """

    _name = "res.users.session"
    _label = _("Session")
    _label_plural = _("Sessions")
    _title = "browser"
    _order = ("-seen_at", "-id")
    _history = False
    _constraints = (Unique("hash", message=_("This session is there already.")),)

    user = fields.Many2one(User, _("User"), required=True, on_delete="delete", index=True, readonly=True)
    began_at = fields.DateTime(_("Logged in"), required=True, readonly=True)
    seen_at = fields.DateTime(_("Last used"), required=True, readonly=True)
    address = fields.Char(_("Address"), size=64, readonly=True)
    agent = fields.Char(_("Browser's own words"), size=400, readonly=True)
    hash = fields.Char(_("Hash"), size=64, required=True, roles=None, copy=False)

    @computed(agent, store=True, into=fields.Char(_("Browser")))
    def browser(self) -> str:
        return browser_in_words(self.agent)
