"""Templates: mails about records, in the language of who gets them."""

from __future__ import annotations

from addons.base.models import CustomModel
from addons.mail.models.mail import PURPOSES
from addons.mail.operations.words import FILTERS, KNOWN
from core import Invalid, Model, constraint, fields
from core.i18n import _
from core.mail import check_template


class Template(Model):
    """A mail about records of one model.

    subject, body: Jinja, in which `record` is the record, with the access of who sends it; each language has its own.
    partner: the path to the contact who gets it, empty for a template about contacts themselves; email_to: Jinja for an
    address, where there is no contact or it has none. purpose: advertising goes to nobody who has opted out of it.
    """

    _name = "mail.template"
    _label = _("Mail template")
    _label_plural = _("Mail templates")
    _order = ("name", "id")

    name = fields.Char(_("Name"), required=True, search=True)
    about = fields.Many2one(CustomModel, _("About"), required=True, on_delete="refuse", wire="model_id")
    subject = fields.Char(_("Subject"), size=300, required=True, translate=True)
    body = fields.Text(
        _("Content"), translate=True, wire="body_html", help=_("HTML; {{ record.name }} is the record's name.")
    )
    partner = fields.Char(_("To the contact"), help=_("As in partner; empty for the record itself."), wire="partner_to")
    email_to = fields.Char(_("Or to the address"), size=300, help=_("As in {{ record.email }}."))
    email_from = fields.Char(_("From"), size=320)
    reply_to = fields.Char(_("Answers to"), size=320)
    purpose = fields.Selection(PURPOSES, _("For"), default="transactional", required=True)
    active = fields.Boolean(_("Active"), default=True)

    @constraint(subject, body, email_to)
    def _is_a_template(self) -> None:
        for name in ("subject", "body", "email_to"):
            try:
                check_template(getattr(self, name), KNOWN, FILTERS)
            except Invalid as error:
                raise Invalid(fields={name: [error.args[0]]}) from None

    @constraint(about, partner)
    def _leads_to_a_contact(self) -> None:
        at = self.about.key
        for step in self.partner.split(".") if self.partner else ():
            info = self.env.models.get(at)
            field = info.fields.get(step) if info is not None else None
            if field is None or field.kind != "many2one":
                raise Invalid(fields={"partner": [_("“{step}” leads to no other record", step=step)]})
            at = field.target
        if self.partner and at != "res.partner":
            raise Invalid(fields={"partner": [_("leads to no contact")]})
