"""What a database changes of the fields of its addons."""

from __future__ import annotations

from addons.base.models.company import Company, home_language
from addons.base.models.custom_model import CustomModel
from core import Env, Filter, Model, Unique, computed, constraint, fields
from core.addons.overlay.entries import CHANGES
from core.addons.overlay.report import field_called, ids_set_aside, reason_of
from core.i18n import _

PLACES = (("shown", _("Shown")), ("hidden", _("Hidden")))


def set_aside(env: Env, operator: str, value: object) -> Filter:
    """As that of added fields."""
    found = ChangedField.in_(ids_set_aside(env, CHANGES))
    return found if operator != "=" or value not in ("", None) else ~found


class ChangedField(Model):
    """Other words, another place or more digits for a field of an addon.

    name: the field, by its technical name or by what it is called. label, help: what people read instead. digits: 0 is
    as declared. on_form, on_list: empty is as it would be. after_form, after_list: the field behind which it stands.
    """

    _name = "ir.field.change"
    _label = _("Changed field")
    _label_plural = _("Changed fields")
    _order = ("on", "id")
    _constraints = (Unique("name", "on", message=_("This field is changed by another entry already.")),)

    name = fields.Char(_("Field"), size=100, required=True, search=True, help=_("Its label, or its technical name."))
    on = fields.Many2one(CustomModel, _("Of"), required=True, wire="model_id")
    label = fields.Char(_("Call it"), size=100, search=True, wire="field_description")
    label_vi = fields.Char(_("In Vietnamese"), size=100, search=True, wire="field_description_vi")
    help = fields.Char(_("Help"), size=200)
    help_vi = fields.Char(_("Help in Vietnamese"), size=200)
    digits = fields.Integer(_("Decimals"), help=_("For decimal numbers; 0 leaves them as they are."))
    on_form = fields.Selection(PLACES, _("On the form"))
    after_form = fields.Char(_("Behind the field"), size=100, help=_("Its label or name."))
    on_list = fields.Selection(PLACES, _("In the list"))
    after_list = fields.Char(_("Behind the column"), size=100)

    @computed("name", search=set_aside, lookups=[Company], into=fields.Char(_("Set aside because"), size=1000))
    def problem(self) -> str:
        return reason_of(self.env, CHANGES, self.id, home_language(self.env))

    @constraint(name, on)
    def _names_the_field(self) -> None:
        found = field_called(self.env, self.on.key, self.name)
        if found and found != self.name:
            self.name = found
