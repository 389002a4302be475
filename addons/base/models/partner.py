"""Partners: companies and people that one deals with."""

from __future__ import annotations

from addons.base.models.company import LANGUAGES, Company
from addons.base.models.country import Country
from addons.base.models.user import User
from addons.base.tax_codes import tax_code_problem
from core import Invalid, Model, constraint, fields
from core.i18n import _


class Partner(Model):
    """A company or a person that one deals with: customer, supplier, or who works there.

    parent: the company that a person works for, or that owns this company. company: the one of ours that it
    belongs to; without one, all of ours share it.
    """

    _name = "res.partner"
    _label = _("Contact")
    _label_plural = _("Contacts")
    _order = ("name", "id")

    name = fields.Char(_("Name"), required=True, search=True)
    is_company = fields.Boolean(_("Is a company"))
    parent: fields.Many2one[Partner | None, Partner] = fields.Many2one("res.partner", _("Company"), on_delete="clear")
    job = fields.Char(_("Job title"), wire="function")
    email = fields.Char(_("Email"), search=True)
    phone = fields.Char(_("Phone"), size=40, search=True)
    mobile = fields.Char(_("Mobile"), size=40, search=True)
    website = fields.Char(_("Website"))
    street = fields.Char(_("Street"))
    city = fields.Char(_("City"), search=True)
    state = fields.Char(_("Province"))
    postcode = fields.Char(_("Postcode"), size=16, wire="zip")
    country = fields.Many2one(Country, _("Country"))
    tax_code = fields.Char(_("Tax code"), size=20, index=True, wire="vat")
    language = fields.Selection(
        LANGUAGES, _("Language"), wire="lang", help=_("Documents and mail to them are in it; empty: in the company's.")
    )
    salesperson = fields.Many2one(User, _("Salesperson"), wire="user_id")
    company = fields.Many2one(Company, _("Our company"), help=_("Empty: all our companies share it."))
    active = fields.Boolean(_("Active"), default=True)
    notes = fields.Text(_("Notes"), wire="comment")
    contacts: fields.One2many[Partner] = fields.One2many(
        "res.partner", _("Contacts"), inverse="parent", wire="child_ids"
    )

    @constraint(email)
    def _email_is_one(self) -> None:
        if not self.email:
            return
        from email_validator import EmailNotValidError, validate_email  # loads tables; most processes check none

        try:
            validate_email(self.email, check_deliverability=False)
        except EmailNotValidError:
            raise Invalid(fields={"email": [_("is no email address, as in lan.pham@example.com")]}) from None

    @constraint(tax_code, "country.code")
    def _tax_code_is_valid(self) -> None:
        problem = tax_code_problem(self.country.code if self.country else "", self.tax_code)
        if problem:
            raise Invalid(fields={"tax_code": [problem]})

    @constraint(parent)
    def _parents_form_no_circle(self) -> None:
        above, seen = self.parent, {self.id}
        while above is not None and self.parent is not None:
            if above.id in seen:
                raise Invalid(fields={"parent": [_("cannot be {name}, which belongs to it", name=self.parent.name)]})
            seen.add(above.id)
            above = above.parent
