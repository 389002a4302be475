"""Fields that a database adds to the models of its addons."""

from __future__ import annotations

from addons.base.models.company import Company, home_language
from addons.base.models.custom_model import CustomModel
from addons.base.models.group import Group
from core import Env, Filter, Invalid, Model, computed, constraint, fields
from core.addons.overlay.choices import slug, written
from core.addons.overlay.entries import FIELDS, PREFIX
from core.addons.overlay.kinds import KINDS
from core.addons.overlay.report import ids_set_aside, reason_of, values_in
from core.i18n import _, counted
from core.orm.fields.base import BadValue

LONGEST = 40


def set_aside(env: Env, operator: str, value: object) -> Filter:
    """Whether an entry is set aside: the only question that the reason is searched with is whether there is one."""
    found = AddedField.in_(ids_set_aside(env, FIELDS))
    return found if operator != "=" or value not in ("", None) else ~found


class AddedField(Model):
    """A field of this database's own: on forms and in lists, filters, imports and the API like those of the addons.

    name: technical, `x_…`; made of the label where it is left empty. default: as it is typed, `today` and `now` for
    days and instants. options: a line for each choice, `value = label | label in Vietnamese`. after_form, after_list:
    the field behind which it stands, by name or label; empty is the end. active: one that is archived is nowhere to be
    seen, and what it holds is kept. problem: why it is set aside, where it is.
    """

    _name = "ir.model.fields"
    _label = _("Added field")
    _label_plural = _("Added fields")
    _title = "label"
    _order = ("on", "id")

    label = fields.Char(_("Label"), size=100, required=True, search=True, wire="field_description")
    label_vi = fields.Char(_("Label in Vietnamese"), size=100, search=True, wire="field_description_vi")
    on = fields.Many2one(CustomModel, _("On"), required=True, wire="model_id")
    kind = fields.Selection(KINDS, _("Kind"), required=True, default="char", wire="ttype")
    name = fields.Char(
        _("Technical name"), size=50, search=True, copy=False,
        help=_("For imports and programs; begins with x_. Leave it empty to have it made of the label."),
    )  # fmt: skip
    help = fields.Char(_("Help"), size=200, help=_("A sentence below the field."))
    help_vi = fields.Char(_("Help in Vietnamese"), size=200)
    required = fields.Boolean(_("Must be filled in"))
    default = fields.Char(
        _("Starts as"), size=200, wire="default_value",
        help=_("What new records have, and those that are there already. For days: today."),
    )  # fmt: skip
    digits = fields.Integer(
        _("Decimals"), default=2, help=_("For decimal numbers: so many of its 18 digits stand after the point.")
    )
    options = fields.Text(
        _("Choices"), help=_("For a choice: one a line, such as “Hot | Nóng”, in English and in Vietnamese.")
    )
    target = fields.Many2one(CustomModel, _("Links to"), wire="relation_id")
    searched = fields.Boolean(_("Search in it"), help=_("For texts of one line: found by the search box of its list."))
    roles = fields.Many2many(Group, _("Only for"), wire="groups", help=_("Everybody sees it where none is ticked."))
    on_form = fields.Boolean(_("On the form"), default=True)
    after_form = fields.Char(
        _("Behind the field"), size=100, help=_("Its label or name; empty is the end of the last group.")
    )
    on_list = fields.Boolean(_("In the list"))
    after_list = fields.Char(_("Behind the column"), size=100)
    total = fields.Boolean(_("With its total"), help=_("For numbers: the sum of the column stands below the list."))
    active = fields.Boolean(_("Active"), default=True)

    @computed("name", search=set_aside, lookups=[Company], into=fields.Char(_("Set aside because"), size=1000))
    def problem(self) -> str:
        return reason_of(self.env, FIELDS, self.id, home_language(self.env))

    @constraint(label, name)
    def _has_a_name(self) -> None:
        if not self.name:
            self.name = f"{PREFIX}{slug(self.label)[:LONGEST].strip('_')}"

    @constraint(options)
    def _options_spell_out_their_values(self) -> None:
        try:
            spelt_out = written(self.options)
        except BadValue as error:
            raise Invalid(fields={"options": [error.reason]}) from None
        if self.options != spelt_out:
            self.options = spelt_out

    def deletion_refusal(self) -> str:
        """A field that holds something goes in two steps: archived, where its values stay; then away with them."""
        count = values_in(self.env, self.id) if self.active else 0
        if not count:
            return ""
        return counted(
            count,
            _(
                "One record has a value in {field}. Archive it first, which keeps it; after that it can be deleted "
                "together with it."
            ),
            _(
                "{count} records have a value in {field}. Archive it first, which keeps them; after that it can be "
                "deleted together with them."
            ),
            field=self.label,
        )

    def deletion_warning(self) -> str:
        count = values_in(self.env, self.id)
        if not count:
            return _("No record has a value in it. It disappears from forms, lists, filters and the API.")
        return counted(
            count,
            _(
                "One record has a value in it, which is lost and cannot be brought back. It disappears from forms, "
                "lists, filters and the API."
            ),
            _(
                "{count} records have a value in it, which is lost and cannot be brought back. It disappears from "
                "forms, lists, filters and the API."
            ),
        )
