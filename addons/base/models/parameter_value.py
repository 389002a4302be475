"""Values of parameters."""

from __future__ import annotations

from addons.base.models.company import Company
from addons.base.models.parameter import Parameter
from addons.base.parameters import parse
from core import Invalid, Model, Unique, constraint, fields
from core.i18n import _


class ParameterValue(Model):
    """What a parameter is from a day on, until the next row's day.

    company: for whom; without one for all. A company with a value of its own that is valid on a day does not look at
    those for all. source: the law, decree or decision, with its number.
    """

    _name = "res.parameter.value"
    _label = _("Value of a parameter")
    _label_plural = _("Values of parameters")
    _order = ("parameter", "-valid_from", "id")
    _constraints = (
        Unique("parameter", "company", "valid_from", message=_("There is a value from this day on already.")),
    )

    parameter = fields.Many2one(Parameter, _("Parameter"), required=True, on_delete="delete")
    valid_from = fields.Date(_("Valid from"), required=True)
    value = fields.Text(_("Value"), required=True, help=_("Numbers with a point: 15500000 or 10.5."))
    company = fields.Many2one(Company, _("Company"), help=_("Empty: for all our companies."))
    source = fields.Char(_("Source"), help=_("The law or decision, with its number."))

    @constraint("parameter", "company", valid_from)
    def _one_is_for_all(self) -> None:
        # The database compares no absent company, so two values for all would pass it.
        same = ParameterValue.parameter.is_(self.parameter) & (ParameterValue.valid_from == self.valid_from)
        if self.company is None and self.env[ParameterValue].count(same & ParameterValue.company.is_(None)) > 1:
            raise Invalid(fields={"valid_from": [_("has a value for all companies already")]})

    @constraint(value)
    def _value_can_be_read(self) -> None:
        problem = parse(self.parameter.kind or "number", self.value).problem
        if problem:
            raise Invalid(fields={"value": [problem]})
