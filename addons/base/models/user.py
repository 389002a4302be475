"""Users: people who log in."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any

from addons.base.models.company import LANGUAGES, Company, check_time_zone, home_company, home_language, home_time_zone
from addons.base.models.group import Group
from addons.base.operations.administrators import NOBODY_LEFT, is_last_administrator, refuse_without_administrator
from addons.base.operations.keys import create_key
from addons.base.operations.passwords import set_password
from core import Invalid, Model, Unique, computed, constraint, fields
from core.i18n import _

SETTINGS = ("base.administrator",)
LOGIN_SIZE = 120


def normal_login(login: str) -> str:
    """A log-in as it is kept: composed, in small letters, without what cannot be seen."""
    text = unicodedata.normalize("NFC", login.strip()).lower()
    return "".join(character for character in text if character.isprintable())[:LOGIN_SIZE]


class User(Model):
    """Somebody who logs in, and what they may do.

    A user without a password cannot log in by one. company: the one whose records they make; companies:
    others whose records they see too. What is a secret (`password_hash`, `session_stamp`) is for elevated
    code only.
    """

    _name = "res.users"
    _label = _("User")
    _label_plural = _("Users")
    _order = ("name", "id")
    _constraints = (Unique("login", message=_("A user with this log-in exists already.")),)

    name = fields.Char(_("Name"), required=True, search=True)
    login = fields.Char(_("Log-in"), size=LOGIN_SIZE, required=True, search=True, roles=SETTINGS)
    email = fields.Char(_("Email"))
    phone = fields.Char(_("Phone"), size=40)
    active = fields.Boolean(_("Active"), default=True)
    company = fields.Many2one(Company, _("Company"), required=True, default=home_company, roles=SETTINGS)
    companies = fields.Many2many(
        Company,
        _("Other companies"),
        wire="company_ids",
        roles=SETTINGS,
        help=_("Companies whose records they see as well."),
    )
    groups = fields.Many2many(Group, _("Roles"), wire="groups_id", roles=SETTINGS)
    language = fields.Selection(LANGUAGES, _("Language"), default=home_language, required=True, wire="lang")
    time_zone = fields.Char(_("Time zone"), size=64, default=home_time_zone, required=True, wire="tz")

    password_hash = fields.Char(_("Password"), roles=None, copy=False)
    session_stamp = fields.Char(
        _("Session stamp"), size=32, roles=None, copy=False, default=lambda env: secrets.token_hex(16),
        help=_("Changes with the password, which ends the sessions that were open."),
    )  # fmt: skip

    @computed(password_hash, store=True, into=fields.Boolean(_("Has a password"), roles=SETTINGS))
    def has_password(self) -> bool:
        return bool(self.password_hash)

    @computed("groups.key", store=True, into=fields.Json(_("Role keys"), roles=None))
    def role_keys(self) -> Any:
        """Keys of the roles given, in order, beside the user, so that knowing a user takes one statement."""
        return sorted(group.key for group in self.groups)

    @computed(
        company, companies, "company.branch_tree", "companies.branch_tree",
        store=True, into=fields.Json(_("Company numbers"), roles=None),
    )  # fmt: skip
    def company_numbers(self) -> Any:
        """Ids of all companies whose records they see, those of branches too, in order."""
        given = (self.company, *self.companies)
        return sorted({company.id for company in given} | {branch for branch, _above in _branches(given)})

    @computed(
        "company.branch_tree", "companies.branch_tree",
        store=True, into=fields.Json(_("Branches of companies"), roles=None),
    )  # fmt: skip
    def company_branches(self) -> Any:
        """[branch, the company right above it] for the branches among them."""
        return sorted([branch, above] for branch, above in _branches((self.company, *self.companies)))

    @constraint(login)
    def _login_is_plain(self) -> None:
        if self.login != normal_login(self.login) or " " in self.login:
            raise Invalid(fields={"login": [_("must be in small letters and without spaces")]})

    @constraint(time_zone)
    def _time_zone_exists(self) -> None:
        check_time_zone(self.time_zone)

    @constraint(groups, active)
    def _somebody_administers(self) -> None:
        refuse_without_administrator(self)

    def deletion_refusal(self) -> str:
        alone = is_last_administrator(self)
        return NOBODY_LEFT if alone else super().deletion_refusal()

    def set_password(self, password: str) -> None:
        """Give them a new password and end their open sessions. For elevated code.

        Raises Invalid where it is too short or too long.
        """
        set_password(self, password)

    def new_key(self, name: str) -> str:
        """Make a bearer key for them and give it, once. name: what it is for. For elevated code."""
        return create_key(self, name)


def _branches(companies: Iterable[Company]) -> set[tuple[int, int]]:
    return {(branch, above) for company in companies for branch, above in company.branch_tree or ()}
