"""Who may do what with deals: salespeople with theirs, managers with their teams', the director with all.

A grant's filter holds on the deal as it is and on the deal as it becomes: a salesperson neither takes a
deal that is somebody else's nor gives theirs away; the manager of the team does that.
"""

from __future__ import annotations

from addons.base.access import contacts, favourites
from addons.crm.models import Lead, LostReason, Source, Stage, Tag, Team
from core import Env, Filter, Grant, Role
from core.i18n import _

salesperson = Role(
    "crm.salesperson",
    _("Salesperson"),
    implies=(contacts,),
    help=_("Sees and works on their own deals, and makes new ones."),
)
manager = Role(
    "crm.manager",
    _("Sales manager"),
    implies=(salesperson, favourites),
    help=_("Sees and works on the deals of the teams that they lead."),
)
administrator = Role(
    "crm.administrator",
    _("CRM administrator"),
    implies=(manager,),
    help=_("Sees all deals; sets up teams, stages and the lists."),
)


def own(env: Env) -> Filter:
    """Deals of the user."""
    return Lead.salesperson.is_(env.user_id)


def of_led_teams(env: Env) -> Filter:
    """Deals of the teams that the user leads, whoever works on them."""
    return Lead.team.leader.is_(env.user_id)


LISTS = (LostReason, Source, Stage, Tag, Team)

access = [
    Grant(salesperson, Lead, "read", "write", "create", where=own),
    Grant(manager, Lead, "read", "write", "create", "delete", where=of_led_teams),
    Grant(administrator, Lead, "read", "write", "create", "delete"),
    *(Grant(salesperson, model, "read") for model in LISTS),
    Grant(manager, Tag, "create", "write"),
    *(Grant(administrator, model, "write", "create", "delete") for model in LISTS),
]
