"""Sequences: how the numbers of documents read, and how they count."""

from __future__ import annotations

from string import Formatter

from addons.base.models.company import Company
from core import Check, Invalid, Model, Unique, constraint, fields
from core.errors import nearest
from core.i18n import _
from core.orm.sequence import MARKS

PERIODS = (("never", _("never")), ("year", _("every year")), ("month", _("every month")))
NEEDED = {"never": (), "year": (("year", "yy"),), "month": (("year", "yy"), ("month",))}
"""What the text of a number must name, so that two periods never give the same: one of each."""


class Sequence(Model):
    """How documents of one kind are numbered.

    code: what addons call it, `sale.order`. company: unset, it is for all companies, and each counts by itself; a
    branch without one of its own counts together with the company that it belongs to, where that has one.
    period: when counting starts anew. is_gapless: numbers are drawn as a document is posted, and none is missing
    afterwards; others are drawn as it is made, without waiting for anybody. first: where a company or a period
    starts that has not counted yet.
    """

    _name = "ir.sequence"
    _label = _("Sequence")
    _label_plural = _("Sequences")
    _order = ("code", "id")
    _constraints = (
        Unique("code", "company", message=_("This company has a sequence with this code already.")),
        Check("padding", "padding >= 0 AND padding <= 18", _("A number is padded to at most 18 digits.")),
        Check("step", "step > 0", _("A sequence counts upwards.")),
        Check("first", "first >= 0", _("A sequence starts at 0 or above.")),
    )

    name = fields.Char(_("Name"), required=True, search=True)
    code = fields.Char(_("Code"), size=64, required=True, index=True)
    company = fields.Many2one(Company, _("Company"))
    prefix = fields.Char(_("Prefix"), size=40, help=_("May name {year}, {yy}, {month} and {day}, as in BG/{year}/."))
    suffix = fields.Char(_("Suffix"), size=40)
    padding = fields.Integer(_("Digits"), default=4, help=_("Shorter numbers are filled up with zeros."))
    first = fields.Integer(_("Starts at"), default=1)
    step = fields.Integer(_("Counts by"), default=1)
    period = fields.Selection(PERIODS, _("Starts anew"), default="never", required=True)
    is_gapless = fields.Boolean(_("Without gaps"))

    @constraint(prefix, suffix, period)
    def _marks_are_known(self) -> None:
        named = {**_marks("prefix", self.prefix), **_marks("suffix", self.suffix)}
        for mark, field in named.items():
            if mark not in MARKS:
                hint = nearest(mark, MARKS) or ", ".join(MARKS)
                raise Invalid(fields={field: [_("names {mark}, which is not known; {hint}", mark=mark, hint=hint)]})
        for needed in NEEDED[self.period or "never"]:
            if not named.keys() & set(needed):
                reason = _("must name {mark}, or two periods would have the same numbers", mark=f"{{{needed[0]}}}")
                raise Invalid(fields={"prefix": [reason]})

    @constraint(code, company)
    def _one_is_for_all(self) -> None:
        # The database compares no absent company, so two sequences for all would pass it.
        same = (Sequence.code == self.code) & Sequence.company.is_(None)
        if self.company is None and self.env[Sequence].count(same) > 1:
            raise Invalid(fields={"code": [_("has a sequence for all companies already")]})


def _marks(field: str, text: str) -> dict[str, str]:
    """The marks that a prefix or suffix names → the field. Raises Invalid where it cannot be read."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        raise Invalid(fields={field: [_("has a brace that does not belong to a mark such as {year}")]}) from None
    if any(spec or conversion for _text, mark, spec, conversion in parsed if mark is not None):
        raise Invalid(fields={field: [_("has a brace that does not belong to a mark such as {year}")]})
    return {mark: field for _text, mark, _spec, _conversion in parsed if mark is not None}
