"""A small trade for the tests of the model layer: partners, leads, orders with lines, and who may do what.

Lan and Minh sell: each sees their own leads, partners that are not private, tags that are not internal.
Hoa manages: she sees everything, also what a field keeps for managers.
"""

from __future__ import annotations

from decimal import Decimal

from core import (
    ALL,
    Check,
    Env,
    Filter,
    Grant,
    Identity,
    Invalid,
    Model,
    Role,
    Rule,
    Unique,
    computed,
    constraint,
    fields,
)
from core.orm.unit import UnitOfWork
from core.testing.bench import identity


class Currency(Model):
    _name = "res.currency"

    name = fields.Char(required=True, size=3)
    decimal_places = fields.Integer(default=2)


class Partner(Model):
    _name = "res.partner"
    _label = "Partner"
    _label_plural = "Partners"
    _order = ("name",)

    name = fields.Char("Name", required=True, search=True)
    city = fields.Char("City")
    is_private = fields.Boolean()
    parent: fields.Many2one[Partner | None, Partner] = fields.Many2one("res.partner", "Belongs to")
    credit_limit = fields.Decimal("Credit limit", default=Decimal(1000), roles=("crm.manager",))
    password_hash = fields.Char("Password", roles=None)
    leads: fields.One2many[Lead] = fields.One2many("crm.lead", inverse="partner")
    leads_count = fields.Count(leads)
    expected = fields.Sum(leads, "revenue")

    @computed("leads.revenue", store=True)
    def total(self) -> Decimal:
        return sum((lead.revenue for lead in self.leads), Decimal(0))

    @computed(name, city)
    def letterhead(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name


class Tag(Model):
    _name = "crm.tag"
    _label = "Tag"

    name = fields.Char(required=True)
    is_internal = fields.Boolean()
    leads: fields.Many2many[Lead] = fields.Many2many("crm.lead", relation="crm_lead__tags", flipped=True)

    @computed("leads.revenue", store=True)
    def revenue(self) -> Decimal:
        return sum((lead.revenue for lead in self.leads), Decimal(0))


class Lead(Model):
    """An opportunity."""

    _name = "crm.lead"
    _label = "Lead"
    _label_plural = "Leads"
    _order = ("-revenue", "id")
    _constraints = (
        Unique("reference", message="another lead has this reference"),
        Check("probable", "probability <= 100", "The probability is a percentage."),
    )

    name = fields.Char("Opportunity", required=True, search=True, size=60)
    reference = fields.Selection((("A", "A"), ("B", "B"), ("C", "C")), "Reference")
    partner = fields.Many2one(Partner, "Customer")
    currency = fields.Many2one(Currency, "Currency", required=True)
    revenue = fields.Monetary("Revenue")
    probability = fields.Decimal("Probability", digits=2, default=Decimal(10), unit="%")
    seller = fields.Integer("Salesperson")
    closes_on = fields.Date("Closes on")
    seen_at = fields.DateTime("Seen at")
    active = fields.Boolean("Active", default=True)
    note = fields.Text("Note")
    score = fields.Float("Score")
    tags = fields.Many2many(Tag, "Tags", relation="crm_lead__tags", wire="tag_ids")
    watchers = fields.Many2many(Partner, "Watchers", roles=("crm.manager",))
    cost = fields.Monetary("Cost", roles=("crm.manager",))

    @computed(revenue, probability, store=True, into=fields.Monetary("Weighted"))
    def weighted(self) -> Decimal:
        return self.revenue * self.probability / 100

    @computed(revenue, cost, store=True, into=fields.Monetary("Margin"))
    def margin(self) -> Decimal:
        return self.revenue - self.cost

    @computed(name, "partner.city")
    def headline(self) -> str:
        return f"{self.name} ({self.partner.city if self.partner else 'nowhere'})"

    @constraint(revenue)
    def revenue_is_positive(self) -> None:
        if self.revenue < 0:
            raise Invalid("The revenue of a lead cannot be negative.", fields={"revenue": ["cannot be negative"]})


TRADE = (Currency, Partner, Tag, Lead)

salesperson = Role("crm.salesperson", "Salesperson")
manager = Role("crm.manager", "Manager", implies=[salesperson])
clerk = Role("crm.clerk", "Clerk")


def _public_partners(env: Env) -> Filter:
    return ALL if env.has_role("crm.manager") else Partner.is_private == False


ACCESS = [
    salesperson,
    manager,
    clerk,
    Grant(salesperson, Lead, "read", "write", "create", "delete", where=lambda env: Lead.seller == env.user_id),
    Grant(manager, Lead, "read", "write", "create", "delete"),
    Grant(salesperson, Partner, "read", "write", "create"),
    Rule(Partner, where=_public_partners),
    Grant(salesperson, Tag, "read", where=lambda env: Tag.is_internal == False),
    Grant(manager, Tag, "read", "write", "create", "delete"),
    Grant(salesperson, Currency, "read"),
    Grant(clerk, Lead, "read"),
]

LAN = identity(7, "crm.salesperson")
MINH = identity(8, "crm.salesperson")
HOA = identity(9, "crm.manager")
CLERK = identity(10, "crm.clerk")
NOBODY = identity(11)


def fill(env: Env) -> None:
    """What every test finds: two currencies, three partners, three tags, four leads."""
    usd, vnd = env[Currency].create_many([{"name": "USD"}, {"name": "VND", "decimal_places": 0}])
    viet, danang, secret = env[Partner].create_many(
        [
            {"name": "Gỗ Việt", "city": "Huế"},
            {"name": "Nội Thất Đà Nẵng", "city": "Đà Nẵng"},
            {"name": "Bí Mật", "city": "Hà Nội", "is_private": True, "password_hash": "argon2"},
        ]
    )
    urgent, export, internal = env[Tag].create_many(
        [{"name": "gấp"}, {"name": "xuất khẩu"}, {"name": "nội bộ", "is_internal": True}]
    )
    lan, minh = LAN.user_id, MINH.user_id
    row = {"currency": usd, "seller": lan}
    env[Lead].create(
        **row, name="50 ghế gỗ", partner=viet, revenue=Decimal("100.50"), cost=Decimal(60), tags=[urgent, internal]
    )
    env[Lead].create(**row, name="Bàn họp", partner=secret, revenue=Decimal(2000), tags=[export])
    env[Lead].create(name="Tủ sách", partner=danang, revenue=Decimal(300), currency=usd, seller=minh, tags=[urgent])
    env[Lead].create(name="Kệ bếp", revenue=Decimal(7_000_000), currency=vnd, seller=minh)


def lead_named(unit: UnitOfWork, name: str, who: Identity | None = None) -> Lead:
    """The lead of that name: as `who` has it, also where they may not see it."""
    found = unit.system_env()[Lead].search(Lead.name == name)[0].id
    return (unit.env(who) if who else unit.system_env())[Lead].browse(found)[0]
