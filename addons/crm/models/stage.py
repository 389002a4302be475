"""Stages of the pipeline."""

from __future__ import annotations

from addons.crm.models.team import Team
from core import Invalid, Model, constraint, fields
from core.i18n import _


class Stage(Model):
    """A step of the way to an order.

    probability: what deals start with that come into it, in percent. is_won: deals in it are won. is_folded:
    out of the way on boards. team: the one team that uses it; without one, all do.
    """

    _name = "crm.stage"
    _label = _("Stage")
    _label_plural = _("Stages")
    _order = ("sequence", "id")

    name = fields.Char(_("Stage"), required=True, search=True, translate=True)
    sequence = fields.Integer(_("Order"), default=10)
    probability = fields.Decimal(_("Probability"), digits=2, within=(0, 100), unit="%")
    is_won = fields.Boolean(_("Means won"))
    is_folded = fields.Boolean(_("Folded"), wire="fold")
    team = fields.Many2one(Team, _("Only for team"))

    @constraint(probability, is_won)
    def _won_is_certain(self) -> None:
        if self.is_won and self.probability != 100:
            raise Invalid(fields={"probability": [_("must be 100 % in a stage that means won")]})
