"""Leads and opportunities: the deals of the pipeline."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from addons.base.models import Company, Currency, User, home_company, home_currency
from addons.crm.models.lost_reason import LostReason
from addons.crm.models.partner import Partner
from addons.crm.models.source import Source
from addons.crm.models.stage import Stage
from addons.crm.models.tag import Tag
from addons.crm.models.team import Team
from addons.crm.operations.convert import convert
from addons.product.models import Product
from core import Env, Filter, Invalid, Model, Refused, computed, constraint, fields
from core.i18n import _

OUTCOMES = (("open", _("Open")), ("won", _("Won")), ("lost", _("Lost")))


def first_stage(env: Env) -> int | None:
    """The stage that new deals come into: the first one that all teams use."""
    return next(iter(env[Stage].search(Stage.team.is_(None), limit=1).ids), None)


class Lead(Model):
    """A deal in the pipeline, from first contact until it is won or lost.

    kind: a lead is somebody who may want something; an opportunity is a deal that one works on.
    outcome: won in a stage that means won, lost where `is_lost`; a lost deal stays in the stage in which it
    was lost. probability: that of the stage until somebody says otherwise, 0 of a lost deal, in percent.
    engaged_on, closes_on, closed_on: the day on which work on it began, on which an order is expected, and on
    which it was won or lost: the day where the company is, unless another one is written.
    """

    _name = "crm.lead"
    _label = _("Opportunity")
    _label_plural = _("Opportunities")
    _order = ("-priority", "-id")

    name = fields.Char(_("Opportunity"), required=True, search=True)
    reference = fields.Char(_("Reference"), size=64, search=True, help=_("Its number in another system, or on paper."))
    kind = fields.Selection(
        [("lead", _("Lead")), ("opportunity", _("Opportunity"))],
        _("Kind"),
        default="opportunity",
        required=True,
        wire="type",
    )
    partner = fields.Many2one(Partner, _("Customer"), on_delete="refuse")
    contact_name = fields.Char(
        _("Contact"), search=True, help=_("Who to speak to, while they are no contact of ours yet.")
    )
    email = fields.Char(_("Email"), search=True, wire="email_from")
    phone = fields.Char(_("Phone"), size=40, search=True)
    salesperson = fields.Many2one(User, _("Salesperson"), default=lambda env: env.user_id, wire="user_id")
    team = fields.Many2one(Team, _("Sales team"))
    stage = fields.Many2one(Stage, _("Stage"), required=True, default=first_stage)
    priority = fields.Selection(
        [("0", _("Normal")), ("1", _("High")), ("2", _("Very high")), ("3", _("Urgent"))],
        _("Priority"), default="0", required=True,
    )  # fmt: skip
    product = fields.Many2one(Product, _("Product"), on_delete="refuse")
    expected_revenue = fields.Monetary(_("Expected revenue"), within=(0, None))
    currency = fields.Many2one(Currency, _("Currency"), required=True, default=home_currency)
    engaged_on = fields.Date(_("Engaged on"), wire="date_open")
    closes_on = fields.Date(_("Expected closing"), index=True, wire="date_deadline")
    is_lost = fields.Boolean(_("Lost"), copy=False)
    closed_on = fields.Date(_("Closed on"), index=True, copy=False, wire="date_closed")
    lost_reason = fields.Many2one(LostReason, _("Lost reason"), on_delete="refuse", copy=False)
    source = fields.Many2one(Source, _("Source"))
    tags = fields.Many2many(Tag, _("Tags"), wire="tag_ids")
    description = fields.Text(_("Notes"))
    company = fields.Many2one(Company, _("Our company"), default=home_company)
    active = fields.Boolean(_("Active"), default=True)

    @computed(is_lost, "stage.is_won", store=True, into=fields.Selection(OUTCOMES, _("Outcome"), index=True))
    def outcome(self) -> str | None:
        if self.is_lost:
            return "lost"
        return "won" if self.stage.is_won else "open"

    @computed(
        is_lost, "stage.probability", store=True, editable=True,
        into=fields.Decimal(_("Probability"), digits=2, within=(0, 100), unit="%"),
    )  # fmt: skip
    def probability(self) -> Decimal:
        return Decimal(0) if self.is_lost else self.stage.probability

    @computed(
        expected_revenue, probability, store=True, into=fields.Monetary(_("Weighted revenue"), wire="prorated_revenue")
    )  # fmt: skip
    def weighted_revenue(self) -> Decimal:
        return self.expected_revenue * self.probability / 100

    @constraint(is_lost, "stage.is_won")
    def _lost_is_not_won(self) -> None:
        if self.is_lost and self.stage.is_won:
            raise Invalid(fields={"stage": [_("means won, and the deal is lost; restore it first")]})

    @constraint(is_lost, "stage.is_won", closed_on)
    def _closing_has_its_day(self) -> None:
        # Not a computed field: that would be found anew whenever the stage of a closed deal is put right.
        if self.outcome == "open" and self.closed_on is not None:
            self.closed_on = None
        elif self.outcome != "open" and self.closed_on is None:
            self.closed_on = self._today()

    def mark_won(self) -> None:
        """Move it into the stage that means won. Raises Refused where it is won already, or no stage means that."""
        if self.outcome == "won":
            raise Refused(_("{name} is won already.", name=self.name))
        self.write(is_lost=False, lost_reason=None, stage=self._won_stage(), closed_on=self._today())
        self.env.flush()
        self.env.hooks.lead_won(env=self.env, lead=self)

    def mark_lost(self) -> None:
        """Close it as lost, in the stage that it is in. Raises Refused where it is closed already."""
        if self.outcome != "open":
            raise Refused(_("{name} is closed already. Restore it first.", name=self.name))
        self.write(is_lost=True, closed_on=self._today())
        self.env.flush()
        self.env.hooks.lead_lost(env=self.env, lead=self)

    def restore(self) -> None:
        """Open it again: a lost deal in its stage, a won one in the last stage before won.

        Raises Refused where it is open.
        """
        if self.outcome == "open":
            raise Refused(_("{name} is open already.", name=self.name))
        if self.is_lost:
            self.write(is_lost=False, lost_reason=None, closed_on=None)
        else:
            self.write(stage=self._last_open_stage(), closed_on=None)

    def convert(self) -> None:
        """Make an opportunity of a lead, with a customer; see `operations.convert`."""
        convert(self)

    def _today(self) -> date:
        zone = ZoneInfo(self.company.time_zone if self.company else self.env.time_zone)
        return self.env.now().astimezone(zone).date()

    def _won_stage(self) -> Stage:
        stages = self.env[Stage].search(Stage.is_won == True, self._usable_stages())
        if not stages:
            raise Refused(_("No stage means won. Make one under CRM, Stages."))
        # A stage of the deal's own team goes before those that all teams use.
        return next((stage for stage in stages if stage.team is not None), stages[0])

    def _last_open_stage(self) -> Stage:
        stages = self.env[Stage].search(Stage.is_won == False, self._usable_stages())
        if not stages:
            raise Refused(_("Every stage means won. Make another one under CRM, Stages."))
        return stages[-1]

    def _usable_stages(self) -> Filter:
        shared = Stage.team.is_(None)
        return shared if self.team is None else shared | Stage.team.is_(self.team)
