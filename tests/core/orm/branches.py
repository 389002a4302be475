"""Stages and leads whose texts differ by language, and whose figures differ by company."""

from __future__ import annotations

from decimal import Decimal

from core import Env, Filter, Grant, Invalid, Model, Role, Rule, computed, constraint, fields
from core.orm.identity import Identity


class Company(Model):
    _name = "res.company"
    name = fields.Char("Name", required=True)


class Currency(Model):
    _name = "res.currency"
    name = fields.Char("Code")
    decimal_places = fields.Integer(default=2)


class Partner(Model):
    _name = "res.partner"
    _label = "Contact"
    name = fields.Char("Name", required=True)


class Stage(Model):
    """Where deals stand."""

    _name = "crm.stage"
    _label, _label_plural = "Stage", "Stages"
    _order = ("name",)

    name = fields.Char("Name", required=True, search=True, translate=True)
    notes = fields.Text("Notes", translate=True)
    leads: fields.One2many[Lead] = fields.One2many("crm.lead", inverse="stage")

    @computed(name)
    def title(self) -> str:
        return f"[{self.name}]"

    @constraint(name)
    def _is_no_secret(self) -> None:
        if self.name.startswith("mật"):
            raise Invalid(fields={"name": ["is no name for a stage"]})


class Lead(Model):
    _name = "crm.lead"
    _label, _label_plural = "Lead", "Leads"

    name = fields.Char("Name", required=True)
    stage = fields.Many2one(Stage, "Stage")
    currency = fields.Many2one(Currency, "Currency")
    cost = fields.Decimal("Cost", company_dependent=True, default=Decimal(1))
    bonus = fields.Monetary("Bonus", company_dependent=True)
    kind = fields.Selection([("new", "New"), ("old", "Old")], "Kind", company_dependent=True)
    owner = fields.Many2one(Partner, "Owner", company_dependent=True)
    secret = fields.Char("Secret", translate=True, roles=("manager",))

    @computed("stage.name", cost)
    def line(self) -> str:
        return f"{self.stage.name if self.stage else ''} {self.cost}"


sales = Role("sales", "Sales")
manager = Role("manager", "Manager", implies=[sales])


def dear(env: Env) -> Filter:
    return Lead.cost < 100


ACCESS = [
    sales,
    manager,
    *(Grant(sales, model, "read", "write", "create", "delete") for model in (Company, Stage, Lead, Partner, Currency)),
    Rule(Lead, where=dear),
]
MODELS = (Company, Currency, Partner, Stage, Lead)


def who(language: str = "en", company: int | None = None, *roles: str, user: int = 7) -> Identity:
    companies = () if company is None else (company,)
    return Identity(
        user, "lan", roles=frozenset(roles or ("sales",)), language=language, company_id=company, company_ids=companies
    )


def reader(env: Env, language: str = "en", company: int | None = None, *roles: str) -> Env:
    return env.as_user(who(language, company, *roles))
