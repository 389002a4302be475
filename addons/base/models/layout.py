"""Layouts: how the documents of our companies look."""

from __future__ import annotations

from addons.base.models.company import Company, home_company
from core import Invalid, Model, Unique, computed, constraint, fields
from core.i18n import _
from core.reports import FONTS, is_colour

PAPERS = (("A4", _("A4")), ("A5", _("A5")), ("Letter", _("Letter")))
SIDES = (("left", _("On the left")), ("right", _("On the right")), ("centre", _("Above, in the middle")))


class DocumentLayout(Model):
    """How the documents of one company look; a company without one has a plain layout.

    What stands in the head (name, address, tax code, logo) is the company's own and is changed there. colour: of
    lines and headings, accent: of what lies behind the heads of tables. header, footer: lines of text, at the top
    right of the first page and at the bottom of every one.
    """

    _name = "report.layout"
    _label = _("Document layout")
    _label_plural = _("Document layouts")
    _order = ("name", "id")
    _constraints = (Unique("company", message=_("This company has its layout already.")),)

    company = fields.Many2one(Company, _("Company"), required=True, default=home_company, on_delete="delete")
    paper = fields.Selection(PAPERS, _("Paper"), default="A4", required=True)
    font = fields.Selection(
        [(name, name) for name in FONTS], _("Font"), default="Source Sans 3", required=True
    )  # fmt: skip
    colour = fields.Char(_("Colour"), size=7, default="#17604a", required=True, help=_("Of lines and headings."))
    accent = fields.Char(
        _("Second colour"), size=7, default="#eef4f1", required=True, help=_("Behind the heads of tables.")
    )
    side = fields.Selection(SIDES, _("Logo stands"), default="left", required=True)
    header = fields.Text(_("Text at the top"), help=_("On the first page, beside the name of the company."))
    footer = fields.Text(_("Text at the bottom"), help=_("On every page, such as bank accounts."))

    @computed("company.name", store=True, into=fields.Char(_("Name")))
    def name(self) -> str:
        return self.company.name

    @constraint(colour, accent)
    def _colours_are_colours(self) -> None:
        reason = _("is no colour; write it like #17604a")
        wrong = {name: [reason] for name in ("colour", "accent") if not is_colour(getattr(self, name))}
        if wrong:
            raise Invalid(fields=wrong)
