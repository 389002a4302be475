"""Parameters: figures that a law or a company sets, from a day on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.parameters import KINDS, parse
from core import Invalid, Model, Unique, constraint, fields
from core.i18n import _

if TYPE_CHECKING:
    from addons.base.models.parameter_value import ParameterValue


class Parameter(Model):
    """A figure that changes with the law or with what a company decides, such as the least wage of a region.

    code: what programs ask for it by, `vn.wage.region1`. kind: a number, a text, or a table as JSON, such as the
    brackets of a tax.
    """

    _name = "res.parameter"
    _label = _("Parameter")
    _label_plural = _("Parameters")
    _order = ("code",)
    _constraints = (Unique("code", message=_("There is a parameter with this code already.")),)

    name = fields.Char(_("Name"), required=True, search=True, translate=True)
    code = fields.Char(_("Code"), size=80, required=True, search=True)
    kind = fields.Selection(KINDS, _("Kind"), default="number", required=True)
    unit = fields.Char(_("Unit"), size=40, help=_("What a number counts: %, VND a month."))
    description = fields.Text(_("Description"))
    values: fields.One2many[ParameterValue] = fields.One2many(
        "res.parameter.value", _("Values"), inverse="parameter", wire="value_ids"
    )

    @constraint(kind)
    def _values_can_be_read(self) -> None:
        for row in self.values:
            problem = parse(self.kind or "number", row.value).problem
            if problem:
                raise Invalid(fields={"values": [problem]})
