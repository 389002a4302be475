"""Companies that keep their records here."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from addons.base.models.country import Country
from addons.base.models.currency import Currency
from addons.base.tax_codes import tax_code_problem
from core import Env, Invalid, Model, Unique, constraint, fields
from core.i18n import _

LANGUAGES = (("en", _("English")), ("vi", _("Vietnamese")))


class Company(Model):
    """A legal entity whose records are kept here, apart from those of the others.

    currency: what its records start with, and what it reports in. language, time_zone: what its new users
    start with.
    """

    _name = "res.company"
    _label = _("Company")
    _label_plural = _("Companies")
    _order = ("name",)
    _constraints = (Unique("name", message=_("A company with this name exists already.")),)

    name = fields.Char(_("Name"), required=True, search=True)
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

    @constraint(time_zone)
    def _time_zone_exists(self) -> None:
        check_time_zone(self.time_zone)

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
