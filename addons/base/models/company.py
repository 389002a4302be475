"""Companies that keep their records here."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from addons.base.models.country import Country
from addons.base.models.currency import Currency
from addons.base.tax_codes import tax_code_problem
from core import Env, Invalid, Model, Unique, computed, constraint, fields
from core.i18n import _
from core.jobs.states import CRON

LEVELS = 4
"""So many branches may stand one below the other."""

LANGUAGES = (("en", _("English")), ("vi", _("Vietnamese")))


class Company(Model):
    """A legal entity whose records are kept here, apart from those of the others; or a branch of one.

    parent: the company that it is a branch of; who works in that one sees the branch's records too.
    currency: what its records start with, and what it reports in. language, time_zone: what its new users
    start with.
    """

    _name = "res.company"
    _label = _("Company")
    _label_plural = _("Companies")
    _order = ("name",)
    _constraints = (Unique("name", message=_("A company with this name exists already.")),)

    name = fields.Char(_("Name"), required=True, search=True)
    parent: fields.Many2one[Company | None, Company] = fields.Many2one(
        "res.company", _("Branch of"), on_delete="refuse"
    )
    branches: fields.One2many[Company] = fields.One2many("res.company", inverse="parent", label=_("Branches"))
    currency = fields.Many2one(Currency, _("Currency"), required=True)
    country = fields.Many2one(Country, _("Country"))
    language = fields.Selection(LANGUAGES, _("Language"), default="en", required=True, wire="lang")
    time_zone = fields.Char(_("Time zone"), size=64, default="UTC", required=True, wire="tz")
    tax_code = fields.Char(_("Tax code"), size=20, wire="vat")
    street = fields.Char(_("Street"))
    city = fields.Char(_("City"))
    state = fields.Char(_("Province"))
    postcode = fields.Char(_("Postcode"), size=16, wire="zip")
    email = fields.Char(_("Email"))
    phone = fields.Char(_("Phone"), size=40)
    website = fields.Char(_("Website"))
    logo = fields.Image(_("Logo"), help=_("Stands at the head of documents: PNG, JPEG or WebP."))

    colour = fields.Char(
        _("Colour"),
        size=7,
        help=_("As in #0e6b4c: the accent of the pages, lighter or darker where it could not be read."),
    )

    @computed(
        *(".".join(["branches"] * depth) for depth in range(1, LEVELS + 1)),
        store=True,
        into=fields.Json(_("Tree of branches"), roles=None),
    )
    def branch_tree(self) -> Any:
        """[branch, the company right above it] for all below it, beside the company, so that it takes no statement."""
        found: dict[int, int] = {}
        level = [(branch, self.id) for branch in self.branches]
        for _depth in range(LEVELS):
            level = [(branch, above) for branch, above in level if branch.id not in found]
            found.update((branch.id, above) for branch, above in level)
            level = [(below, branch.id) for branch, _above in level for below in branch.branches]
        return sorted([branch, above] for branch, above in found.items())

    @constraint("parent.parent.parent.parent")
    def _branches_form_a_tree(self) -> None:
        above, depth = self.parent, 0
        while above is not None:
            depth += 1
            if above == self:
                raise Invalid(fields={"parent": [_("is a branch of this company itself")]})
            if depth > LEVELS:
                raise Invalid(fields={"parent": [_("has too many companies above it; at most {count}", count=LEVELS)]})
            above = above.parent

    @constraint(colour)
    def _colour_is_one(self) -> None:
        if self.colour and not re.fullmatch(r"#[0-9a-f]{6}", self.colour):
            raise Invalid(fields={"colour": [_("is no colour, as in #0e6b4c, in small letters")]})

    @constraint(time_zone)
    def _time_zone_exists(self) -> None:
        check_time_zone(self.time_zone)

    @constraint(time_zone)
    def _schedules_go_by_the_clock(self) -> None:
        if CRON not in self.env.models:
            return
        for schedule in self.env.sudo("the clock of a company has changed")[CRON].search():
            schedule.reckon()

    @constraint(tax_code, "country.code")
    def _tax_code_is_valid(self) -> None:
        problem = tax_code_problem(self.country.code if self.country else "", self.tax_code)
        if problem:
            raise Invalid(fields={"tax_code": [problem]})


def check_time_zone(name: str) -> None:
    """Raises Invalid where the database of time zones has no such name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reason = _("'{name}' is no time zone; an example is Asia/Ho_Chi_Minh", name=name)
        raise Invalid(fields={"time_zone": [reason]}) from None


def home_company(env: Env) -> int | None:
    """The company that new records belong to: the one that the user works in.

    Where nobody is logged in (the command line, an import) it is the first company.
    """
    if env.company_id is not None or not env.elevated:
        return env.company_id
    return next(iter(env[Company].search(order=("id",), limit=1).ids), None)


def home_currency(env: Env) -> int | None:
    """The currency that new records start with: that of the home company."""
    company = _home(env)
    return company.currency.id if company else None


def home_language(env: Env) -> str:
    """The language that new users start with: that of the home company."""
    company = _home(env)
    return company.language or "en" if company else "en"


def home_time_zone(env: Env) -> str:
    """The time zone that new users start with: that of the home company."""
    company = _home(env)
    return company.time_zone if company else "UTC"


def _home(env: Env) -> Company | None:
    company = home_company(env)
    # A user who may not read companies still pays in the currency of theirs.
    return None if company is None else env.sudo("defaults of the home company")[Company].get(company)
